/** Sequences of calls, with VMs named in order of reservation: how they are run again, and judged. */
import { done } from '../../spec/machine.ts';
import type { Call, CompiledRule, Machine, Outcome } from '../../spec/machine.ts';
import type { State } from '../../spec/state.ts';
import { argsLength, passed } from '../../spec/term.ts';
import type { Args } from '../../spec/term.ts';
import { Judge } from './judge.ts';
import type { Violation } from './judge.ts';
import type { Ledger } from '../../properties/ghost.ts';
import { Ordinals, translate, vmsIn } from './ordinals.ts';
import type { Property } from '../../properties/property.ts';
import { begin } from '../scopes/linux.ts';
import type { NamedWorld } from '../scopes/linux.ts';

export interface Broken {
  /** How many calls it took, the last one included. */
  readonly length: number;
  readonly violation: Violation;
}

/** Puts a call whose VMs are ordinals before a machine. */
function put(rule: CompiledRule, call: Call, ordinals: Ordinals, args: Args): void {
  const vms = vmsIn(rule);
  args[0] = call.cpu;
  for (let i = 0; i < call.args.length; i++) {
    const given = call.args[i] as number;
    const number = vms.length > 0 && vms.includes(i) ? ordinals.toEntry(given) : given;
    args[i + 1 + passed] = number;
    args[i + 1] = rule.resolve[i]?.[number] ?? number;
  }
}

function reserveIn(ordinals: Ordinals, rule: CompiledRule, guard: number, state: State): void {
  if (guard === done && rule.rule.answer === 'vm') ordinals.reserve(state.answer);
}

/** Runs sequences from a world's start, again and again, and finds the first violation of each. */
export class Replay {
  readonly machine: Machine;
  readonly named: NamedWorld;
  readonly judge: Judge;
  /** For each call of the last sequence: the guard that refused it, or `done`; and whether it wrote anything. */
  readonly guards: number[] = [];
  readonly wrote: boolean[] = [];
  /** The last sequence that was run, and what it broke. */
  last: readonly Call[] | undefined;
  broken: Broken | undefined;
  /** Calls made since this was set up. */
  steps = 0;
  readonly state: State;
  /** The cells at the start, and the entries of the VMs that are there. */
  readonly start: Int32Array;
  readonly prelude: readonly number[];
  private readonly ledger: Ledger;
  private readonly ordinals: Ordinals;
  private readonly args: Args = new Int32Array(argsLength);

  constructor(machine: Machine, named: NamedWorld, properties: readonly Property[]) {
    this.machine = machine;
    this.named = named;
    const { state, reserved, ledger } = begin(machine, named);
    this.state = state;
    this.prelude = reserved;
    this.start = state.cells.slice();
    this.judge = new Judge(machine, state, properties, ledger);
    this.ledger = ledger;
    this.ordinals = new Ordinals(machine.world.slots);
  }

  /** Back to the start. */
  restart(): void {
    this.state.cells.set(this.start);
    this.judge.restart(this.ledger);
  }

  /** Run the calls up to the first violation; properties that are sampled are judged after the last call, or not. */
  run(calls: readonly Call[], sampled = true): Broken | undefined {
    this.broken = this.follow(calls, sampled);
    this.last = calls;
    return this.broken;
  }

  private follow(calls: readonly Call[], sampled: boolean): Broken | undefined {
    const { machine, state, args, judge, ordinals, guards, wrote } = this;
    this.restart();
    ordinals.clear();
    for (const entry of this.prelude) ordinals.reserve(entry);
    guards.length = calls.length;
    wrote.length = calls.length;
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i] as Call;
      const rule = machine.rule(call.call);
      put(rule, call, ordinals, args);
      const guard = machine.apply(state, rule, args);
      this.steps++;
      guards[i] = guard;
      wrote[i] = state.written > 0;
      reserveIn(ordinals, rule, guard, state);
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

/** Run a sequence from a world's start, and keep every outcome and state. */
export function trace(machine: Machine, named: NamedWorld, calls: readonly Call[]): Traced[] {
  const ordinals = new Ordinals(machine.world.slots);
  const start = begin(machine, named);
  for (const entry of start.reserved) ordinals.reserve(entry);
  let { state } = start;
  return calls.map((call) => {
    const next = machine.step(
      state,
      translate(machine, call, (vm) => ordinals.toEntry(vm)),
    );
    if (next.outcome.kind === 'done' && machine.rule(call.call).rule.answer === 'vm') {
      ordinals.reserve(next.outcome.answer);
    }
    state = next.state;
    return { call, ...next };
  });
}

/** The calls of a sequence, which names VMs in order of reservation, as the machine takes them. */
export function bound(machine: Machine, named: NamedWorld, calls: readonly Call[]): Call[] {
  const ordinals = new Ordinals(machine.world.slots);
  const { state, reserved } = begin(machine, named);
  for (const entry of reserved) ordinals.reserve(entry);
  const args = new Int32Array(argsLength);
  return calls.map((call) => {
    const rule = machine.rule(call.call);
    const taken = translate(machine, call, (vm) => ordinals.toEntry(vm));
    machine.bind(rule, taken, args);
    const guard = machine.apply(state, rule, args);
    state.settle();
    reserveIn(ordinals, rule, guard, state);
    return taken;
  });
}

/** The calls of a run, which name table entries, as a sequence, which names VMs in order of reservation. */
export function asSequence(machine: Machine, named: NamedWorld, calls: readonly Call[]): Call[] {
  const ordinals = new Ordinals(machine.world.slots);
  const { state, reserved } = begin(machine, named);
  for (const entry of reserved) ordinals.reserve(entry);
  const args = new Int32Array(argsLength);
  return calls.map((call) => {
    const rule = machine.rule(call.call);
    const named = translate(machine, call, (vm) => ordinals.toOrdinal(vm));
    machine.bind(rule, call, args);
    const guard = machine.apply(state, rule, args);
    state.settle();
    reserveIn(ordinals, rule, guard, state);
    return named;
  });
}
