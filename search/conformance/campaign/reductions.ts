/** How sequences for targets are made smaller: the adapter of the shrinker. */
import type { Call } from '../../../spec/transition-system.ts';
import type { Reductions, Smaller } from '../../shrink/shrink.ts';
import { callOf } from '../calls.ts';
import type { Setting } from '../check.ts';
import { rewordings, withOtherPages, withOtherVms } from './canonical.ts';
import type { Met } from './examine.ts';
import { Relevance } from './relevant.ts';
import { QuestionSequence, questionsOf } from './sequence.ts';
import type { Part } from './sequence.ts';

const made = (parts: readonly Part[]): QuestionSequence => new QuestionSequence(parts);

export class QuestionReductions implements Reductions<QuestionSequence> {
  private readonly setting: Setting;
  private readonly metBy: (sequence: QuestionSequence) => Met | undefined;

  constructor(setting: Setting, metBy: (sequence: QuestionSequence) => Met | undefined) {
    this.setting = setting;
    this.metBy = metBy;
  }

  length({ parts }: QuestionSequence): number {
    return parts.length;
  }

  *relevant(sequence: QuestionSequence): Iterable<QuestionSequence> {
    const { parts } = sequence;
    const relevance = parts.length > 1 ? this.relevanceOf(parts) : undefined;
    if (relevance === undefined) return;
    const page = /^state of (.*)$/.exec(this.metBy(sequence)?.difference.what ?? '')?.[1];
    const number = this.setting.names.pages.get(page ?? '');
    const slices = number === undefined ? relevance.slices() : relevance.slicesOfPage(number);
    for (const kept of slices) yield made(kept.map((at) => parts[at] as Part));
  }

  private relevanceOf(parts: readonly Part[]): Relevance | undefined {
    const questions = questionsOf(this.setting, parts);
    const { system, names } = this.setting;
    const words = new Map<string, number>();
    const numberOf = (word: string): number => words.get(word) ?? (words.set(word, words.size + firstWord), words.size);
    const calls = questions?.map((question): Call => callOf(question, system.rule(question.op), names, numberOf));
    return calls && new Relevance(system, calls);
  }

  /** Up to where it differed, and without what can have changed nothing. */
  *tidy(sequence: QuestionSequence): Iterable<QuestionSequence> {
    const { parts } = sequence;
    const met = this.metBy(sequence);
    if (met === undefined) return;
    const upTo = parts.slice(0, met.questions.length);
    const busy = upTo.filter((_, i) => i === upTo.length - 1 || met.changed[i] === true);
    if (busy.length < upTo.length) yield made(busy);
    if (upTo.length < parts.length) yield made(upTo);
  }

  without({ parts }: QuestionSequence, from: number, to: number): QuestionSequence {
    return made([...parts.slice(0, from), ...parts.slice(to)]);
  }

  /** What follows is said of a VM that was made before. */
  *withoutElsewhere({ parts }: QuestionSequence, from: number, to: number): Iterable<QuestionSequence> {
    const left = [...parts.slice(0, from), ...parts.slice(to)];
    for (const elsewhere of withOtherVms(left, from)) yield made(elsewhere);
  }

  /** The last call about another page, with what that one depends on and nothing else. */
  *fewer({ parts }: QuestionSequence): Iterable<QuestionSequence> {
    for (const others of withOtherPages(parts)) {
      const [slice] = this.relevanceOf(others)?.slices() ?? [];
      if (slice !== undefined) yield made(slice.map((at) => others[at] as Part));
    }
  }

  *canonical(sequence: QuestionSequence): Smaller<QuestionSequence> {
    let now = sequence;
    for (const reword of rewordings(sequence.parts.length)) {
      const simpler = reword(now.parts);
      if (JSON.stringify(simpler) !== JSON.stringify(now.parts)) now = (yield [made(simpler)]) ?? now;
    }
    return now;
  }
}

/** Words are numbered behind the symbols. */
const firstWord = 8;
