/**
 * `npm run reproduce -- FINDING…`: writes the module of a finding, builds it for a release that is set up, boots that
 * with it, and prints what the module says. Exit status 1 where the finding is shown, as `replay` has it, 0 where it is
 * not, and 2 where it could not be asked; of several names each is tried, and the largest counts. The kernel's self-test of it, if it has one, is compiled.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { headerOf } from '../../search/counterexamples/finding.ts';
import type { Installed } from '../../targets/linux-pkvm/installed.ts';
import { placesIn } from '../../targets/linux-pkvm/placing.ts';
import { bootModule, buildModule, compileSelftest } from '../../targets/linux-pkvm/reproducer/boot.ts';
import { TargetProblem } from '../../targets/problem.ts';
import { writtenOf } from '../export/reproducer/run.ts';
import { selftest } from '../export/reproducer/selftest.ts';
import { reproducer } from '../export/reproducer/write.ts';
import { exitStatus, print } from '../output.ts';
import { installedFor } from '../targets.ts';
import { worstOf } from './each.ts';
import { concluded, statusOf } from './verdict.ts';

interface Given {
  readonly profile?: string;
  readonly release?: string;
  readonly cpu?: string;
  readonly secureWorld?: true;
  readonly cache?: string;
  readonly compileOnly?: true;
}

async function reproduceAll(names: readonly string[], given: Given): Promise<void> {
  const installed = installedFor(given);
  process.exitCode = await worstOf(names, async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
    try {
      return await reproduce(name, { given, installed, folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

interface Where {
  readonly given: Given;
  readonly installed: Installed;
  /** For what is built, and gone afterwards. */
  readonly folder: string;
}

async function reproduce(name: string, { given, installed, folder }: Where): Promise<number> {
  const asked = { format: 'c-reproducer', profile: given.profile ?? installed.features.profile };
  const { files, test } = writtenOf(name, asked, (run) => ({
    files: reproducer({ ...run, places: placesIn(headerOf(run.recording), installed.features.memory) }),
    test: selftestOf(run),
  }));
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  const module = buildModule(installed, folder);
  print(`${name}: the module is built for ${basename(installed.folder)}`);
  if (test.text !== undefined) {
    mkdirSync(join(folder, 'selftest'));
    compileSelftest(installed, join(folder, 'selftest'), test.text);
  }
  print(`${name}: ${test.text === undefined ? `no self-test: ${test.why}` : 'its self-test is compiled'}`);
  if (given.compileOnly) return exitStatus.holds;
  const lines = await bootModule(installed, module);
  const { verdict, because } = concluded(lines);
  print([...lines, `${name}: ${verdict}: ${because}`].join('\n'));
  return statusOf[verdict];
}

/** The self-test of a run, or why it has none. */
function selftestOf(run: Parameters<typeof selftest>[0]): { text: string } | { text: undefined; why: string } {
  try {
    return { text: selftest(run) };
  } catch (error) {
    if (error instanceof TargetProblem) return { text: undefined, why: error.message };
    throw error;
  }
}

await new Command('reproduce')
  .description('build the module of a finding for a release that is set up, boot it, and print what it says')
  .argument('<name...>', 'findings, or files that hunt --save wrote')
  .option('--profile <name>', 'which of its recordings (default: that of the release)')
  .option('--release <line>', 'which release (default: the newest that is set up)')
  .option('--cpu <model>', 'the emulated CPU that it was set up with, if it was one of your choice')
  .option('--secure-world', 'on the machine that was set up with a secure world')
  .option('--cache <folder>', 'where it was set up')
  .option('--compile-only', 'build the module and compile the self-test, and boot nothing')
  .action(reproduceAll)
  .parseAsync();
