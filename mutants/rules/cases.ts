/** Calls in states that can be reached: for each end of each call some, drawn once for all mutants. */
import { GhostState } from '../../properties/ghost.ts';
import { allProperties } from '../../properties/chapters.ts';
import type { Property } from '../../properties/property.ts';
import { Generator } from '../../search/generate/generator.ts';
import { Random } from '../../search/generate/random.ts';
import { Judge } from '../../search/judge/judge.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import type { Profile } from '../../spec/profile.ts';
import type { State } from '../../spec/state.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { CompiledRule, Outcome } from '../../spec/transition-system.ts';
import type { Planted } from './planted.ts';

/** A state, what was counted of it, and the arguments of a call. */
export interface Case {
  readonly call: string;
  readonly cells: Int32Array;
  readonly args: Args;
  readonly ghost: GhostState;
}

interface Begun {
  readonly start: Int32Array;
  readonly ghost: GhostState;
  readonly seed: number;
}

/** Cases kept of each end of a call; drawn from so many walks of this length. */
const kept = 24;
const walks = 24;
const length = 400;
/** One call in so many has one of its arguments drawn anew: it may miss its end by that alone. */
const missesOneIn = 3;

export class Cases {
  readonly system: TransitionSystem;
  readonly scope: Scope;
  readonly properties: readonly Property[];
  readonly state: State;
  readonly generator: Generator;
  readonly random = new Random(0);
  readonly args = new Int32Array(argsLength);
  private readonly begun: Begun;
  private drawn: ReadonlyMap<string, readonly Case[]> | undefined;
  private readonly after: Int32Array;

  constructor(profile: Profile, scope: Scope, seed: number) {
    this.system = new TransitionSystem(profile, scope.config);
    this.scope = scope;
    this.properties = allProperties(this.system);
    const { state, ghost } = begin(this.system, scope);
    this.state = state;
    this.after = new Int32Array(state.cells.length);
    this.generator = new Generator(this.system, this.random, scope.weights);
    this.begun = { start: state.cells.slice(), ghost, seed };
  }

  /** The cases of a call; all are drawn when somebody first asks. */
  of(call: string): readonly Case[] {
    return this.all.get(call) ?? [];
  }

  get all(): ReadonlyMap<string, readonly Case[]> {
    return (this.drawn ??= this.draw());
  }

  private draw(): ReadonlyMap<string, readonly Case[]> {
    const { state, generator, random, system, args } = this;
    const { start, ghost, seed } = this.begun;
    const all = new Map<string, Case[]>();
    const judge = new Judge(system, state, [], ghost);
    const counts = new Map<string, number>();
    const before = new Int32Array(start.length);
    for (let walk = 0; walk < walks; walk++) {
      random.seed(seed + walk);
      state.cells.set(start);
      judge.restart(ghost);
      generator.restart();
      for (let step = 0; step < length; step++) {
        const rule = generator.next(state, args);
        if (random.below(missesOneIn) === 0) this.redraw(rule);
        before.set(state.cells);
        const guard = system.apply(state, rule, args);
        const end = `${rule.rule.call} ${guard}`;
        const count = (counts.get(end) ?? 0) + 1;
        counts.set(end, count);
        if (count <= kept) {
          const list = all.get(rule.rule.call) ?? [];
          all.set(rule.rule.call, list);
          list.push(this.caseOf(rule, before.slice(), judge));
        }
        judge.judge(rule, args, guard);
      }
    }
    return all;
  }

  private redraw({ names, rule, resolve }: CompiledRule): void {
    const at = this.random.below(Math.max(1, names.length));
    const values = Object.values(rule.parameters)[at]?.values(this.system.config) ?? [];
    const value = values[this.random.below(Math.max(1, values.length))];
    if (value === undefined) return;
    this.args[at + 1 + passedAt] = value;
    this.args[at + 1] = resolve[at]?.[value] ?? value;
  }

  /** why: `ghost` is of the state before the call, for the judge has not followed yet. */
  private caseOf({ rule: { call } }: CompiledRule, cells: Int32Array, judge: Judge): Case {
    const ghost = new GhostState(this.system.layout);
    ghost.copyFrom(judge.ghost);
    return { call, cells, args: this.args.slice(), ghost };
  }

  /** The clauses that refuse calls of a system in these cases, and the calls that are done. */
  endsOf(system: TransitionSystem, calls: readonly string[]): Set<string> {
    const ends = new Set<string>();
    for (const call of calls) {
      const rule = system.rule(call);
      for (const one of this.of(call)) {
        const outcome = this.outcomeOf(system, rule, one);
        ends.add(`${call} ${outcome.kind === 'denied' ? outcome.clause : 'done'}`);
      }
    }
    return ends;
  }

  /** The cases in which anybody can tell the mutant from the rules: by the answer, or by the state after it. */
  *differing({ system, calls }: Planted): Generator_<Case> {
    for (const call of calls) {
      const [rule, other] = [this.system.rule(call), system.rule(call)];
      for (const one of this.of(call)) {
        const right = this.endOf(this.system, rule, one);
        this.after.set(this.state.cells);
        const wrong = this.endOf(system, other, one);
        if (right !== wrong || !isSame(this.after, this.state.cells)) yield one;
      }
    }
  }

  private endOf(system: TransitionSystem, rule: CompiledRule, one: Case): string {
    const outcome = this.outcomeOf(system, rule, one);
    return outcome.kind === 'denied' ? outcome.error : `done ${outcome.answer}`;
  }

  private outcomeOf(system: TransitionSystem, rule: CompiledRule, one: Case): Outcome {
    const { state, args } = this;
    state.settle();
    state.cells.set(one.cells);
    args.set(one.args);
    const guard = system.apply(state, rule, args);
    state.settle();
    return system.outcome(rule, guard, state.answer);
  }
}

type Generator_<T> = globalThis.Generator<T, void, void>;

function isSame(one: Int32Array, other: Int32Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
