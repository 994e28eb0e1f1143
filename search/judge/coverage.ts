/** Coverage: how often each call was done, and how often each of its guards refused. */
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import { done } from '../../spec/transition-system.ts';
import type { Guard } from '../../spec/rule.ts';

export interface CallCoverage {
  readonly call: string;
  readonly done: number;
  readonly refused: readonly { readonly clause: string; readonly count: number; readonly redundant: boolean }[];
}

export class Coverage {
  private readonly rules: readonly CompiledRule[];
  private readonly counts: readonly Float64Array[];

  constructor(system: TransitionSystem) {
    this.rules = [...system.rules.values()];
    this.counts = this.rules.map((rule) => new Float64Array(rule.guards.length + 1));
  }

  add(rule: CompiledRule, guard: number): void {
    const counts = this.counts[rule.number] as Float64Array;
    counts[guard + 1] = (counts[guard + 1] as number) + 1;
  }

  /** Add what another run of the same profile covered. */
  merge(other: Coverage): void {
    this.addNumbers(other.numbers);
  }

  /** For each call how often it was done, and then how often each guard refused: plain numbers, for `addNumbers`. */
  get numbers(): number[][] {
    return this.counts.map((counts) => [...counts]);
  }

  /** Add the numbers of another run of the same profile. */
  addNumbers(numbers: readonly (readonly number[])[]): void {
    this.counts.forEach((counts, number) => {
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
      return { call: rule.rule.call, done: counts[done + 1] as number, refused };
    });
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
