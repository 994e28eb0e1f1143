/** Steps of the reference model under its judges, and how long it takes to find what is planted in it. */
import { faults } from '../../mutants/model/all.ts';
import type { Fault } from '../../mutants/model/fault.ts';
import { detectFault } from '../../mutants/model/campaign.ts';
import { machineSequence } from '../../search/machine/campaign.ts';
import { TwoRunHarness } from '../../search/machine/two-run.ts';
import type { Setup } from '../../search/machine/two-run.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import type { MachineScope } from '../../search/machine/scope-parts.ts';
import { median, seeds, timed } from '../faults/sequences.ts';
import { grouped, rate } from './measure.ts';

/** What is left out of a harness, to see what it costs. */
const harnesses: readonly (readonly [string, Setup])[] = [
  ['every property', {}],
  ['no refinement', { refines: false }],
  ['no second machine', { hasSecond: false }],
];

const line = (name: string, values: readonly string[]): string =>
  `  ${name.padEnd(20)}${values.map((value) => value.padStart(20)).join('')}`;

/** What the bench says of the model, line by line. */
export async function* model(): AsyncGenerator<string> {
  yield 'steps of calls on the reference model per second, each made on both machines of a two-run where there are two';
  yield line(
    '',
    harnesses.map(([name]) => name),
  );
  const means = harnesses.map(() => 0);
  for (const scope of machineScopes) {
    const rates = harnesses.map(([_, setup]) => stepRate(scope, setup));
    rates.forEach((value, i) => (means[i] = (means[i] ?? 0) + value / machineScopes.length));
    yield line(scope.name, rates.map(grouped));
  }
  yield line('mean', means.map(grouped));
  yield `\nseconds until a fault of the model is found, median of ${seeds.length} seeds`;
  const times: [string, number][] = [];
  for (const fault of faults) times.push([fault.id, await timeToFind(fault)]);
  for (const [id, seconds] of times.sort(([_, a], [_2, b]) => b - a)) yield `  ${id.padEnd(40)}${seconds.toFixed(2)}`;
}

function stepRate(scope: MachineScope, setup: Setup): number {
  const harness = new TwoRunHarness(scope, setup);
  const walk = new MachineWalk(harness);
  return rate((share) => {
    const before = harness.steps;
    for (let seed = 0; seed < 1500 * share; seed++) walk.run(seed, machineSequence);
    return harness.steps - before;
  });
}

/** Infinity where one of the campaigns is given up. */
async function timeToFind(fault: Fault): Promise<number> {
  const seconds: number[] = [];
  for (const seed of seeds) {
    const caught = await timed(detectFault, fault, seed);
    if (caught !== undefined) seconds.push(caught.seconds);
  }
  return seconds.length < seeds.length ? Infinity : median(seconds);
}
