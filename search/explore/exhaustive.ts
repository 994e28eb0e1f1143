/** A world to the end: every state that can be reached in it, every call in each of them, every law judged. */
import { Machine } from '../../spec/machine.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { CompleteWorld } from '../scopes/exhaustive.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import { explore } from './explore.ts';
import type { Explored } from './explore.ts';
import { shrunkOf } from '../rules/campaign.ts';
import type { Finding } from '../rules/campaign.ts';
import { RuleSequences } from '../rules/sequences.ts';
import { writeCall } from '../judge/written-call.ts';
import { countsAsLoss, distinctGuards, stepOf } from '../guards/mutation.ts';
import { isLaw } from '../../properties/property.ts';
import type { Law } from '../../properties/property.ts';

/** The laws that a world is held to, or those of one clause. */
export const lawsOf = ({ profile, named }: CompleteWorld, clause?: string): Law[] =>
  allProperties(new Machine(profile, named.world))
    .filter(isLaw)
    .filter((law) => clause === undefined || law.clause === clause);

export interface Completed extends Explored {
  /** What breaks, in a shortest sequence and the plainest arguments. */
  readonly finding?: Finding;
}

export async function complete(
  world: CompleteWorld,
  laws: readonly Law[] = lawsOf(world),
  without?: LeftOut,
): Promise<Completed> {
  const { profile, named, most } = world;
  const machine = new Machine(profile, named.world, without);
  const bounds = { states: Infinity, depth: Infinity, most, sampled: true };
  const explored = explore(machine, named, laws, bounds, without && countsAsLoss(machine));
  if (explored.found === undefined) return explored;
  const { sequence } = explored.found;
  const shortest = await shrunkOf(new RuleSequences(machine, named, laws, sequence.length), sequence);
  const calls = shortest.calls.map((call) => writeCall(machine, call));
  return { ...explored, finding: { ...shortest, calls } };
}

/** Of all guards that must have a counterexample, those without which something breaks in one of these worlds. */
export async function foundWithout(worlds: readonly CompleteWorld[]): Promise<{ found: LeftOut[]; missed: LeftOut[] }> {
  const [found, missed]: [LeftOut[], LeftOut[]] = [[], []];
  for (const { without, step } of distinctGuards([...new Set(worlds.map(({ profile }) => profile))])) {
    const having = worlds.filter(({ profile }) => stepOf(profile, without) === step);
    let isFound = false;
    for (const world of having) {
      isFound ||= (await complete(world, lawsOf(world), without)).found !== undefined;
    }
    (isFound ? found : missed).push(without);
  }
  return { found, missed };
}
