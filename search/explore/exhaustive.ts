/** A world to the end: every state that can be reached in it, every call in each of them, every law judged. */
import { Machine } from '../../spec/machine.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { CompleteWorld } from '../scopes/exhaustive.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import { explore } from './explore.ts';
import type { Explored } from './explore.ts';
import type { Finding } from '../judge/hunt.ts';
import { writeCall } from '../judge/written-call.ts';
import { countsAsLoss, distinctGuards, stepOf } from '../guards/mutation.ts';
import { isLaw } from '../../properties/property.ts';
import type { Law } from '../../properties/property.ts';
import { Replay } from '../judge/replay.ts';
import { shrink } from '../shrink/shrink.ts';

/** The laws that a world is held to, or those of one clause. */
export const lawsOf = ({ profile, named }: CompleteWorld, clause?: string): Law[] =>
  allProperties(new Machine(profile, named.world))
    .filter(isLaw)
    .filter((law) => clause === undefined || law.clause === clause);

export interface Completed extends Explored {
  /** What breaks, in a shortest sequence and the plainest arguments. */
  readonly finding?: Finding;
}

export function complete(world: CompleteWorld, laws: readonly Law[] = lawsOf(world), without?: LeftOut): Completed {
  const { profile, named, most } = world;
  const machine = new Machine(profile, named.world, without);
  const bounds = { states: Infinity, depth: Infinity, most, sampled: true };
  const explored = explore(machine, named, laws, bounds, without && countsAsLoss(machine));
  if (explored.found === undefined) return explored;
  const { sequence, violation } = explored.found;
  const calls = shrink(new Replay(machine, named, laws), sequence, violation.property.clause);
  const finding = { violation, calls: calls.map((call) => writeCall(machine, call)), foundAt: sequence.length };
  return { ...explored, finding };
}

/** Of all guards that must have a counterexample, those without which something breaks in one of these worlds. */
export function foundWithout(worlds: readonly CompleteWorld[]): { found: LeftOut[]; missed: LeftOut[] } {
  const [found, missed]: [LeftOut[], LeftOut[]] = [[], []];
  for (const { without, step } of distinctGuards([...new Set(worlds.map(({ profile }) => profile))])) {
    const having = worlds.filter(({ profile }) => stepOf(profile, without) === step);
    const isFound = having.some((world) => complete(world, lawsOf(world), without).found !== undefined);
    (isFound ? found : missed).push(without);
  }
  return { found, missed };
}
