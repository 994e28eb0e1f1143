/**
 * `npm run strength [-- PATCH…]`: builds a kernel from the distribution's source package, plants one change at a time
 * in its hypervisor, fuzzes it, and writes down what was found; `npm run generate` makes docs/strength.md of it.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { cacheRoot } from '../../targets/linux-pkvm/installed.ts';
import { patchesIn } from '../../targets/linux-pkvm/kernel/patch.ts';
import type { Patch } from '../../targets/linux-pkvm/kernel/patch.ts';
import { fetchSource } from '../../targets/linux-pkvm/kernel/tree.ts';
import { TargetProblem } from '../../targets/problem.ts';
import { exitStatus, fail, print } from '../output.ts';
import { headLine, line } from './line.ts';
import { isRight, keepResult, rowsOf, seedCount } from './result.ts';
import { Workshop } from './workshop.ts';

const faults = new URL('../../mutants/kernel/', import.meta.url);
const resultsFile = new URL('results.json', faults);

interface Flags {
  readonly steps: string;
  readonly seed: string;
  readonly shrink: string;
  readonly cache?: string;
}

const whole = (option: string, text: string): number =>
  /^\d+$/.test(text) ? Number(text) : fail(`--${option} takes a whole number, got ${text}`);

function wanted(names: readonly string[]): Patch[] {
  const all = patchesIn(fileURLToPath(faults));
  const unknown = names.find((name) => !all.some((patch) => patch.name === name));
  if (unknown !== undefined) fail(`there is no patch ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

/** A patch that cannot be searched for does not end the run, and what was known of it stays. */
function orProblem(error: unknown): undefined {
  if (!(error instanceof TargetProblem)) throw error;
  print(error.message);
}

async function measure(names: readonly string[], flags: Flags): Promise<number> {
  const patches = wanted(names);
  const source = patches[0]?.source ?? fail('there are no patches');
  const folder = fetchSource(join(cacheRoot(flags.cache), 'strength'), source, print);
  const first = whole('seed', flags.seed);
  const workshop = new Workshop(folder, source.name, {
    seeds: Array.from({ length: seedCount }, (_, i) => first + i),
    steps: whole('steps', flags.steps),
    shrinkSeconds: whole('shrink', flags.shrink),
  });
  print(await workshop.withoutPatch());
  print(headLine);
  let right = true;
  for (const { patch } of rowsOf(patches, {})) {
    const result = await workshop.resultOf(patch).catch(orProblem);
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
