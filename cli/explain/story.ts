/** A counterexample run again: each call with its answer and what it changed, and what the rule would have answered. */
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { profile as altered } from '../../spec/profile.ts';
import type { Difference, Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { Property } from '../../properties/property.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { canBeVm, formatVm, vmsIn } from '../../search/judge/vm-symmetry.ts';
import { Replay, trace } from '../../search/judge/replay.ts';
import type { Traced, ViolatedAt } from '../../search/judge/replay.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { scopeNamed } from '../../search/scopes/suites.ts';

export type VmNames = readonly string[];

/** Calls that were run from the start of a scope. */
export interface Ran {
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
}

export interface Story extends Ran {
  readonly counterexample: Counterexample;
  /** The last call as it should be: with the rule in place that was left out, or without the fault. */
  readonly asSpecified: Traced | undefined;
}

/** The rules that a sequence is run by, and where it starts. */
export interface Place {
  readonly profile: Profile;
  readonly scope: Scope;
  readonly system: TransitionSystem;
}

/** A sequence of calls, and where it is made. */
export type Sequence = Pick<Counterexample, 'profile' | 'scope' | 'without' | 'calls'>;

/**
 * Where it is made, with the differences of a fault. What there is not (a profile, a scope, a guard) is said in one line.
 * `given`: the scope, where it is none of those that have a name.
 */
export function placeOf(
  { profile: name, scope: scopeName, without }: Omit<Sequence, 'calls'>,
  differences: readonly Difference[] = [],
  given?: Scope,
): Place | string {
  const profile = profiles.get(name);
  if (profile === undefined) return `no profile ${name}; there are ${[...profiles.keys()].join(', ')}`;
  const scope = given ?? scopeNamed(scopeName);
  if (scope === undefined) return `no scope ${scopeName}`;
  if (without && !profile.rules.has(without.call)) return `profile ${profile.name} has no call ${without.call}`;
  const leftOut = without && profile.rules.get(without.call)?.guards.find((step) => step.clause === without.clause);
  if (without && leftOut === undefined) return `${without.call} has no guard ${without.clause}`;
  const system = new TransitionSystem(
    altered(profile.name, profile, differences),
    scope.config,
    without && leftOut && { call: without.call, clause: leftOut.clause },
  );
  return { profile, scope, system };
}

/** The calls as the rules take them; one that cannot be made there is said in one line. */
export function callsAt(place: Place, written: Sequence['calls']): Call[] | string {
  const { profile, system } = place;
  const unknown = written.find(({ call }) => !profile.rules.has(call));
  if (unknown !== undefined) return `profile ${profile.name} has no call ${unknown.call}`;
  try {
    const calls = written.map((call) => readCall(system, call));
    return strangeVm(place, calls) ?? calls;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first VM that cannot be there by then: none of the table, and none that was reserved. */
function strangeVm({ profile, scope, system }: Place, calls: readonly Call[]): string | undefined {
  const { slots } = system.config;
  const reserves = ({ call }: { readonly call: string }): boolean => profile.rules.get(call)?.answer === 'vm';
  let reserved = scope.prelude.filter(reserves).length;
  for (const call of calls) {
    const rule = system.rule(call.call);
    for (const i of vmsIn(rule)) {
      const vm = call.args[i] as number;
      if (!canBeVm(vm, slots, reserved))
        return `${call.call}: ${String(rule.names[i])} cannot be ${formatVm(vm)}: the VM table has ${slots} entries, and no more than ${reserved} were reserved by then`;
    }
    if (reserves(call)) reserved++;
  }
  return undefined;
}

/** Run it, with the differences that its fault makes. What cannot be run is said in one line. */
export function storyOf(counterexample: Counterexample, differences: readonly Difference[] = []): Story | string {
  const place = placeOf(counterexample, differences);
  if (typeof place === 'string') return place;
  const calls = callsAt(place, counterexample.calls);
  if (typeof calls === 'string') return calls;
  const properties = allProperties(place.system).filter(({ clause }) => clause === counterexample.breaks);
  const whole = new TransitionSystem(place.profile, place.scope.config);
  const isAltered = counterexample.without !== undefined || differences.length > 0;
  return {
    counterexample,
    ...runAt(place, calls, properties),
    asSpecified: isAltered ? trace(whole, place.scope, calls).at(-1) : undefined,
  };
}

/** Run calls, and judge them by these properties. */
export function runAt({ system, scope }: Place, calls: readonly Call[], properties: readonly Property[]): Ran {
  const { state, reserved } = begin(system, scope);
  const steps = trace(system, scope, calls);
  return {
    ...{ system, scope, calls, reserved, steps },
    start: state.cells,
    names: namesOf(system, reserved, steps),
    broken: new Replay(system, scope, properties).run(calls),
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
