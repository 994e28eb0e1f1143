/**
 * `npm run strength:pairs [-- PATCH…]`: builds a kernel from the distribution's source package, plants one race at a
 * time in its hypervisor, and runs the scene of each on two CPUs; `npm run generate` makes a table of what was found.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { NoScene } from '../../../search/pairs/hunt.ts';
import { cacheRoot } from '../../../targets/linux-pkvm/installed.ts';
import { patchesIn } from '../../../targets/linux-pkvm/kernel/patch.ts';
import { fetchSource } from '../../../targets/linux-pkvm/kernel/tree.ts';
import { TargetProblem } from '../../../targets/problem.ts';
import { exitStatus, fail, print } from '../../output.ts';
import { chosenFrom, keepResult, whole } from '../files.ts';
import { Workshop } from '../workshop.ts';
import { raced } from './race.ts';
import { isRaceRight } from './result.ts';
import type { RaceRow } from './result.ts';

const faults = new URL('../../../mutants/kernel/races/', import.meta.url);
const resultsFile = new URL('results.json', faults);
const nameWidth = 40;

function line({ patch, result }: RaceRow): string {
  const name = patch.name.padEnd(nameWidth);
  if (result === undefined) return `${name}not searched for`;
  const { found, schedules, isComplete } = result;
  const head = `${name}${String(schedules).padStart(7)} schedules  `;
  if (found === undefined) return `${head}not found${isComplete ? '' : ': the time was up'}`;
  return `${head}${found.switches} switches  ${found.pair.join(' beside ')}: ${found.shows}`;
}

async function measure(names: readonly string[], flags: { readonly time: string; readonly cache?: string }) {
  const limit = whole('time', flags.time);
  const patches = chosenFrom(patchesIn(fileURLToPath(faults)), names);
  const source = patches[0]?.source ?? fail('there are no patches');
  const workshop = new Workshop(fetchSource(join(cacheRoot(flags.cache), 'strength'), source, print), source.name);
  // why: a patch changes nothing that is found out when a kernel is set up.
  const pristine = await workshop.installed();
  let isRight = true;
  for (const patch of patches) {
    try {
      const installed = { ...pristine, boot: { ...pristine.boot, kernel: await workshop.image(patch) } };
      const result = await raced(installed, patch, { source: workshop.source, limit });
      keepResult(resultsFile, patch, result);
      print(line({ patch, result }));
      isRight &&= isRaceRight({ patch, result });
    } catch (error) {
      if (!(error instanceof TargetProblem || error instanceof NoScene)) throw error;
      print(`${patch.name}: ${error.message}`);
      isRight = false;
    }
  }
  return isRight ? exitStatus.holds : exitStatus.violated;
}

const command = new Command('strength:pairs')
  .description('plant races in the hypervisor of a real kernel, and search for each on two CPUs')
  .argument('[patch...]', 'some of mutants/kernel/races, by their names (default: all)')
  .option('--time <seconds>', 'how long to search for each', '120')
  .option('--cache <folder>', 'where source and kernel are kept (default: the cache folder of the user)')
  .action(async (names: string[], flags: { readonly time: string; readonly cache?: string }) => {
    try {
      process.exitCode = await measure(names, flags);
    } catch (error) {
      if (error instanceof TargetProblem) fail(error.message);
      throw error;
    }
  });
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitStatus.holds : exitStatus.usage));
await command.parseAsync();
