/**
 * The sequences that are put to targets: how one is drawn, beside a checker that knows every answer, and how one is
 * shrunk.
 */
import type * as fc from 'fast-check';
import type { Shrinking, Subject } from '../../engine/arbitrary.ts';
import { shrinkBy } from '../../shrink/shrink.ts';
import { TranscriptChecker } from '../check.ts';
import type { Setting } from '../check.ts';
import type { Expectation } from '../difference.ts';
import type { Met } from './examine.ts';
import { CannotFuzz } from './fit.ts';
import { QuestionGenerator } from './generate.ts';
import type { Extras } from './generate.ts';
import { QuestionReductions } from './reductions.ts';
import { QuestionSequence, partsOf } from './sequence.ts';

const largestSeed = 0x7fffffff;

/** What is known of sequences that were tried. */
export interface Trials {
  /** What a sequence that has failed met. */
  metBy(sequence: QuestionSequence): Met | undefined;
  /** How many candidates are told of before they are tried. */
  readonly ahead: number;
  /** Told of a candidate; `fresh` where those told of before are of no use any more. */
  foresee(candidate: QuestionSequence, fresh: boolean): void;
}

export class TargetSequences implements Subject<QuestionSequence> {
  readonly setting: Setting;
  private readonly calls: readonly string[];
  private readonly length: number;
  private readonly trials: Trials;
  private readonly extras: Extras | undefined;

  /** Of so many calls each, of those that are named. */
  constructor(setting: Setting, calls: readonly string[], length: number, trials: Trials, extras?: Extras) {
    this.setting = setting;
    this.calls = calls;
    this.length = length;
    this.trials = trials;
    this.extras = extras;
  }

  draw(random: fc.Random): QuestionSequence {
    const seed = random.nextInt(1, largestSeed);
    return new QuestionSequence(() => partsOf(this.drawn(seed)), seed);
  }

  /** So many calls, or fewer where none can be asked any more. */
  private drawn(seed: number): Expectation[] {
    const generator = new QuestionGenerator(new TranscriptChecker(this.setting), this.calls, seed, this.extras);
    const drawn: Expectation[] = [];
    while (drawn.length < this.length) {
      const next = generator.next();
      if (next === undefined) break;
      drawn.push(next);
    }
    if (drawn.length > 0) return drawn;
    throw new CannotFuzz(`with no other calls than ${this.calls.join(', ')} there is nothing to ask`);
  }

  accepts(value: unknown): value is QuestionSequence {
    return value instanceof QuestionSequence;
  }

  *shrink(sequence: QuestionSequence): Shrinking<QuestionSequence> {
    const shrinking = shrinkBy(sequence, new QuestionReductions(this.setting, (one) => this.trials.metBy(one)));
    for (let step = shrinking.next(); step.done !== true;) {
      step = shrinking.next(yield this.lookingAhead(step.value));
    }
  }

  /** The candidates in order; those that come next are told of before they are asked for. */
  private *lookingAhead(candidates: Iterable<QuestionSequence>): Iterable<QuestionSequence> {
    const known: QuestionSequence[] = [];
    let fresh = true;
    for (const candidate of candidates) {
      this.trials.foresee(candidate, fresh);
      fresh = false;
      known.push(candidate);
      if (known.length > this.trials.ahead) yield known.shift() as QuestionSequence;
    }
    yield* known;
  }
}
