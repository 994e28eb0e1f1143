/** Coverage: how often each call was done, and how often each of its guards refused. */
import type { CompiledRule, Machine } from '../spec/machine.ts';
import { done } from '../spec/machine.ts';

export interface CallCoverage {
  readonly call: string;
  readonly done: number;
  readonly refused: readonly { readonly clause: string; readonly count: number; readonly implied: boolean }[];
}

export class Coverage {
  private readonly rules: readonly CompiledRule[];
  private readonly counts: readonly Float64Array[];

  constructor(machine: Machine) {
    this.rules = [...machine.rules.values()];
    this.counts = this.rules.map((rule) => new Float64Array(rule.guards.length + 1));
  }

  add(rule: CompiledRule, guard: number): void {
    const counts = this.counts[rule.number] as Float64Array;
    counts[guard + 1] = (counts[guard + 1] as number) + 1;
  }

  /** Add what another run of the same profile covered. */
  merge(other: Coverage): void {
    this.counts.forEach((counts, number) => {
      other.counts[number]?.forEach((count, i) => (counts[i] = (counts[i] ?? 0) + count));
    });
  }

  report(): CallCoverage[] {
    return this.rules.map((rule) => {
      const counts = this.counts[rule.number] as Float64Array;
      const refused = rule.guards.map((guard, number) => ({
        clause: guard.clause,
        count: counts[number + 1] as number,
        implied: guard.implied === true,
      }));
      return { call: rule.rule.call, done: counts[done + 1] as number, refused };
    });
  }

  /** Calls never done and guards that never refused, though nothing implies them: holes in what was tried. */
  holes(): string[] {
    return this.report().flatMap(({ call, done, refused }) => [
      ...(done === 0 ? [`${call} was never done`] : []),
      ...refused.filter((guard) => guard.count === 0 && !guard.implied).map((guard) => `${call}: ${guard.clause}`),
    ]);
  }
}
