/** A hunt: sequences of calls are drawn, put to a target, and every answer is held against the spec. */
import type { Profile } from '../../../spec/profile.ts';
import type { EventTarget, EventTargetDescription } from '../../../spec/target.ts';
import type { Coverage } from '../../judge/coverage.ts';
import { settingOf } from '../check.ts';
import type { Setting } from '../check.ts';
import { TimeUp, waitedForUntil } from './deadline.ts';
import { CannotHunt, fit } from './fit.ts';
import { huntHeader, huntSurvey } from './scope.ts';
import { Sequence } from './sequence.ts';
import type { Divergence, SequenceOptions } from './sequence.ts';

export interface HuntOptions extends Pick<SequenceOptions, 'seed' | 'statesEvery' | 'record'> {
  readonly profile: Profile;
  readonly steps: number;
  /** Calls from one fresh start to the next. */
  readonly length: number;
  /** When to stop, by the clock of `performance.now`. */
  readonly until: number;
}

export interface HuntReport {
  readonly description: EventTargetDescription;
  readonly steps: number;
  readonly states: number;
  readonly sequences: number;
  readonly divergence: Divergence | undefined;
  readonly coverage: Coverage | undefined;
  /** Calls of the profile that the target does not have. */
  readonly notChecked: readonly string[];
}

/** Sequence after sequence with a seed of its own, by which it can be drawn again as the first one. */
const seedOf = (seed: number, sequence: number): number => (seed + sequence * 0x9e3779b1) % 2 ** 31;

/** The sequences of a hunt, which its targets share out among themselves, and what came of them. */
class Sequences {
  private readonly description: EventTargetDescription;
  private readonly options: HuntOptions;
  private readonly setting: Setting;
  private readonly ended: Sequence[] = [];
  private given = 0;
  /** The first sequence that diverged, and how. */
  private found: { readonly number: number; readonly divergence: Divergence } | undefined;
  /** Why a target could not be asked. */
  private failure: Error | undefined;

  constructor(description: EventTargetDescription, options: HuntOptions) {
    this.description = description;
    this.options = options;
    this.setting = settingOf(huntHeader(description), huntSurvey(description), options.profile);
  }

  /** One after the other, until they are used up, the time is, an earlier one has diverged, or a target fails. */
  async put(target: EventTarget): Promise<void> {
    try {
      while (await this.putNext(target));
    } catch (error) {
      if (!(error instanceof TimeUp)) this.failure ??= error as Error;
    }
  }

  private async putNext(target: EventTarget): Promise<boolean> {
    const { steps, length, seed, statesEvery, record } = this.options;
    const number = this.given++;
    const left = Math.min(length, steps - number * length);
    const expired = (): boolean => this.isPast(number);
    if (left <= 0 || expired()) return false;
    // The first sequence alone is recorded.
    const options = { seed: seedOf(seed, number), statesEvery, expired, record: number === 0 ? record : undefined };
    const sequence = new Sequence(target, this.description.calls, options, this.setting);
    this.ended.push(sequence);
    const divergence = await sequence.run(left);
    if (divergence && !(this.found && this.found.number < number)) this.found = { number, divergence };
    if (divergence === undefined && sequence.steps === 0 && !expired()) throw nothingToAsk(this.description);
    return true;
  }

  private isPast(number: number): boolean {
    if (this.failure !== undefined || performance.now() > this.options.until) return true;
    return this.found !== undefined && this.found.number < number;
  }

  /** What was found counts, also where a target then failed. Throws why it did, where nothing was found. */
  report(): HuntReport {
    const { description, options, ended, found, failure } = this;
    if (found === undefined && failure !== undefined) throw failure;
    const steps = ended.reduce((sum, one) => sum + one.steps, 0);
    if (found === undefined && steps === 0) throw new TimeUp('the time was up before anything was answered');
    const [coverage, ...others] = ended.map((sequence) => sequence.coverage);
    for (const other of others) coverage?.merge(other);
    return {
      description,
      steps,
      states: ended.reduce((sum, one) => sum + one.states, 0),
      sequences: ended.length,
      divergence: found?.divergence,
      coverage,
      notChecked: [...options.profile.rules.keys()].filter((call) => !description.calls.includes(call)),
    };
  }
}

const nothingToAsk = ({ calls }: EventTargetDescription): CannotHunt =>
  new CannotHunt(`with no other calls than ${calls.join(', ')} there is nothing to ask`);

/**
 * Hunt until a divergence is found, or the steps or the time are used up: on several targets of one kind at a time.
 * Throws CannotHunt, and whatever a target throws.
 */
export async function hunt(targets: readonly EventTarget[], options: HuntOptions): Promise<HuntReport> {
  const timed = targets.map((target) => waitedForUntil(target, options.until));
  const [first] = timed;
  if (first === undefined) throw new Error('unreachable: a hunt without a target');
  const sequences = new Sequences(fit(await first.describe(), options.profile), options);
  await Promise.all(timed.map((target) => sequences.put(target)));
  return sequences.report();
}
