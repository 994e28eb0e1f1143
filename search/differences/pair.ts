/** Two profiles in one configuration, which are given the same calls. */
import type { Profile } from '../../spec/profile.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { fewValuesOf } from '../explore/values.ts';
import { answered } from '../judge/answered.ts';
import type { Answered } from '../judge/answered.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { systemOf } from '../rules/systems.ts';
import { startOf } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';
import type { Side } from './changes.ts';

/** A call for both: each takes the arguments that it knows. VMs are entries of the VM table. */
export interface SharedCall {
  readonly call: string;
  readonly cpu: number;
  readonly args: Readonly<Record<string, number>>;
}

/** What each side has come to: `done`, or the number of the guard that refuses; nothing where it has no such call. */
export type Ends = readonly [number | undefined, number | undefined];

/** An error, or a number; nothing where there is no such call. */
type Said = string | number | undefined;

export const sides: readonly Side[] = [0, 1];
export const otherOf = (side: Side): Side => (side === 0 ? 1 : 0);

export class Pair {
  readonly scope: Scope;
  readonly systems: readonly [TransitionSystem, TransitionSystem];
  readonly states: readonly [State, State];
  readonly args: readonly [Args, Args] = [new Int32Array(argsLength), new Int32Array(argsLength)];
  private readonly starts: readonly [Int32Array, Int32Array];

  constructor(profiles: readonly [Profile, Profile], scope: Scope) {
    const [from, to] = profiles.map((profile) => systemOf(profile, scope.config)) as [
      TransitionSystem,
      TransitionSystem,
    ];
    this.scope = scope;
    this.systems = [from, to];
    this.states = [startOf(from, scope), startOf(to, scope)];
    for (const state of this.states) state.settle();
    this.starts = [this.states[0].cells.slice(), this.states[1].cells.slice()];
  }

  restart(): void {
    for (const side of sides) {
      this.states[side].cells.set(this.starts[side]);
      this.states[side].settle();
    }
  }

  /** The call that stands among the arguments of one side. */
  callOf(side: Side, rule: CompiledRule): SharedCall {
    const own = rule.names.map((name, i) => [name, this.args[side][i + 1 + passedAt] as number] as const);
    const other = this.systems[otherOf(side)].rules.get(rule.rule.call);
    const more = Object.entries(other?.rule.parameters ?? {}).filter(([name]) => !rule.names.includes(name));
    const first = more.map(([name, parameter]) => [name, this.firstOf(otherOf(side), parameter)] as const);
    return { call: rule.rule.call, cpu: this.args[side][0] as number, args: Object.fromEntries([...own, ...first]) };
  }

  private firstOf(side: Side, parameter: Parameter): number {
    return fewValuesOf(this.systems[side], parameter)[0] ?? 0;
  }

  /** Make a call on both sides, so that it can be taken back. */
  make(call: SharedCall): Ends {
    return [this.makeOn(0, call), this.makeOn(1, call)];
  }

  private makeOn(side: Side, { call, cpu, args }: SharedCall): number | undefined {
    const [system, state] = [this.systems[side], this.states[side]];
    const rule = system.rules.get(call);
    state.answer = 0;
    if (rule === undefined) return undefined;
    system.bind(rule, { call, cpu, args: rule.names.map((name) => args[name] as number) }, this.args[side]);
    return system.apply(state, rule, this.args[side]);
  }

  /** To what the rules of the other side would bring a call in the state of this one; it is taken back. */
  swapped(side: Side, { call, cpu, args }: SharedCall): { readonly end: number; readonly said: Said } {
    const other = otherOf(side);
    const [system, state] = [this.systems[other], this.states[side]];
    const rule = system.rule(call);
    system.bind(rule, { call, cpu, args: rule.names.map((name) => args[name] as number) }, this.args[other]);
    const end = system.apply(state, rule, this.args[other]);
    const said = end === done ? state.answer : rule.guards[end]?.error;
    state.undo();
    return { end, said };
  }

  undo(): void {
    for (const state of this.states) state.undo();
  }

  /** Whether the two have answered a call that was just made with different errors or numbers. */
  differs(call: string, ends: Ends): boolean {
    return this.said(0, call, ends[0]) !== this.said(1, call, ends[1]);
  }

  said(side: Side, call: string, end: number | undefined): Said {
    if (end === undefined) return undefined;
    return end === done ? this.states[side].answer : this.systems[side].rule(call).guards[end]?.error;
  }

  /** The answer in words, with the clause that refuses. */
  answer(side: Side, { call }: SharedCall, end: number | undefined): Answered {
    if (end === undefined) return { answer: 'no such call' };
    const system = this.systems[side];
    return answered(system, call, system.outcome(system.rule(call), end, this.states[side].answer));
  }

  write({ call, cpu, args }: SharedCall): WrittenCall {
    const known = Object.assign({}, ...this.systems.map((system) => system.rules.get(call)?.rule.parameters)) as Record<
      string,
      Parameter
    >;
    const words = Object.entries(args).map(
      ([name, value]) => [name, known[name]?.format(this.scope.config, value) ?? String(value)] as const,
    );
    return { call, cpu, args: Object.fromEntries(words) };
  }
}
