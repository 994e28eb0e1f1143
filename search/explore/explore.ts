/**
 * Exhaustive search, breadth first: every state that can be reached, or all up to a bound, until a property is broken.
 * The first violation that it meets is at the end of a shortest sequence.
 */
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { fieldNames } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Layout, State } from '../../spec/state.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { Enumerate } from './enumerate.ts';
import { Judge } from '../judge/judge.ts';
import type { Violation } from '../judge/judge.ts';
import { CountedGhost } from '../../properties/ghost-counting.ts';
import type { Property } from '../../properties/property.ts';
import { asSequence, bound } from '../judge/replay.ts';
import { anyNumber, Packing } from './packing.ts';
import { StateSet } from './state-set.ts';
import { toTheEnd } from './to-the-end.ts';
import { begin } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';

export interface Bounds {
  readonly states: number;
  readonly depth: number;
  /** The largest number that is followed in a field; a state beyond it is judged, and not gone into. */
  readonly most?: Most;
  /** Whether the properties that are sampled elsewhere are judged in every state. */
  readonly sampled?: boolean;
}

export type Most = Readonly<Partial<Record<FieldName, number>>>;

export interface Explored {
  readonly states: number;
  readonly calls: number;
  /** For each clause, how often something was judged that could have broken it. */
  readonly subjects: ReadonlyMap<string, number>;
  /** All sequences up to this length were looked at. */
  readonly depth: number;
  /** Nothing is left: every state was seen that can be reached without going beyond what fields are followed to. */
  readonly complete: boolean;
  readonly found?: { readonly sequence: readonly Call[]; readonly violation: Violation };
}

export type Progress = Pick<Explored, 'states' | 'calls' | 'depth'>;

/** Numbers kept for each state: from which state, by which call. */
const stride = 14;

class Search {
  private readonly system: TransitionSystem;
  private readonly scope: Scope;
  private readonly state: State;
  private readonly judge: Judge;
  private readonly seen: StateSet;
  private readonly packing: Packing;
  /** The state in which calls are made, and what is kept: a state in words, and what its laws remember of VMs that are gone. */
  private readonly from: Int32Array;
  private readonly row: Int32Array;
  private readonly stranded: CountedGhost;
  private readonly args: Args = new Int32Array(argsLength);
  private readonly enumerate: Enumerate;
  private readonly rules: readonly CompiledRule[];
  private readonly bounds: Bounds;
  private readonly after: readonly Call[];
  private readonly limits: readonly { readonly cell: number; readonly most: number }[];
  private readonly parents: number[] = [-1];
  private via = new Int16Array(stride * 1024);
  private calls = 0;
  private ruleNow: CompiledRule | undefined;

  constructor(from: From, properties: readonly Property[], bounds: Bounds) {
    const { system, scope, after = [] } = from;
    this.system = system;
    this.scope = scope;
    const { state, ghost } = begin(system, scope);
    this.state = state;
    this.judge = new Judge(system, state, properties, ghost);
    this.after = bound(system, scope, after);
    for (const call of this.after) this.follow(system.rule(call.call), call);
    this.stranded = new CountedGhost(system.layout);
    this.packing = new Packing(system.layout, anyNumber);
    this.row = new Int32Array(this.packing.words + 2 * system.config.pages.length);
    this.from = this.row.slice(0, this.packing.words);
    this.seen = new StateSet(this.row.length);
    this.enumerate = new Enumerate(system);
    this.rules = [...system.rules.values()];
    this.bounds = bounds;
    this.limits = limitsOf(system.layout, bounds.most ?? {});
  }

  /** Can be left off before the calls of each state are tried. */
  *run(wanted: (violation: Violation) => boolean): Generator<Progress, Explored> {
    const { bounds } = this;
    this.packing.pack(this.state.cells, this.from);
    this.save(-1);
    let [next, depth] = [0, 0];
    while (next < this.seen.count && depth < bounds.depth) {
      for (const end = this.seen.count; next < end; next++) {
        if (this.seen.count > bounds.states) return this.result(depth, false);
        yield { states: this.seen.count, calls: this.calls, depth };
        const violation = this.expand(next, wanted);
        if (violation) return { ...this.result(depth, false), found: { sequence: this.sequence(next), violation } };
      }
      depth++;
    }
    return this.result(depth, next === this.seen.count);
  }

  private result(depth: number, complete: boolean): Explored {
    const { calls, judge } = this;
    return { states: this.seen.count, calls, subjects: judge.subjectsByClause(), depth, complete };
  }

  /** Try every call in one state. A state in which something unwanted is broken is not gone into. */
  private expand(number: number, wanted: (violation: Violation) => boolean): Violation | undefined {
    const { state, judge, system } = this;
    this.load(number);
    let found: Violation | undefined;
    this.enumerate.each(state, this.args, (rule, args) => {
      this.calls++;
      this.ruleNow = rule;
      const guard = system.apply(state, rule, args);
      let violation = judge.look(rule, args, guard);
      if (!violation && state.written > 0 && this.save(number) && this.bounds.sampled === true) {
        violation = judge.sample();
      }
      if (violation && wanted(violation)) found = violation;
      judge.undo();
      return found === undefined;
    });
    return found;
  }

  /** A call that comes before all that are tried. */
  private follow(rule: CompiledRule, call: Call): void {
    this.system.bind(rule, call, this.args);
    this.judge.judge(rule, this.args, this.system.apply(this.state, rule, this.args));
  }

  private load(number: number): void {
    const { state, stranded, judge } = this;
    const row = this.seen.row(number);
    const { words } = this.packing;
    const pages = stranded.strandedHeld.length;
    this.from.set(row.subarray(0, words));
    this.packing.unpack(this.from, state.cells);
    stranded.strandedHeld.set(row.subarray(words, words + pages));
    stranded.strandedLent.set(row.subarray(words + pages));
    stranded.recount(judge.now, stranded);
    judge.restart(stranded);
  }

  /** Keep the state as it stands now, and how it was reached, if it is new and within the bounds. */
  private save(parent: number): boolean {
    const { row, state, judge, packing, from } = this;
    if (this.limits.some(({ cell, most }) => state.at(cell) > most)) return false;
    const { strandedHeld, strandedLent } = judge.ghost;
    packing.repack(state, from, row);
    row.set(strandedHeld, packing.words);
    row.set(strandedLent, packing.words + strandedHeld.length);
    const number = this.seen.add(row);
    if (number <= 0) return false;
    this.parents[number] = parent;
    if ((number + 1) * stride > this.via.length) this.growVia();
    this.via.set(this.callNow(), number * stride);
    return true;
  }

  private growVia(): void {
    const longer = new Int16Array(this.via.length * 2);
    longer.set(this.via);
    this.via = longer;
  }

  private callNow(): number[] {
    const rule = this.ruleNow;
    if (rule === undefined) return [];
    const given = rule.names.map((_, i) => this.args[i + 1 + passedAt] as number);
    return [rule.number, this.args[0] as number, ...given];
  }

  /** The calls that lead to a state, and the one that was tried there last. */
  private sequence(number: number): Call[] {
    const last = this.decode(this.callNow());
    const calls: Call[] = [last];
    for (let at = number; at > 0; at = this.parents[at] as number) {
      calls.unshift(this.decode([...this.via.subarray(at * stride, (at + 1) * stride)]));
    }
    return asSequence(this.system, this.scope, [...this.after, ...calls]).slice(this.after.length);
  }

  private decode(numbers: readonly number[]): Call {
    const rule = this.rules[numbers[0] ?? 0] as CompiledRule;
    return { call: rule.rule.call, cpu: numbers[1] ?? 0, args: numbers.slice(2, 2 + rule.names.length) };
  }
}

/** The cells that are followed only so far. */
export const limitsOf = ({ base, size }: Layout, most: Most): { cell: number; most: number }[] =>
  fieldNames.flatMap((field) => {
    const limit = most[field];
    if (limit === undefined) return [];
    return Array.from({ length: size[field] }, (_, i) => ({ cell: base[field] + i, most: limit }));
  });

/** Where a search begins: at the start of a scope, or after these calls. */
interface From {
  readonly system: TransitionSystem;
  readonly scope: Scope;
  readonly after?: readonly Call[];
}

/** Search from there until a wanted violation is met, or a bound; whoever asks for its parts in turn may leave off. */
export const exploring = (
  from: From,
  properties: readonly Property[],
  bounds: Bounds,
  wanted: (violation: Violation) => boolean = () => true,
): Generator<Progress, Explored> => new Search(from, properties, bounds).run(wanted);

/** The same at one go, from a scope's start. */
export const explore = (
  system: TransitionSystem,
  scope: Scope,
  properties: readonly Property[],
  bounds: Bounds,
  wanted?: (violation: Violation) => boolean,
): Explored => toTheEnd(exploring({ system, scope }, properties, bounds, wanted));
