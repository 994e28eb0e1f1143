/** Bounded search: whether one call, or two, from a scope's start break a clause, where a longer sequence does. */
import type { Call, CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import { argsLength, passedAt } from '../../spec/language/run.ts';
import { Enumerate } from './enumerate.ts';
import type { Visit } from './calls.ts';
import type { Judge } from '../judge/judge.ts';
import { distinctPages, isPage } from '../shrink/symmetry.ts';

/** How many calls are tried in one search, so that it stays quick in large scopes. */
const most = 6000;

export class BoundedSearch {
  private readonly system: TransitionSystem;
  private readonly state: State;
  private readonly judge: Judge;
  /** Back to the start. */
  private readonly restart: () => void;
  private readonly enumerate: Enumerate;
  private readonly first = new Int32Array(argsLength);
  private readonly last = new Int32Array(argsLength);
  /** 1 for each page that differs at the start from all before it: the others do as well as these. */
  private readonly distinct: Uint8Array;
  /** What was found before; the search depends on no more than the names of the calls. */
  private readonly known = new Map<string, Call[] | undefined>();
  private left = 0;
  private clause = '';

  constructor(system: TransitionSystem, state: State, judge: Judge, restart: () => void) {
    this.system = system;
    this.state = state;
    this.judge = judge;
    this.restart = restart;
    this.enumerate = new Enumerate(system);
    restart();
    this.distinct = distinctPages(system, state);
  }

  /** One call, or two, and fewer than these, that break the clause by such a call as the last. */
  find(clause: string, calls: readonly Call[]): Call[] | undefined {
    const last = calls.at(-1);
    if (last === undefined || calls.length === 1) return undefined;
    const names = [...new Set(calls.map(({ call }) => call))].sort();
    const key = [clause, last.call, calls.length > 2, ...names].join();
    if (!this.known.has(key)) this.known.set(key, this.search(clause, last, names, calls.length));
    return this.known.get(key);
  }

  private search(clause: string, last: Call, names: readonly string[], length: number): Call[] | undefined {
    this.left = most;
    this.clause = clause;
    this.restart();
    const ends = this.endsLike(last);
    const one = this.lastCall(ends);
    if (one !== undefined || length === 2) return one;
    const [alike, others] = this.beginnings(names);
    return this.bothCalls(alike, ends) ?? this.bothCalls(others, ends);
  }

  /** The calls that the sequence has, which are tried first, and all others. */
  private beginnings(names: readonly string[]): [ReadonlySet<CompiledRule>, ReadonlySet<CompiledRule>] {
    const all = [...this.system.rules.values()];
    const isAlike = ({ rule }: CompiledRule): boolean => names.includes(rule.call);
    return [new Set(all.filter(isAlike)), new Set(all.filter((rule) => !isAlike(rule)))];
  }

  /** The calls that can be the last: those that do without a guard, and the one that was. */
  private endsLike(last: Call): ReadonlySet<CompiledRule> {
    const all = [...this.system.rules.values()];
    return new Set(all.filter((rule) => rule.rule.call === last.call || rule.checked.includes(false)));
  }

  private lastCall(ends: ReadonlySet<CompiledRule>): Call[] | undefined {
    let found: Call | undefined;
    const visit: Visit = (rule, args) => {
      const guard = this.system.apply(this.state, rule, args);
      const violation = this.judge.look(rule, args, guard);
      if (violation?.property.clause === this.clause) found = callOf(rule, args);
      this.judge.undo();
      return found === undefined && --this.left > 0;
    };
    this.enumerate.each(this.state, this.last, visit, ends);
    return found && [found];
  }

  /** The first page that the call names, if it names any, is not like one before it. */
  private isDistinct(rule: CompiledRule, args: Int32Array): boolean {
    const position = Object.values(rule.rule.parameters).findIndex(isPage);
    return position < 0 || this.distinct[args[position + 1 + passedAt] as number] === 1;
  }

  private bothCalls(beginnings: ReadonlySet<CompiledRule>, ends: ReadonlySet<CompiledRule>): Call[] | undefined {
    let found: Call[] | undefined;
    this.left = most;
    const visit: Visit = (rule, args) => {
      if (!this.isDistinct(rule, args)) return true;
      const guard = this.system.apply(this.state, rule, args);
      const { written } = this.state;
      const broken = this.judge.judge(rule, args, guard) !== undefined;
      if (written > 0 && !broken) {
        const second = this.lastCall(ends);
        found = second && [callOf(rule, args), ...second];
      }
      if (written > 0) this.restart();
      return found === undefined && --this.left > 0;
    };
    this.enumerate.each(this.state, this.first, visit, beginnings);
    return found;
  }
}

const callOf = (rule: CompiledRule, args: Int32Array): Call => ({
  call: rule.rule.call,
  cpu: args[0] as number,
  args: rule.names.map((_, i) => args[i + 1 + passedAt] as number),
});
