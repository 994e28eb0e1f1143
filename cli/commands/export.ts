/** `pvm-spec export`: a world of the rules, or a run of them, in the language of another tool. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { murphi } from '../../search/export/murphi/murphi.ts';
import { promela } from '../../search/export/promela/promela.ts';
import { quint } from '../../search/export/quint/quint.ts';
import type { World } from '../../search/export/world.ts';
import { traceOf } from '../export/trace.ts';
import { worldAsked } from '../export/world.ts';
import { exitStatus, fail } from '../output.ts';
import { save } from '../save.ts';

const models: Readonly<Record<string, (world: World) => string>> = { murphi, promela, quint };
const formats = [...Object.keys(models), 'itf'];

interface Given {
  readonly format: string;
  readonly profile?: string;
  readonly scope?: string;
  readonly out?: string;
}

export function exportCommand(command: Command): void {
  command
    .argument('[name]', 'for itf: a counterexample, a finding or a file of calls, as replay takes it; or a recording')
    .addOption(new Option('--format <format>', 'the language to write').choices(formats).makeOptionMandatory())
    .option('--profile <name>', 'for a model: whose rules')
    .option('--scope <name>', 'for a model: the configuration, with the state in which it starts')
    .option('--out <file>', 'where to write; standard output if left out')
    .action((name: string | undefined, given: Given) => {
      const text = written(name, given);
      process.exitCode = exitStatus.holds;
      if (given.out === undefined) process.stdout.write(text);
      else save(given.out, text);
    });
}

function written(name: string | undefined, given: Given): string {
  const { format, profile, scope } = given;
  const model = models[format];
  if (model === undefined) {
    const extra = profile !== undefined ? '--profile' : scope !== undefined ? '--scope' : undefined;
    if (extra !== undefined) fail(`--format ${format} takes no ${extra}: its run names its profile and scope`);
    return traceOf(name ?? fail(`--format ${format} needs the name or the file of a run`)).join('');
  }
  if (name !== undefined) fail(`--format ${format} takes --profile and --scope, and no name ${name}`);
  if (profile === undefined || scope === undefined) fail(`--format ${format} needs --profile and --scope`);
  return model(worldAsked(profile, scope));
}
