/** A scope to the end: every state that can be reached in it, every call in each of them, every law judged. */
import { TransitionSystem } from '../../spec/transition-system.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { ExhaustiveSuite } from '../scopes/exhaustive.ts';
import type { LeftOut } from '../judge/counterexample.ts';
import { explore } from './explore.ts';
import type { Explored } from './explore.ts';
import { shrunkOf } from '../rules/campaign.ts';
import type { MinimizedViolation } from '../rules/campaign.ts';
import { RuleSequences } from '../rules/sequences.ts';
import { writeCall } from '../judge/written-call.ts';
import { countsAsLoss, distinctGuards, stepOf } from '../guards/mutation.ts';
import { isLaw } from '../../properties/property.ts';
import type { Law } from '../../properties/property.ts';
import { systemOf } from '../rules/systems.ts';

/** The laws that a scope is held to, or those of one clause. */
export const lawsOf = ({ profile, scope }: ExhaustiveSuite, clause?: string): Law[] =>
  allProperties(systemOf(profile, scope.config))
    .filter(isLaw)
    .filter((law) => clause === undefined || law.clause === clause);

export interface Exhausted extends Explored {
  /** What breaks, in a shortest sequence and canonical arguments. */
  readonly minimized?: MinimizedViolation;
}

export async function searchExhaustively(
  suite: ExhaustiveSuite,
  laws: readonly Law[] = lawsOf(suite),
  without?: LeftOut,
): Promise<Exhausted> {
  const { profile, scope, most } = suite;
  const system = new TransitionSystem(profile, scope.config, without);
  const bounds = { states: Infinity, depth: Infinity, most, sampled: true };
  const explored = explore(system, scope, laws, bounds, without && countsAsLoss(system));
  if (explored.found === undefined) return explored;
  const { sequence } = explored.found;
  const shortest = await shrunkOf(new RuleSequences(system, scope, laws, sequence.length), sequence);
  const calls = shortest.calls.map((call) => writeCall(system, call));
  return { ...explored, minimized: { ...shortest, calls } };
}

/** Of all guards that must have a counterexample, those without which something breaks in one of these scopes. */
export async function foundWithout(
  suites: readonly ExhaustiveSuite[],
): Promise<{ found: LeftOut[]; missed: LeftOut[] }> {
  const [found, missed]: [LeftOut[], LeftOut[]] = [[], []];
  for (const { without, step } of distinctGuards([...new Set(suites.map(({ profile }) => profile))])) {
    const having = suites.filter(({ profile }) => stepOf(profile, without) === step);
    let isFound = false;
    for (const suite of having) {
      isFound ||= (await searchExhaustively(suite, lawsOf(suite), without)).found !== undefined;
    }
    (isFound ? found : missed).push(without);
  }
  return { found, missed };
}
