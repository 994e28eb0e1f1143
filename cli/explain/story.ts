/** A counterexample run again: each call with its answer and what it changed, and what the rule would have answered. */
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { profile as altered } from '../../spec/profile.ts';
import type { Difference } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { allProperties } from '../../properties/chapters.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { Replay, trace } from '../../search/judge/replay.ts';
import type { Traced, ViolatedAt } from '../../search/judge/replay.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { scopeNamed } from '../../search/scopes/suites.ts';

export type VmNames = readonly string[];

export interface Story {
  readonly counterexample: Counterexample;
  readonly scope: Scope;
  readonly system: TransitionSystem;
  readonly calls: readonly Call[];
  readonly start: Int32Array;
  /** The entry of the VM table that each VM of the start has taken, in the order of their names. */
  readonly reserved: readonly number[];
  readonly steps: readonly Traced[];
  /** At the start and after each step: the names of the VMs by their entry in the VM table. */
  readonly names: readonly VmNames[];
  /** Which property the sequence breaks, and at which call; nothing if it breaks none. */
  readonly broken: ViolatedAt | undefined;
  /** The last call as it should be: with the rule in place that was left out, or without the fault. */
  readonly asSpecified: Traced | undefined;
}

/**
 * Run it, with the differences that its fault makes. What cannot be run (an unknown profile, scope, call or argument)
 * is said in one line.
 */
export function storyOf(counterexample: Counterexample, differences: readonly Difference[] = []): Story | string {
  const profile = profiles.get(counterexample.profile);
  if (profile === undefined)
    return `no profile ${counterexample.profile}; there are ${[...profiles.keys()].join(', ')}`;
  const scope = scopeNamed(counterexample.scope);
  if (scope === undefined) return `no scope ${counterexample.scope}`;
  const { without } = counterexample;
  const unknown = [...counterexample.calls.map(({ call }) => call), ...(without ? [without.call] : [])].find(
    (call) => !profile.rules.has(call),
  );
  if (unknown !== undefined) return `profile ${profile.name} has no call ${unknown}`;
  const leftOut = without && profile.rules.get(without.call)?.guards.find((step) => step.clause === without.clause);
  if (without && leftOut === undefined) return `${without.call} has no guard ${without.clause}`;
  const system = new TransitionSystem(
    altered(profile.name, profile, differences),
    scope.config,
    without && leftOut && { call: without.call, clause: leftOut.clause },
  );
  let calls: Call[];
  try {
    calls = counterexample.calls.map((call) => readCall(system, call));
  } catch (error) {
    return (error as Error).message;
  }
  const properties = allProperties(system).filter((property) => property.clause === counterexample.breaks);
  const whole = new TransitionSystem(profile, scope.config);
  const { state, reserved } = begin(system, scope);
  const steps = trace(system, scope, calls);
  return {
    counterexample,
    scope,
    system,
    calls,
    start: state.cells,
    reserved,
    steps,
    names: namesOf(system, reserved, steps),
    broken: new Replay(system, scope, properties).run(calls),
    asSpecified: without || differences.length > 0 ? trace(whole, scope, calls).at(-1) : undefined,
  };
}

/** Each reservation has the next name, and takes its entry from whoever had it before. */
function namesOf(system: TransitionSystem, reserved: readonly number[], steps: readonly Traced[]): VmNames[] {
  const names: string[] = [];
  reserved.forEach((entry, ordinal) => (names[entry] = `VM${ordinal}`));
  let next = reserved.length;
  const all = [[...names]];
  for (const { call, outcome } of steps) {
    const reserves = outcome.kind === 'done' && system.rule(call.call).rule.answer === 'vm';
    if (reserves) names[outcome.answer] = `VM${next++}`;
    all.push([...names]);
  }
  return all;
}
