/** Coverage: how often each call was done, how often each of its guards refused, and which others failed there too. */
import type { CompiledRule, Outcome, TransitionSystem } from '../../spec/transition-system.ts';
import { done } from '../../spec/transition-system.ts';
import type { Guard } from '../../spec/rule.ts';
import type { Args } from '../../spec/language/run.ts';
import type { Layout, State } from '../../spec/state.ts';
import { countFailing } from './failing.ts';
import { possibleReuses, reuseCount, reuseName } from './page-uses.ts';
import type { ReusesSeen } from './page-uses.ts';

export interface CallCoverage {
  readonly call: string;
  readonly done: number;
  readonly refused: readonly { readonly clause: string; readonly count: number; readonly redundant: boolean }[];
  /** Guards that refused while others, which are asked later and answer otherwise, failed too. */
  readonly pairs: readonly SeenPair[];
}

export interface SeenPair {
  readonly first: string;
  readonly other: string;
  readonly count: number;
}

/** So many refusals by a guard are looked at for pairs, and then one of so many. */
const lookedAt = 32;
const oneOf = 64;

export class Coverage {
  private readonly rules: readonly CompiledRule[];
  private readonly counts: readonly Float64Array[];
  private readonly layout: Layout;
  private readonly system: TransitionSystem;
  /** How often pages that had served for one purpose were used for another, by the number of the pair. */
  private readonly reuses = new Float64Array(reuseCount);

  constructor(system: TransitionSystem) {
    this.system = system;
    this.rules = [...system.rules.values()];
    this.layout = system.layout;
    // Behind the ends of a call, for each guard that refuses, the guards that fail too.
    this.counts = this.rules.map(({ guards: { length } }) => new Float64Array(1 + length + length * length));
  }

  add(rule: CompiledRule, guard: number): void {
    const counts = this.counts[rule.number] as Float64Array;
    counts[guard + 1] = (counts[guard + 1] as number) + 1;
  }

  /**
   * A call that was just added and refused, in the state that it left. Of a guard that refuses often, one refusal of
   * many is looked at: to ask all guards each time would cost a walk a fifth of its speed.
   */
  addPairs(rule: CompiledRule, first: number, state: State, args: Args): void {
    const counts = this.counts[rule.number] as Float64Array;
    const refusals = counts[first + 1] as number;
    if (refusals <= lookedAt || refusals % oneOf === 0)
      countFailing(rule, this.layout)(state, args, first, counts, pairsAt(rule, first));
  }

  /** An outcome that a system has answered, and the guards that failed beside the one that refused. */
  addOutcome(rule: CompiledRule, outcome: Outcome, failing: readonly number[]): void {
    const isThis = ({ clause }: Guard): boolean => outcome.kind === 'denied' && clause === outcome.clause;
    const guard = outcome.kind === 'done' ? done : rule.guards.findIndex(isThis);
    this.add(rule, guard);
    const counts = this.counts[rule.number] as Float64Array;
    for (const other of failing) {
      const at = pairsAt(rule, guard) + other;
      counts[at] = (counts[at] as number) + 1;
    }
  }

  /** Pairs of purposes that a call has brought about. */
  addReuses(pairs: readonly number[]): void {
    for (const pair of pairs) this.reuses[pair] = (this.reuses[pair] ?? 0) + 1;
  }

  /** Which pairs of purposes were met, and which could have been with these calls. */
  reusesSeen(calls: ReadonlySet<string> = new Set(this.system.rules.keys())): ReusesSeen {
    const all = possibleReuses(this.system, calls);
    const isSeen = (pair: number): boolean => (this.reuses[pair] ?? 0) > 0;
    const [seen, unseen] = [all.filter(isSeen), all.filter((pair) => !isSeen(pair))];
    return { seen: seen.map(reuseName), unseen: unseen.map(reuseName) };
  }

  /** Add what another run of the same profile covered. */
  merge(other: Coverage): void {
    this.addNumbers(other.numbers);
  }

  /**
   * For each call how often it was done, how often each guard refused, and how often each other failed there too; and
   * behind the last call, how often pages were used again: plain numbers, for `addNumbers`.
   */
  get numbers(): number[][] {
    return [...this.counts, this.reuses].map((counts) => [...counts]);
  }

  /** Add the numbers of another run of the same profile. */
  addNumbers(numbers: readonly (readonly number[])[]): void {
    [...this.counts, this.reuses].forEach((counts, number) => {
      numbers[number]?.forEach((count, i) => (counts[i] = (counts[i] ?? 0) + count));
    });
  }

  report(): CallCoverage[] {
    return this.rules.map((rule) => {
      const counts = this.counts[rule.number] as Float64Array;
      const refused = rule.guards.map((guard, number) => ({
        clause: guard.clause,
        count: counts[number + 1] as number,
        redundant: guard.redundant === true,
      }));
      return { call: rule.rule.call, done: counts[done + 1] as number, refused, pairs: this.pairsOf(rule) };
    });
  }

  private pairsOf(rule: CompiledRule): SeenPair[] {
    const counts = this.counts[rule.number] as Float64Array;
    return rule.guards.flatMap(({ clause: first }, number) =>
      rule.guards.flatMap(({ clause: other }, at): SeenPair[] => {
        const count = counts[pairsAt(rule, number) + at] as number;
        return count > 0 ? [{ first, other, count }] : [];
      }),
    );
  }

  /** Guards that refused, as the steps that they are: calls share some of them. */
  reached(): Guard[] {
    return this.rules.flatMap(({ guards, number }) => guards.filter((_, i) => this.counts[number]?.[i + 1] !== 0));
  }

  /** Calls never done and guards that never refused here or elsewhere, though nothing implies them: holes. */
  holes(elsewhere: ReadonlySet<Guard> = new Set()): string[] {
    return this.rules.flatMap(({ rule, guards, number }) => {
      const counts = this.counts[number] as Float64Array;
      const never = counts[done + 1] === 0 && rule.effects.length > 0 ? [`${rule.call} was never done`] : [];
      const unreached = guards.filter(
        (guard, i) => counts[i + 1] === 0 && guard.redundant !== true && !elsewhere.has(guard),
      );
      return [...never, ...unreached.map((guard) => `${rule.call}: ${guard.clause}`)];
    });
  }
}

/** Where the counts of those begin that fail too when this guard refuses. */
const pairsAt = ({ guards: { length } }: CompiledRule, first: number): number => 1 + length + first * length;
