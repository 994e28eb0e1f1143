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
import { distinctGuards, stepOf } from '../guards/mutation.ts';
import { countsAsLoss } from '../judge/losses.ts';
import { everything, isIn } from '../engine/share.ts';
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

/** Whether something breaks in one of some scopes without a guard; guards that must have a counterexample are numbered. */
interface Without {
  readonly number: number;
  readonly without: LeftOut;
  readonly found: boolean;
}

/** Leave out the guards of a share in turn. */
export async function leaveOutEach(
  suites: readonly ExhaustiveSuite[],
  share = everything,
): Promise<readonly Without[]> {
  const guards = distinctGuards([...new Set(suites.map(({ profile }) => profile))]);
  const results: Without[] = [];
  for (const [number, { without, step }] of guards.entries()) {
    if (!isIn(share, number)) continue;
    const having = suites.filter(({ profile }) => stepOf(profile, without) === step);
    let found = false;
    for (const suite of having) {
      found ||= (await searchExhaustively(suite, lawsOf(suite), without)).found !== undefined;
    }
    results.push({ number, without, found });
  }
  return results;
}
