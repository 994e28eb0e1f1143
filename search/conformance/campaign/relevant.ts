/** Of a long sequence, the calls that can have brought about what its last one met: found by the rules, without a target. */
import { TransitionSystem } from '../../../spec/transition-system.ts';
import type { Call, Outcome } from '../../../spec/transition-system.ts';
import { callOf } from '../calls.ts';
import type { Setting } from '../check.ts';
import { History } from './history.ts';
import { crashReads } from './known-crashes.ts';
import { stepsOf } from './sequence.ts';
import type { Part, Step } from './sequence.ts';

/** Words are numbered behind the symbols. */
const firstWord = 8;
/** Milliseconds that are spent on one slice at the most. */
const patience = 2000;

type Roots = ReadonlySet<number>;

export class Relevance {
  private readonly setting: Setting;
  private readonly parts: readonly Part[];
  private readonly history: History;
  private readonly steps: readonly Step[];
  /** The rules without the guard that refuses the last call: what comes behind it matters to whoever forgot it. */
  private readonly lacking: TransitionSystem | undefined;

  /** Nothing where the whole cannot be asked. */
  static of(setting: Setting, parts: readonly Part[]): Relevance | undefined {
    const steps = [...stepsOf(setting, parts)];
    return steps.some(({ outcome }) => outcome === undefined) ? undefined : new Relevance(setting, parts, steps);
  }

  private constructor(setting: Setting, parts: readonly Part[], steps: readonly Step[]) {
    this.setting = setting;
    this.parts = parts;
    this.lacking = lackingOf(setting, steps.at(-1));
    this.steps = this.lacking ? [...stepsOf(setting, parts, this.lacking)] : steps;
    const { system, names } = setting;
    const words = new Map<string, number>();
    const numberOf = (word: string): number => {
      if (!words.has(word)) words.set(word, firstWord + words.size);
      return words.get(word) as number;
    };
    const calls = steps.map(({ question }): Call => callOf(question, system.rule(question.op), names, numberOf));
    this.history = new History(system, calls, (at) => crashReads(steps[at]?.question, setting), this.lacking);
  }

  /** What the last call depends on by the rules, and nothing else. */
  lean(): readonly Part[] | undefined {
    return this.slice(new Set([this.parts.length - 1]));
  }

  /** Slices for the last call, or for the last about a page, with more and more of what has to do with it. */
  *slices(page?: number): Iterable<readonly Part[]> {
    const last = page === undefined ? this.parts.length - 1 : this.history.lastAbout(page);
    if (last < 0) return;
    const related = this.history.related(last);
    let length = 0;
    for (let count = 0; count <= 2 * related.length; count = count === 0 ? 1 : 2 * count) {
      const slice = this.slice(new Set([last, ...related.slice(0, count)]));
      if (slice !== undefined && slice.length > length && slice.length < this.parts.length) yield slice;
      length = Math.max(length, slice?.length ?? 0);
    }
  }

  /** Few calls after which the rules judge the roots as they do in the whole. */
  private slice(roots: Roots): readonly Part[] | undefined {
    let strict: ReadonlySet<number> = new Set();
    for (;;) {
      const kept = this.agreeing(this.history.slice(roots, strict), roots);
      if (kept !== undefined) return this.least(kept, roots).map((at) => this.parts[at] as Part);
      const stricter = new Set([...roots, ...strict, ...[...strict].flatMap((at) => [...this.history.sourcesOf(at)])]);
      if (stricter.size === strict.size) return undefined;
      strict = stricter;
    }
  }

  /** What can be asked of these calls, where all roots are among it and are judged as in the whole. */
  private agreeing(calls: readonly number[], roots: Roots): readonly number[] | undefined {
    const kept: number[] = [];
    const parts = calls.map((at) => this.parts[at] as Part);
    let i = 0;
    for (const step of stepsOf(this.setting, parts, this.lacking)) {
      const at = calls[i++] as number;
      if (roots.has(at) && !isAlike(step, this.steps[at] as Step)) return undefined;
      if (step.outcome !== undefined) kept.push(at);
    }
    return kept;
  }

  /** Without every chunk that can go: an answer of the rules costs nothing. */
  private least(calls: readonly number[], roots: Roots): readonly number[] {
    const until = performance.now() + patience;
    let now = calls;
    for (let size = Math.ceil(now.length / 2); size >= 1 && performance.now() < until; size = size >> 1) {
      for (let end = now.length; end > 0 && performance.now() < until; end -= size) {
        const start = Math.max(0, end - size);
        if (now.slice(start, end).some((at) => roots.has(at))) continue;
        now = this.agreeing([...now.slice(0, start), ...now.slice(end)], roots) ?? now;
      }
    }
    return now;
  }
}

const said = (outcome: Outcome | undefined): string | undefined =>
  outcome?.kind === 'denied' ? outcome.clause : outcome?.kind;
const isAlike = (one: Step, other: Step): boolean =>
  said(one.outcome) === said(other.outcome) && said(one.other) === said(other.other);

function lackingOf({ system }: Setting, last: Step | undefined): TransitionSystem | undefined {
  if (last?.outcome?.kind !== 'denied') return undefined;
  const { profile, config } = system;
  return new TransitionSystem(profile, config, { call: last.question.op, clause: last.outcome.clause });
}
