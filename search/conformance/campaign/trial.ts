/** One run of fast-check on targets: what it tries is put to whichever target is free, and what comes next is put ahead. */
import * as fc from 'fast-check';
import type { EventTarget } from '../../../spec/target.ts';
import type { Setting } from '../check.ts';
import { waitedForUntil } from './deadline.ts';
import { examine } from './examine.ts';
import type { ExamineOptions, Examined } from './examine.ts';
import { Pool } from './pool.ts';
import { questionsOf } from './sequence.ts';
import type { QuestionSequence } from './sequence.ts';

/** Ends the run, as fast-check's own limits do. */
const end = (): Error => new fc.PreconditionFailure(true);

export class Trial {
  private readonly setting: Setting;
  private readonly statesEvery: number;
  private readonly until: number;
  private readonly pool: Pool;
  /** What is asked already: drawn sequences by their seed, for each is drawn twice. */
  private readonly asked = new Map<QuestionSequence | number, Promise<Examined | undefined>>();
  private isOver = false;
  /** Why a target could not be asked any more. */
  failure: Error | undefined;

  constructor(setting: Setting, targets: readonly EventTarget[], statesEvery: number, until: number) {
    this.setting = setting;
    this.statesEvery = statesEvery;
    this.until = until;
    this.pool = new Pool(targets.map((target) => waitedForUntil(target, until)));
  }

  /** How many sequences are worth asking ahead. */
  get ahead(): number {
    return this.pool.size === 1 ? 0 : this.pool.size;
  }

  readonly stopped = (): boolean => performance.now() > this.until;

  /** Ask a sequence unless it is asked already; undefined where it cannot be asked. */
  start(sequence: QuestionSequence, record?: ExamineOptions['record']): Promise<Examined | undefined> {
    const key = sequence.seed === 0 ? sequence : sequence.seed;
    const known = this.asked.get(key);
    if (known !== undefined) return known;
    const { setting, statesEvery } = this;
    const options = { statesEvery, record, forgotten: () => this.isOver || this.stopped() };
    const result = this.pool.run(async (target) => {
      // What was drawn is no known crash, and is in its own words.
      if (sequence.seed !== 0)
        return examine(
          target,
          setting,
          sequence.parts.map(({ question }) => question),
          options,
        );
      const questions = questionsOf(setting, sequence.parts);
      return questions && examine(target, setting, questions, options);
    });
    this.asked.set(key, result);
    return result;
  }

  /** What waits to be asked is not wanted any more. */
  forget(): void {
    this.pool.forget();
  }

  /** What came of a sequence. Throws what ends a run of fast-check where there is no telling. */
  async resultOf(sequence: QuestionSequence): Promise<Examined | undefined> {
    try {
      return await this.start(sequence);
    } catch (error) {
      this.failure ??= error as Error;
      throw end();
    }
  }

  /** Nothing is asked any more. */
  async close(): Promise<void> {
    this.isOver = true;
    await this.pool.end();
  }
}
