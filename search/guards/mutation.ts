/**
 * Guard mutation: every rule earns its place. Each guard is left out in turn, and a property must then break; the
 * shortest sequence that shows it is the counterexample. A guard that nothing misses lacks a property, or a reason.
 */
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Step } from '../../spec/rule.ts';
import { allProperties } from '../../properties/chapters.ts';
import { callsOf, writeSequence } from '../judge/counterexample.ts';
import type { Counterexample, LeftOut } from '../judge/counterexample.ts';
import { explore } from '../explore/explore.ts';
import { countsAsLoss } from '../judge/losses.ts';
import type { Law } from '../../properties/property.ts';
import { Replay, trace } from '../judge/replay.ts';
import { breakBy, shrunkOf } from '../rules/campaign.ts';
import { RuleSequences } from '../rules/sequences.ts';
import type { Scope } from '../scopes/linux.ts';
import { systemOf } from '../rules/systems.ts';

export interface Effort {
  /** Sequences drawn for a guard in one scope, and their length. */
  readonly runs: number;
  readonly length: number;
  /** Violations after which the shortest is taken. */
  readonly finds: number;
  /** States that the exhaustive search may visit to prove that nothing shorter exists. */
  readonly states: number;
}

export const defaultEffort: Effort = { runs: 60, length: 1000, finds: 12, states: 150_000 };

export interface Found {
  readonly counterexample: Counterexample;
  /** `proven`: all shorter sequences were searched; `open`: there were too many. */
  readonly shortest: 'proven' | 'open';
}

export interface GuardMutation {
  readonly without: LeftOut;
  readonly found?: Found;
}

/** The guards of a profile that must have a counterexample. */
export const guardsOf = (profile: Profile): LeftOut[] =>
  [...profile.rules.values()].flatMap((rule) =>
    rule.guards.flatMap((step) =>
      step.kind === 'must' && step.waiver === undefined ? [{ call: rule.call, clause: step.clause }] : [],
    ),
  );

/** A guard to leave out, as the step that it is: calls share some guards, and profiles share most of their calls. */
export interface DistinctGuard {
  readonly profile: Profile;
  readonly without: LeftOut;
  readonly step: Step;
}

/** The guards of several profiles that must have a counterexample, each under the first profile that has it. */
export function distinctGuards(profiles: readonly Profile[]): DistinctGuard[] {
  const known = new Set<Step | string>();
  return profiles.flatMap((profile) =>
    guardsOf(profile).flatMap((without) => {
      const { call, clause } = without;
      const step = stepOf(profile, without);
      if (step === undefined || known.has(step) || known.has(`${call} ${clause}`)) return [];
      known.add(step).add(`${call} ${clause}`);
      return [{ profile, without, step }];
    }),
  );
}

/** The step that a profile leaves out for this call and clause. */
export const stepOf = (profile: Profile, { call, clause }: LeftOut): Step | undefined =>
  profile.rules.get(call)?.guards.find((step) => step.clause === clause);

/** Look for what breaks without this guard, in each scope, and keep the shortest sequence that shows it. */
export async function mutateGuard(
  profile: Profile,
  scopes: readonly Scope[],
  without: LeftOut,
  effort: Effort = defaultEffort,
): Promise<GuardMutation> {
  let best: DrawnIn | undefined;
  for (const scope of scopes) {
    if (best && best.calls.length <= 2) break;
    const system = new TransitionSystem(profile, scope.config, without);
    const subject = new RuleSequences(system, scope, allProperties(system), effort.length);
    const drawn = await shortestDrawn(subject, effort);
    if (drawn && drawn.calls.length < (best?.calls.length ?? Infinity)) best = { ...drawn, subject };
  }
  return best ? { without, found: await settle(best, without, effort) } : { without };
}

/** A sequence after which this law is broken. */
interface Drawn {
  readonly calls: readonly Call[];
  readonly law: Law;
}

interface DrawnIn extends Drawn {
  readonly subject: RuleSequences;
}

/** Search for something shorter still. */
async function settle(best: DrawnIn, without: LeftOut, effort: Effort): Promise<Found> {
  const { system, scope } = best.subject;
  const bounds = { states: effort.states, depth: best.calls.length - 1 };
  const searched = explore(system, scope, allProperties(system), bounds, countsAsLoss(system));
  const shorter = searched.found && (await shrunk(best.subject, searched.found.sequence));
  const { calls, law } = shorter ?? best;
  const proven = shorter !== undefined || searched.complete || searched.depth >= bounds.depth;
  return {
    counterexample: writeSequence(system, scope, without.clause, { without }, law, calls),
    shortest: proven ? 'proven' : 'open',
  };
}

/** The shortest and simplest sequence that is found to break the same clause, and what sees it. */
async function shrunk(subject: RuleSequences, calls: readonly Call[]): Promise<Drawn> {
  const shortest = await shrunkOf(subject, calls);
  return { calls: shortest.calls, law: shortest.violation.property };
}

/** The shortest of several sequences that were drawn, broke something and were shrunk. */
async function shortestDrawn(subject: RuleSequences, effort: Effort): Promise<Drawn | undefined> {
  const counts = countsAsLoss(subject.system);
  let best: Drawn | undefined;
  let left = effort.runs;
  for (let seed = 1; left > 0 && seed <= effort.finds; seed++) {
    const { runs, broken } = await breakBy(subject, { seed, runs: left, counts });
    left -= runs;
    if (broken === undefined) break;
    const one = { calls: broken.calls, law: broken.violation.property };
    if (best === undefined || one.calls.length < best.calls.length) best = one;
    if (best.calls.length === 1) break;
  }
  return best;
}

/**
 * What is wrong with a counterexample, if anything: without the rule the last call breaks the clause, and no call can
 * be spared; with the rule the last call is denied by exactly that clause, and all before it are answered alike.
 */
export function flawOf(profile: Profile, scope: Scope, counterexample: Counterexample): string | undefined {
  const { without, breaks } = counterexample;
  const weak = new TransitionSystem(profile, scope.config, without);
  const calls = callsOf(weak, counterexample);
  const flaw = flawOfCalls(new Replay(weak, scope, allProperties(weak)), calls, breaks);
  if (flaw !== undefined) return flaw;
  const outcome = trace(systemOf(profile, scope.config), scope, calls).at(-1)?.outcome;
  if (outcome?.kind !== 'denied') return 'with the rule the last call is done';
  if (outcome.clause !== without.clause) return `with the rule the last call is denied by ${outcome.clause}`;
  return undefined;
}

/** What is wrong with calls that are to break a clause, the last of them, with none to spare. */
export function flawOfCalls(replay: Replay, calls: readonly Call[], breaks: string): string | undefined {
  const broken = replay.run(calls);
  if (broken === undefined) return 'nothing breaks';
  if (broken.violation.property.clause !== breaks) return `${broken.violation.property.clause} breaks, not ${breaks}`;
  if (broken.length < calls.length) return `it breaks after ${broken.length} of ${calls.length} calls`;
  const spare = calls.findIndex((_, i) => {
    const rest = replay.run(calls.filter((_call, at) => at !== i));
    return rest?.violation.property.clause === breaks;
  });
  return spare >= 0 ? `call ${spare + 1} can be spared` : undefined;
}
