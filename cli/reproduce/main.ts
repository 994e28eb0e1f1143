/**
 * `npm run reproduce -- FINDING`: writes the module of a finding, builds it for a release that is set up, boots that
 * with it, and prints what the module says. Exit status 1 where the finding is there, as `replay` has it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { headerOf } from '../../search/counterexamples/finding.ts';
import { MachineDied } from '../../targets/linux-pkvm/driver.ts';
import { placesIn } from '../../targets/linux-pkvm/placing.ts';
import { bootModule, buildModule } from '../../targets/linux-pkvm/reproducer/boot.ts';
import { SetupProblem } from '../../targets/linux-pkvm/packages.ts';
import { written } from '../export/reproducer/run.ts';
import { reproducer } from '../export/reproducer/write.ts';
import { exitStatus, fail, print } from '../output.ts';
import { installedFor } from '../targets.ts';

interface Given {
  readonly profile?: string;
  readonly release?: string;
  readonly cpu?: string;
  readonly cache?: string;
}

async function reproduce(name: string, given: Given): Promise<void> {
  const installed = installedFor({ ...given, target: 'linux-pkvm' });
  const asked = { format: 'c-reproducer', profile: given.profile ?? installed.features.profile };
  const files = written(name, asked, (run) =>
    reproducer({ ...run, places: placesIn(headerOf(run.recording), installed.features.memory) }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
  try {
    for (const [file, text] of files) writeFileSync(join(folder, file), text);
    const lines = await bootModule(installed, buildModule(installed, folder));
    print(lines.join('\n'));
    const last = lines.at(-1) ?? fail('the module said nothing');
    process.exitCode = last.endsWith('the finding is not here') ? exitStatus.holds : exitStatus.violated;
  } catch (error) {
    if (error instanceof SetupProblem || error instanceof MachineDied) fail(error.message);
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await new Command('reproduce')
  .description('build the module of a finding for a release that is set up, boot it, and print what it says')
  .argument('<name>', 'a finding, or a file that hunt --save wrote')
  .option('--profile <name>', 'which of its recordings (default: that of the release)')
  .option('--release <line>', 'which release (default: the newest that is set up)')
  .option('--cpu <model>', 'the emulated CPU that it was set up with, if it was one of your choice')
  .option('--cache <folder>', 'where it was set up')
  .action(reproduce)
  .parseAsync();
