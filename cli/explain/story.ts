/** A counterexample run again: each call with its answer and what it changed, and what the rule would have answered. */
import { Machine } from '../../spec/machine.ts';
import type { Call } from '../../spec/machine.ts';
import { profile as altered } from '../../spec/profile.ts';
import type { Difference } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { allProperties } from '../../properties/chapters.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { Replay, trace } from '../../search/judge/replay.ts';
import type { Broken, Traced } from '../../search/judge/replay.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { NamedWorld } from '../../search/scopes/linux.ts';
import { worldNamed } from '../../search/scopes/suites.ts';

export type VmNames = readonly string[];

export interface Story {
  readonly counterexample: Counterexample;
  readonly named: NamedWorld;
  readonly machine: Machine;
  readonly calls: readonly Call[];
  readonly start: Int32Array;
  readonly steps: readonly Traced[];
  /** At the start and after each step: the names of the VMs by their entry in the VM table. */
  readonly names: readonly VmNames[];
  /** Which property the sequence breaks, and at which call; nothing if it breaks none. */
  readonly broken: Broken | undefined;
  /** The last call as it should be: with the rule in place that was left out, or without the fault. */
  readonly asSpecified: Traced | undefined;
}

/**
 * Run it, with the differences that its fault makes. What cannot be run (an unknown profile, world, call or argument) is
 * said in one line.
 */
export function tell(counterexample: Counterexample, differences: readonly Difference[] = []): Story | string {
  const profile = profiles.get(counterexample.profile);
  if (profile === undefined)
    return `no profile ${counterexample.profile}; there are ${[...profiles.keys()].join(', ')}`;
  const named = worldNamed(counterexample.world);
  if (named === undefined) return `no world ${counterexample.world}`;
  const { without } = counterexample;
  const unknown = [...counterexample.calls.map(({ call }) => call), ...(without ? [without.call] : [])].find(
    (call) => !profile.rules.has(call),
  );
  if (unknown !== undefined) return `profile ${profile.name} has no call ${unknown}`;
  const leftOut = without && profile.rules.get(without.call)?.guards.find((step) => step.clause === without.clause);
  if (without && leftOut === undefined) return `${without.call} has no guard ${without.clause}`;
  const machine = new Machine(
    altered(profile.name, profile, differences),
    named.world,
    without && leftOut && { call: without.call, clause: leftOut.clause },
  );
  let calls: Call[];
  try {
    calls = counterexample.calls.map((call) => readCall(machine, call));
  } catch (error) {
    return (error as Error).message;
  }
  const properties = allProperties(machine).filter((property) => property.clause === counterexample.breaks);
  const whole = new Machine(profile, named.world);
  const { state, reserved } = begin(machine, named);
  const steps = trace(machine, named, calls);
  return {
    counterexample,
    named,
    machine,
    calls,
    start: state.cells,
    steps,
    names: namesOf(machine, reserved, steps),
    broken: new Replay(machine, named, properties).run(calls),
    asSpecified: without || differences.length > 0 ? trace(whole, named, calls).at(-1) : undefined,
  };
}

/** Each reservation has the next name, and takes its entry from whoever had it before. */
function namesOf(machine: Machine, reserved: readonly number[], steps: readonly Traced[]): VmNames[] {
  const names: string[] = [];
  reserved.forEach((entry, ordinal) => (names[entry] = `VM${ordinal}`));
  let next = reserved.length;
  const all = [[...names]];
  for (const { call, outcome } of steps) {
    const reserves = outcome.kind === 'done' && machine.rule(call.call).rule.answer === 'vm';
    if (reserves) names[outcome.answer] = `VM${next++}`;
    all.push([...names]);
  }
  return all;
}
