/** Every state of small scopes, and of larger ones; and how that is told. */
import { z } from 'zod';
import { searchExhaustively } from '../../search/explore/exhaustive.ts';
import { worldName, worldOf } from '../../search/explore/results.ts';
import type { World } from '../../search/explore/results.ts';
import type { ExhaustiveSuite } from '../../search/scopes/exhaustive.ts';

const count = z.int().nonnegative();
const world = z.strictObject({
  /** Its place in the list of those that are asked for. */
  number: count,
  name: z.string(),
  states: count,
  calls: count,
  depth: count,
  /** What breaks, and by which calls. */
  broken: z.array(z.string()),
});
export const madeShape = z.array(world);
type Made = z.infer<typeof world>;

/** `world`: the result as it is kept. */
export async function exhaust(
  suite: ExhaustiveSuite,
  number: number,
): Promise<{ readonly made: Made; readonly world: World }> {
  const result = await searchExhaustively(suite);
  const { states, calls, depth, minimized } = result;
  const { clause, statement } = minimized?.violation.property ?? {};
  const broken = minimized && [
    `${clause ?? ''} ${statement ?? ''}`,
    ...minimized.calls.map((call) => `  ${JSON.stringify(call)}`),
  ];
  return {
    made: { number, name: worldName(suite), states, calls, depth, broken: broken ?? [] },
    world: worldOf(suite, result),
  };
}

export const headOfWorlds = `${'scope'.padEnd(40)}${['states', 'calls', 'depth'].map((head) => head.padStart(12)).join('')}`;

export const linesOfWorld = ({ name, states, calls, depth, broken }: Made): string[] => [
  `${name.padEnd(40)}${[states, calls, depth].map(number).join('')}`,
  ...broken,
];

export const totalOf = (made: readonly Made[]): string =>
  `${''.padEnd(40)}${(['states', 'calls'] as const).map((of) => number(made.reduce((sum, one) => sum + one[of], 0))).join('')}`;

/** Guards that were left out, in order: whether one of the scopes tells. */
export const leftOutShape = z.array(
  z.strictObject({ number: count, call: z.string(), clause: z.string(), found: z.boolean() }),
);
type LeftOut = z.infer<typeof leftOutShape>[number];

export function linesOfLeftOut(all: readonly LeftOut[]): string[] {
  const missed = [...all].sort((one, other) => one.number - other.number).filter(({ found }) => !found);
  return [
    `${all.length - missed.length} of ${all.length} guards cannot be left out without one of these scopes telling; the others are`,
    ...missed.map(({ call, clause }) => `  ${call} ${clause}`),
  ];
}

const number = (value: number): string => value.toLocaleString('en-US').padStart(12);
