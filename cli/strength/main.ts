/**
 * `npm run strength [-- PATCH…]`: builds a kernel from the distribution's source package, plants one change at a time
 * in its hypervisor, fuzzes it, and writes down what was found; `npm run generate` makes docs/strength.md of it.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { cacheRoot } from '../../targets/linux-pkvm/installed.ts';
import { patchesIn } from '../../targets/linux-pkvm/kernel/patch.ts';
import { fetchSource } from '../../targets/linux-pkvm/kernel/tree.ts';
import { TargetProblem } from '../../targets/problem.ts';
import { exitStatus, fail, print } from '../output.ts';
import { chosenFrom, keepResult, whole } from './files.ts';
import { searchedFor, withoutPatch } from './fuzzing.ts';
import { headLine, line } from './line.ts';
import { isRight, rowsOf, seedCount } from './result.ts';
import { Workshop } from './workshop.ts';

const faults = new URL('../../mutants/kernel/', import.meta.url);
const resultsFile = new URL('results.json', faults);

interface Flags {
  readonly steps: string;
  readonly seed: string;
  readonly shrink: string;
  readonly cache?: string;
}

/** A patch that cannot be searched for does not end the run, and what was known of it stays. */
function orProblem(error: unknown): undefined {
  if (!(error instanceof TargetProblem)) throw error;
  print(error.message);
}

async function measure(names: readonly string[], flags: Flags): Promise<number> {
  const patches = chosenFrom(patchesIn(fileURLToPath(faults)), names);
  const source = patches[0]?.source ?? fail('there are no patches');
  const folder = fetchSource(join(cacheRoot(flags.cache), 'strength'), source, print);
  const first = whole('seed', flags.seed);
  const workshop = new Workshop(folder, source.name);
  const effort = {
    seeds: Array.from({ length: seedCount }, (_, i) => first + i),
    steps: whole('steps', flags.steps),
    shrinkSeconds: whole('shrink', flags.shrink),
  };
  print(await withoutPatch(workshop, effort));
  print(headLine);
  let right = true;
  for (const { patch } of rowsOf(patches, {})) {
    const result = await searchedFor(workshop, patch, effort).catch(orProblem);
    if (result) keepResult(resultsFile, patch, result);
    print(line({ patch, result }));
    right &&= isRight({ patch, result });
  }
  return right ? exitStatus.holds : exitStatus.violated;
}

const command = new Command('strength')
  .description('plant faults in the hypervisor of a real kernel, and search for each')
  .argument('[patch...]', 'some of mutants/kernel, by their names (default: all)')
  .option('--steps <number>', 'calls with each seed', '20000')
  .option('--seed <number>', `the first of ${seedCount} seeds`, '1')
  .option('--shrink <seconds>', 'how long to look for a shorter sequence', '30')
  .option('--cache <folder>', 'where source and kernel are kept (default: the cache folder of the user)')
  .action(async (names: string[], flags: Flags) => {
    try {
      process.exitCode = await measure(names, flags);
    } catch (error) {
      if (error instanceof TargetProblem) fail(error.message);
      throw error;
    }
  });
command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitStatus.holds : exitStatus.usage));
await command.parseAsync();
