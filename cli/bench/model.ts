/** Steps of the reference model under its judges, and how long it takes to find what is planted in it. */
import { faults } from '../../mutants/model/all.ts';
import type { Fault } from '../../mutants/model/fault.ts';
import { huntFault } from '../../mutants/model/campaign.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { Lab } from '../../search/machine/two-run.ts';
import type { Setup } from '../../search/machine/two-run.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineWorlds } from '../../search/machine/scopes.ts';
import type { MachineWorld } from '../../search/machine/scopes.ts';
import { median, seeds, timed } from '../faults/sequences.ts';
import { grouped, rate } from './measure.ts';

/** What is left out of a laboratory, to see what it costs. */
const laboratories: readonly (readonly [string, Setup])[] = [
  ['every property', {}],
  ['no refinement', { refines: false }],
  ['no second machine', { hasTwin: false }],
];

const line = (name: string, values: readonly string[]): string =>
  `  ${name.padEnd(20)}${values.map((value) => value.padStart(20)).join('')}`;

/** What the bench says of the model, line by line. */
export async function* model(): AsyncGenerator<string> {
  yield 'steps of calls on the reference model per second, each made on both machines of a two-run where there are two';
  yield line(
    '',
    laboratories.map(([name]) => name),
  );
  const means = laboratories.map(() => 0);
  for (const named of machineWorlds) {
    const rates = laboratories.map(([, setup]) => stepRate(named, setup));
    rates.forEach((value, i) => (means[i] = (means[i] ?? 0) + value / machineWorlds.length));
    yield line(named.name, rates.map(grouped));
  }
  yield line('mean', means.map(grouped));
  yield `\nseconds until a fault of the model is found, median of ${seeds.length} seeds`;
  const times: [string, number][] = [];
  for (const fault of faults) times.push([fault.id, await timeToFind(fault)]);
  for (const [id, seconds] of times.sort(([, a], [, b]) => b - a)) yield `  ${id.padEnd(40)}${seconds.toFixed(2)}`;
}

function stepRate(named: MachineWorld, setup: Setup): number {
  const lab = new Lab(named, setup);
  const walk = new MachineWalk(lab);
  return rate((share) => {
    const before = lab.steps;
    for (let seed = 0; seed < 1500 * share; seed++) walk.run(seed, machineSequence);
    return lab.steps - before;
  });
}

/** Infinity where one of the campaigns is given up. */
async function timeToFind(fault: Fault): Promise<number> {
  const seconds: number[] = [];
  for (const seed of seeds) {
    const caught = await timed(huntFault, fault, seed);
    if (caught !== undefined) seconds.push(caught.seconds);
  }
  return seconds.length < seeds.length ? Infinity : median(seconds);
}
