/** `pvm-spec completion SHELL`: a script that completes commands, options, profiles and clauses. */
import { Argument } from 'commander';
import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { print } from '../output.ts';

export function completionCommand(command: Command): void {
  command.addArgument(new Argument('<shell>', 'which shell is to read it').choices(['bash'])).action(() => {
    if (command.parent !== null) print(bashCompletion(command.parent));
  });
}
