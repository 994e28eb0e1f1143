/** The command line. */
import { Command, CommanderError } from 'commander';
import { exitStatus } from './output.ts';
import { attestCommand } from './commands/attest.ts';
import { clausesCommand } from './commands/clauses.ts';
import { explainCommand, replayCommand } from './commands/explain.ts';
import { huntCommand } from './commands/hunt.ts';
import { targetCommand } from './commands/target.ts';
import { traceCommand } from './commands/trace.ts';
import { vectorsCommand } from './commands/vectors.ts';
import { verifyCommand } from './commands/verify.ts';

const program = new Command('pvm-spec')
  .description('An executable specification of protected virtual machines')
  .showSuggestionAfterError(true)
  .configureOutput({
    outputError: (text, write) => {
      // One line for each mistake, with the suggestion behind it.
      write(
        `pvm-spec: ${text
          .replace(/^error: /, '')
          .trim()
          .replace(/\n+/g, ' ')}\n`,
      );
    },
  })
  .exitOverride();

attestCommand(program);
vectorsCommand(program);
verifyCommand(program);
replayCommand(program);
explainCommand(program);
clausesCommand(program);
traceCommand(program);
targetCommand(program);
huntCommand(program);
for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
  command.exitOverride().copyInheritedSettings(program);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : exitStatus.usage;
}
