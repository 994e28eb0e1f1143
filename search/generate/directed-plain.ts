/**
 * The search for arguments that take a call to a wanted end, in plain steps: the definition of what `directed.ts`
 * writes out as one function, ten times as fast. Tests hold the two to the same draws and the same arguments.
 */
import type { State } from '../../spec/state.ts';
import { passedAt } from '../../spec/language/run.ts';
import type { Args } from '../../spec/language/run.ts';
import { effort, probes } from './directed.ts';
import type { DirectedArguments, DirectedSearch } from './directed.ts';
import { cpuBit, readsCpu } from './plan.ts';
import type { Check, Opening } from './plan.ts';
import type { Random } from './random.ts';

/** How a choice ends: arguments were found, the effort is spent, or a conflict set says which choices are to blame. */
type Chosen = 'found' | 'spent' | { readonly conflict: number };

export function searchPlainly(search: DirectedSearch, random: Pick<Random, 'below'>): DirectedArguments {
  const below = (count: number): number => (count === 1 ? 0 : random.below(count));
  return (state, args) => {
    const attempt = new Attempt(search, below, state, args);
    const found = search.onAnyCpu ? attempt.onAnyCpu() : attempt.onCpu(below(search.cpus)) === 'found';
    state.undo();
    return found;
  };
}

class Attempt {
  private readonly search: DirectedSearch;
  private readonly below: (count: number) => number;
  private readonly state: State;
  private readonly args: Args;
  private left = effort;

  constructor(search: DirectedSearch, below: (count: number) => number, state: State, args: Args) {
    this.search = search;
    this.below = below;
    this.state = state;
    this.args = args;
  }

  /** One CPU after the other, as long as the failure depends on it. */
  onAnyCpu(): boolean {
    const { cpus } = this.search;
    const first = this.below(cpus);
    for (let i = 0; i < cpus; i++) {
      const chosen = this.onCpu((first + i) % cpus);
      if (chosen === 'found') return true;
      if (chosen === 'spent' || (chosen.conflict & cpuBit) === 0) return false;
      this.state.undo();
    }
    return false;
  }

  onCpu(cpu: number): Chosen {
    this.args[0] = cpu;
    for (const step of this.search.plan.opening) {
      if ('onFailure' in step) step.onFailure(this.state, this.args);
      else if (!this.meets(step)) return { conflict: conflictOf(step) };
    }
    return this.choose(0);
  }

  private meets({ holds, wanted }: Check): boolean {
    return holds(this.state, this.args) === wanted;
  }

  /** Choose the parameters from this position on. */
  private choose(position: number): Chosen {
    const { plan, values, checks } = this.search;
    const { given } = values[position] ?? {};
    if (given === undefined) return 'found';
    const own = 1 << position;
    const ownChecks = checks[position] ?? [];
    const isBlamedLater = plan.conflicts.some((bits, later) => later > position && (bits & own) !== 0);
    const first = this.below(given.length);
    if (ownChecks.length === 0 && !isBlamedLater) {
      this.put(position, first);
      return this.choose(position + 1);
    }
    let conflict = (plan.conflicts[position] ?? 0) & ~own;
    for (let i = 0; i < Math.min(given.length, probes); i++) {
      this.put(position, (first + i) % given.length);
      if (ownChecks.every((check) => this.meets(check))) {
        const later = this.choose(position + 1);
        if (typeof later === 'string') return later;
        // Another value here cannot mend what does not depend on it.
        if ((later.conflict & own) === 0) return later;
        conflict |= later.conflict;
      }
      if (--this.left <= 0) return 'spent';
    }
    return { conflict: conflict & ~own };
  }

  private put(position: number, number: number): void {
    const { given, meant } = this.search.values[position] ?? {};
    this.args[position + 1 + passedAt] = given?.[number] ?? 0;
    this.args[position + 1] = meant?.[number] ?? 0;
  }
}

const conflictOf = (step: Opening): number => ('condition' in step && readsCpu(step.condition) ? cpuBit : 0);
