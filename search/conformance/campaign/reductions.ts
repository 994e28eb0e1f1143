/** How sequences for targets are made smaller: the adapter of the shrinker. */
import type { Reductions, Smaller } from '../../shrink/shrink.ts';
import type { Setting } from '../check.ts';
import { rewordings, withOtherPages, withOtherVms, withoutCode } from './canonical.ts';
import type { Met } from './examine.ts';
import { Relevance } from './relevant.ts';
import { QuestionSequence } from './sequence.ts';
import type { Part } from './sequence.ts';

/** Longer sequences are sliced before anything else. */
const slicedFrom = 8;

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
    if (parts.length < slicedFrom) return;
    const page = /^state of (.*)$/.exec(this.metBy(sequence)?.difference.what ?? '')?.[1];
    const number = this.setting.names.pages.get(page ?? '');
    for (const slice of Relevance.of(this.setting, parts)?.slices(number) ?? []) yield made(slice);
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

  /** The last call about another page, all about plain pages, or about a VM made before, with what that depends on and nothing else. */
  *fewer({ parts }: QuestionSequence): Iterable<QuestionSequence> {
    const anew = parts.flatMap(({ makes }, at) => (makes === undefined ? [] : withOtherVms(parts, at + 1)));
    for (const others of [...withOtherPages(parts), withoutCode(parts), ...anew]) {
      const lean = Relevance.of(this.setting, others)?.lean();
      if (lean !== undefined && lean.length < parts.length) yield made(lean);
    }
  }

  *canonical(sequence: QuestionSequence): Smaller<QuestionSequence> {
    let now = sequence;
    for (const reword of rewordings(sequence.parts.length)) {
      const plainer = reword(now.parts);
      if (JSON.stringify(plainer) !== JSON.stringify(now.parts)) now = (yield [made(plainer)]) ?? now;
    }
    return now;
  }
}
