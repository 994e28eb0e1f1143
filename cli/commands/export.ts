/** `pvm-spec export`: a world of the rules, a run of them, or checks of a C source, for another tool. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { murphi } from '../../search/export/murphi/murphi.ts';
import { promela } from '../../search/export/promela/promela.ts';
import { quint } from '../../search/export/quint/quint.ts';
import type { World } from '../../search/export/world.ts';
import { writeHarness } from '../export/harness.ts';
import { writeReproducer, writeSelftest } from '../export/reproducer/write.ts';
import { traceOf } from '../export/trace.ts';
import { worldAsked } from '../export/world.ts';
import { exitStatus, fail } from '../output.ts';
import { save } from '../save.ts';

const models: Readonly<Record<string, (world: World) => string>> = { murphi, promela, quint };
const [ofRun, ofChecks] = ['itf', 'c-harness'] as const;
/** What is written of a run on Linux. */
const reproducers = { 'c-reproducer': writeReproducer, selftest: writeSelftest } as const;

interface Given {
  readonly format: string;
  readonly profile?: string;
  readonly scope?: string;
  readonly out?: string;
}

export function exportCommand(command: Command): void {
  const formats = [...Object.keys(models), ofRun, ofChecks, ...Object.keys(reproducers)];
  command
    .argument(
      '[name]',
      'for itf: a counterexample, a finding or a file of calls, as replay takes it; or a recording. For c-reproducer and selftest: a finding, or a sequence that a hunt has saved',
    )
    .addOption(new Option('--format <format>', 'what to write').choices(formats).makeOptionMandatory())
    .option(
      '--profile <name>',
      'whose rules, for models and checks; which of several recordings, for c-reproducer and selftest',
    )
    .option('--scope <name>', 'the configuration, with the state in which it starts; for models and checks')
    .option(
      '--out <file>',
      'where to write; standard output if left out. For c-harness and c-reproducer: the folder, named so if left out',
    )
    .action((name: string | undefined, given: Given) => {
      process.exitCode = exitStatus.holds;
      const ofLinux = Object.entries(reproducers).find(([format]) => format === given.format)?.[1];
      if (ofLinux !== undefined) ofLinux(name, given);
      else if (given.format === ofChecks) writeHarness(name, given);
      else written(given.format === ofRun ? traceAsked(name, given) : modelAsked(name, given), given.out);
    });
}

function written(text: string, out: string | undefined): void {
  if (out === undefined) process.stdout.write(text);
  else save(out, text);
}

function traceAsked(name: string | undefined, { format, profile, scope }: Given): string {
  const extra = profile !== undefined ? '--profile' : scope !== undefined ? '--scope' : undefined;
  if (extra !== undefined) fail(`--format ${format} takes no ${extra}: its run names its profile and scope`);
  return traceOf(name ?? fail(`--format ${format} needs the name or the file of a run`)).join('');
}

function modelAsked(name: string | undefined, { format, profile, scope }: Given): string {
  if (name !== undefined) fail(`--format ${format} takes --profile and --scope, and no name ${name}`);
  if (profile === undefined || scope === undefined) return fail(`--format ${format} needs --profile and --scope`);
  const write = models[format];
  if (write === undefined) throw new Error(`unreachable: no format ${format}`);
  return write(worldAsked(profile, scope));
}
