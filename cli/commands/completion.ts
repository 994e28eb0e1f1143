/** `pvm-spec completion SHELL`: a script that completes commands, options, profiles and clauses. */
import { Argument } from 'commander';
import type { Command } from 'commander';
import { completionScript, shells } from '../completion/scripts.ts';
import type { Shell } from '../completion/scripts.ts';
import { print } from '../output.ts';

export function completionCommand(command: Command): void {
  command.addArgument(new Argument('<shell>', 'which shell is to read it').choices(shells)).action((shell: Shell) => {
    if (command.parent !== null) print(completionScript(shell, command.parent));
  });
}
