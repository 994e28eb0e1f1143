/**
 * A corpus: for each way in which a call can end, and for each two guards that fail together, the shortest sequence that
 * a hunt has seen it in. Such a sequence is made shorter by the rules alone, for the target has answered by them.
 */
import type { Question } from '../../../spec/target.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import type { CallCoverage } from '../../judge/coverage.ts';
import { UnreadableEvent } from '../calls.ts';
import { TranscriptChecker } from '../check.ts';
import type { Setting } from '../check.ts';
import type { Expectation } from '../difference.ts';
import type { Examined } from './examine.ts';
import { Relevance } from './relevant.ts';
import { QuestionSequence, partsOf, stepsOf } from './sequence.ts';
import type { Part, Step } from './sequence.ts';

export interface CorpusEntry {
  /** What the last call shows: `CALL done`, `CALL GUARD`, or `CALL GUARD OTHER` where the other guard fails too. */
  readonly shows: string;
  readonly calls: readonly Question[];
}

const inCoverage = ({ call, done, refused, pairs }: CallCoverage): string[] => [
  ...(done > 0 ? [`${call} done`] : []),
  ...refused.flatMap(({ clause, count }) => (count > 0 ? [`${call} ${clause}`] : [])),
  ...pairs.map(({ first, other }) => `${call} ${first} ${other}`),
];

/** What a step shows by the rules; nothing where it cannot be asked. */
function shownBy({ question: { op }, outcome, failing }: Step, system: TransitionSystem): string[] {
  if (outcome === undefined) return [];
  if (outcome.kind === 'done') return [`${op} done`];
  const { guards } = system.rule(op);
  const { clause } = outcome;
  return [`${op} ${clause}`, ...failing.map((other) => `${op} ${clause} ${guards[other]?.clause ?? ''}`)];
}

/** The sequences of entries; those that a target of this setting cannot be asked are left out. */
export const sequencesOfCorpus = (setting: Setting, entries: readonly CorpusEntry[]): QuestionSequence[] =>
  entries.flatMap(({ calls }) => {
    const checker = new TranscriptChecker(setting);
    try {
      return [new QuestionSequence(partsOf(calls.map((question): Expectation => checker.expect(question))))];
    } catch (error) {
      if (error instanceof UnreadableEvent) return [];
      throw error;
    }
  });

export class CorpusGrowth {
  private readonly setting: Setting;
  private readonly known: Map<string, CorpusEntry>;
  private readonly noted = new Set<string>();
  private readonly sequences: QuestionSequence[] = [];

  constructor(setting: Setting, entries: readonly CorpusEntry[]) {
    this.setting = setting;
    this.known = new Map(entries.map((entry) => [entry.shows, entry]));
  }

  /** Keep a sequence in mind that shows what none before it did. */
  note(sequence: QuestionSequence, { coverage, met }: Pick<Examined, 'coverage' | 'met'>): void {
    if (met !== undefined) return;
    const shown = coverage.report().flatMap(inCoverage);
    const fresh = shown.filter((what) => !this.known.has(what) && !this.noted.has(what));
    for (const what of fresh) this.noted.add(what);
    if (fresh.length > 0) this.sequences.push(sequence);
  }

  /**
   * The entries with those that are added, by what they show. What there is no time to make short is left out, and can be
   * found again.
   */
  grown(until: number): { readonly entries: readonly CorpusEntry[]; readonly added: number; readonly left: number } {
    const found = [...this.earliest()].sort(([, one], [, other]) => one.length - other.length);
    const entries = new Map(this.known);
    let left = 0;
    for (const [shows, parts] of found) {
      if (performance.now() > until) left++;
      else entries.set(shows, { shows, calls: this.questions(this.least(parts, shows)) });
    }
    const sorted = [...entries.values()].sort((one, other) => (one.shows < other.shows ? -1 : 1));
    return { entries: sorted, added: entries.size - this.known.size, left };
  }

  /** For each thing that is new, the calls up to where it shows first. */
  private earliest(): Map<string, readonly Part[]> {
    const found = new Map<string, readonly Part[]>();
    for (const { parts } of this.sequences) {
      let at = 0;
      for (const step of stepsOf(this.setting, parts)) {
        at++;
        for (const what of shownBy(step, this.setting.system)) {
          if (this.noted.has(what) && at < (found.get(what)?.length ?? Infinity)) found.set(what, parts.slice(0, at));
        }
      }
    }
    return found;
  }

  private least(parts: readonly Part[], shows: string): readonly Part[] {
    const lean = Relevance.of(this.setting, parts)?.lean();
    let now = lean !== undefined && this.shows(lean, shows) ? lean : parts;
    for (let size = now.length >> 1; size >= 1; size >>= 1) {
      for (let end = now.length - 1; end > 0; end -= size) {
        const without = [...now.slice(0, Math.max(0, end - size)), ...now.slice(end)];
        if (this.shows(without, shows)) now = without;
      }
    }
    return now;
  }

  /** Can all be asked, and does the last show this? */
  private shows(parts: readonly Part[], what: string): boolean {
    let last: Step | undefined;
    for (const step of stepsOf(this.setting, parts)) {
      if (step.outcome === undefined) return false;
      last = step;
    }
    return last !== undefined && shownBy(last, this.setting.system).includes(what);
  }

  private questions(parts: readonly Part[]): Question[] {
    return [...stepsOf(this.setting, parts)].map(({ question }) => question);
  }
}
