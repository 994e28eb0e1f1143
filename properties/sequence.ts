/** Sequences of calls, with VMs named in order of reservation: how they are run again, and judged. */
import type { Call, Machine, Outcome } from '../spec/machine.ts';
import { done } from '../spec/machine.ts';
import type { CompiledRule } from '../spec/machine.ts';
import type { State } from '../spec/state.ts';
import { argsLength, passed } from '../spec/term.ts';
import type { Args } from '../spec/term.ts';
import { Judge } from './judge.ts';
import type { Violation } from './judge.ts';
import { Ledger } from './ledger.ts';
import { Ordinals, translate, vmsIn } from './ordinals.ts';
import type { Property } from './property.ts';
import { preludeOf, startOf } from './worlds.ts';
import type { NamedWorld } from './worlds.ts';

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
  /** Calls made since this was set up. */
  steps = 0;
  private readonly state: State;
  private readonly start: Int32Array;
  private readonly ledger: Ledger;
  private readonly ordinals: Ordinals;
  private readonly prelude: readonly number[];
  private readonly args: Args = new Int32Array(argsLength);

  constructor(machine: Machine, named: NamedWorld, properties: readonly Property[]) {
    this.machine = machine;
    this.named = named;
    this.state = startOf(machine, named);
    this.start = this.state.cells.slice();
    this.judge = new Judge(machine, this.state, properties);
    this.ledger = new Ledger(machine.layout);
    this.ledger.copyFrom(this.judge.ledger);
    this.ordinals = new Ordinals(machine.world.slots);
    this.prelude = reservedBy(machine, named);
  }

  /** Run the calls up to the first violation; properties that are sampled are judged after the last call. */
  run(calls: readonly Call[]): Broken | undefined {
    const { machine, state, args, judge, ordinals, guards, wrote } = this;
    state.cells.set(this.start);
    judge.restart(this.ledger);
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
      const violation = judge.judge(rule, args, guard) ?? (i === calls.length - 1 ? judge.sample() : undefined);
      if (violation) return { length: i + 1, violation };
    }
    return undefined;
  }
}

/** The entries that a prelude reserves, in order. */
function reservedBy(machine: Machine, named: NamedWorld): number[] {
  const ordinals = new Ordinals(machine.world.slots);
  const reserved: number[] = [];
  let state = startOf(machine, { ...named, prelude: [] });
  for (const call of preludeOf(machine, named)) {
    const next = machine.step(
      state,
      translate(machine, call, (vm) => ordinals.toEntry(vm)),
    );
    if (next.outcome.kind === 'done' && machine.rule(call.call).rule.answer === 'vm') {
      reserved.push(next.outcome.answer);
      ordinals.reserve(next.outcome.answer);
    }
    state = next.state;
  }
  return reserved;
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
  for (const entry of reservedBy(machine, named)) ordinals.reserve(entry);
  let state = startOf(machine, named);
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

/** The calls of a run, which name table entries, as a sequence, which names VMs in order of reservation. */
export function asSequence(machine: Machine, named: NamedWorld, calls: readonly Call[]): Call[] {
  const ordinals = new Ordinals(machine.world.slots);
  for (const entry of reservedBy(machine, named)) ordinals.reserve(entry);
  const state = startOf(machine, named);
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
