/** A line of words for the command line, from reading it to the exit status that the process is to have. */
import { Command, CommanderError } from 'commander';
import { commands } from './commands/all.ts';
import { exitStatus } from './output.ts';
import { version } from './version.ts';

export async function runCommand(words: readonly string[]): Promise<void> {
  const program = new Command('pvm-spec')
    .description('An executable specification of protected virtual machines')
    .version(version, '--version', 'print the version')
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

  // Only what is asked for is loaded: the help needs the names alone, and completion everything.
  const wanted = words.find((word) => Object.hasOwn(commands, word));
  for (const [name, { description, load }] of Object.entries(commands)) {
    const command = program.command(name).description(description);
    if (name === wanted || wanted === 'completion') (await load())(command);
  }
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().copyInheritedSettings(program);
  }
  program.configureHelp({ subcommandTerm: (command) => command.name() });

  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : exitStatus.usage;
  }
}
