/** Sequences of calls, with VMs named in order of reservation: how they are run again, and judged. */
import { done } from '../../spec/transition-system.ts';
import type { Call, CompiledRule, Outcome, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { Judge } from './judge.ts';
import type { Violation } from './judge.ts';
import type { GhostState } from '../../properties/ghost.ts';
import { translate, vmsIn, VmSymmetry } from './vm-symmetry.ts';
import type { Property } from '../../properties/property.ts';
import { begin } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';

export interface ViolatedAt {
  /** How many calls it took, the last one included. */
  readonly length: number;
  readonly violation: Violation;
}

/** Puts a call whose VMs are ordinals before a machine. */
function put(rule: CompiledRule, call: Call, symmetry: VmSymmetry, args: Args): void {
  const vms = vmsIn(rule);
  args[0] = call.cpu;
  for (let i = 0; i < call.args.length; i++) {
    const given = call.args[i] as number;
    const number = vms.length > 0 && vms.includes(i) ? symmetry.toEntry(given) : given;
    args[i + 1 + passedAt] = number;
    args[i + 1] = rule.resolve[i]?.[number] ?? number;
  }
}

function reserveIn(symmetry: VmSymmetry, rule: CompiledRule, guard: number, state: State): void {
  if (guard === done && rule.rule.answer === 'vm') symmetry.reserve(state.answer);
}

/** Runs sequences from a scope's start, again and again, and finds the first violation of each. */
export class Replay {
  readonly system: TransitionSystem;
  readonly scope: Scope;
  readonly judge: Judge;
  /** For each call of the last sequence: the guard that refused it, or `done`; and whether it wrote anything. */
  readonly guards: number[] = [];
  readonly wrote: boolean[] = [];
  /** The last sequence that was run, and what it broke. */
  last: readonly Call[] | undefined;
  broken: ViolatedAt | undefined;
  /** Calls made since this was set up. */
  steps = 0;
  readonly state: State;
  /** The cells at the start, and the entries of the VMs that are there. */
  readonly start: Int32Array;
  readonly prelude: readonly number[];
  private readonly ghost: GhostState;
  private readonly symmetry: VmSymmetry;
  private readonly args: Args = new Int32Array(argsLength);

  constructor(system: TransitionSystem, scope: Scope, properties: readonly Property[]) {
    this.system = system;
    this.scope = scope;
    const { state, reserved, ghost } = begin(system, scope);
    this.state = state;
    this.prelude = reserved;
    this.start = state.cells.slice();
    this.judge = new Judge(system, state, properties, ghost);
    this.ghost = ghost;
    this.symmetry = new VmSymmetry(system.config.slots);
  }

  /** Back to the start. */
  restart(): void {
    this.state.cells.set(this.start);
    this.judge.restart(this.ghost);
  }

  /** Run the calls up to the first violation; properties that are sampled are judged after the last call, or not. */
  run(calls: readonly Call[], sampled = true): ViolatedAt | undefined {
    this.broken = this.follow(calls, sampled);
    this.last = calls;
    return this.broken;
  }

  private follow(calls: readonly Call[], sampled: boolean): ViolatedAt | undefined {
    const { system, state, args, judge, symmetry, guards, wrote } = this;
    this.restart();
    symmetry.clear();
    for (const entry of this.prelude) symmetry.reserve(entry);
    guards.length = calls.length;
    wrote.length = calls.length;
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i] as Call;
      const rule = system.rule(call.call);
      put(rule, call, symmetry, args);
      const guard = system.apply(state, rule, args);
      this.steps++;
      guards[i] = guard;
      wrote[i] = state.written > 0;
      reserveIn(symmetry, rule, guard, state);
      const violation =
        judge.judge(rule, args, guard) ?? (sampled && i === calls.length - 1 ? judge.sample() : undefined);
      if (violation) return { length: i + 1, violation };
    }
    return undefined;
  }
}

/** One call of a trace, with the state that it leads to. */
export interface Traced {
  readonly call: Call;
  readonly outcome: Outcome;
  readonly state: State;
}

/** Run a sequence from a scope's start, and keep every outcome and state. */
export function trace(system: TransitionSystem, scope: Scope, calls: readonly Call[]): Traced[] {
  const symmetry = new VmSymmetry(system.config.slots);
  const start = begin(system, scope);
  for (const entry of start.reserved) symmetry.reserve(entry);
  let { state } = start;
  return calls.map((call) => {
    const next = system.step(
      state,
      translate(system, call, (vm) => symmetry.toEntry(vm)),
    );
    if (next.outcome.kind === 'done' && system.rule(call.call).rule.answer === 'vm') {
      symmetry.reserve(next.outcome.answer);
    }
    state = next.state;
    return { call, ...next };
  });
}

/** The calls of a sequence, which names VMs in order of reservation, as the machine takes them. */
export const bound = (system: TransitionSystem, scope: Scope, calls: readonly Call[]): Call[] =>
  inBothWords(system, scope, calls, 'taken').map(({ taken }) => taken);

/** The calls of a run, which name table entries, as a sequence, which names VMs in order of reservation. */
export const asSequence = (system: TransitionSystem, scope: Scope, calls: readonly Call[]): Call[] =>
  inBothWords(system, scope, calls, 'named').map(({ named }) => named);

/** Calls as a sequence names its VMs, and as the machine takes them; the other words are those that are wanted. */
function inBothWords(
  system: TransitionSystem,
  scope: Scope,
  calls: readonly Call[],
  wanted: 'named' | 'taken',
): { readonly named: Call; readonly taken: Call }[] {
  const symmetry = new VmSymmetry(system.config.slots);
  const { state, reserved } = begin(system, scope);
  for (const entry of reserved) symmetry.reserve(entry);
  const args = new Int32Array(argsLength);
  return calls.map((call) => {
    const rule = system.rule(call.call);
    const named = wanted === 'taken' ? call : translate(system, call, (vm) => symmetry.toOrdinal(vm));
    const taken = wanted === 'named' ? call : translate(system, call, (vm) => symmetry.toEntry(vm));
    system.bind(rule, taken, args);
    const guard = system.apply(state, rule, args);
    state.settle();
    reserveIn(symmetry, rule, guard, state);
    return { named, taken };
  });
}
