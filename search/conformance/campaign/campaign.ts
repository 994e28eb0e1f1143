/**
 * A campaign on targets: fast-check draws sequences of calls, every answer is held against the spec, and what differs
 * is shrunk.
 */
import * as fc from 'fast-check';
import type { Profile } from '../../../spec/profile.ts';
import type { EventTarget, EventTargetDescription } from '../../../spec/target.ts';
import { sequencesOf } from '../../engine/arbitrary.ts';
import { check, checkEach } from '../../engine/check.ts';
import { everything, isIn } from '../../engine/share.ts';
import type { Share } from '../../engine/share.ts';
import { Coverage } from '../../judge/coverage.ts';
import type { ReusesSeen } from '../../judge/page-uses.ts';
import { pairsSeen } from '../../judge/pairs.ts';
import type { PairsSeen } from '../../judge/pairs.ts';
import { isOfOwnership, settingOf } from '../check.ts';
import type { Setting } from '../check.ts';
import { CorpusGrowth, sequencesOfCorpus } from './corpus.ts';
import type { CorpusEntry } from './corpus.ts';
import { TimeUp } from './deadline.ts';
import type { ExamineOptions, Examined, Met } from './examine.ts';
import { CannotFuzz, fit } from './fit.ts';
import { campaignHeader, campaignSurvey } from './scope.ts';
import { QuestionSequence } from './sequence.ts';
import { TargetSequences } from './sequences.ts';
import type { Extras } from './generate.ts';
import { fieldPlaces, offsetsOf } from './structures.ts';
import { Trial } from './trial.ts';
import { drawsUpper } from './upper.ts';

export interface CampaignOptions {
  readonly profile: Profile;
  /** Calls from one fresh start to the next. */
  readonly length: number;
  /** Page states are compared after this many calls, where the target shows them. */
  readonly statesEvery: number;
}

export interface FuzzOptions extends Pick<ExamineOptions, 'record'> {
  readonly seed: number;
  /** How many sequences, and the number of the first. */
  readonly runs: number;
  readonly first?: number;
  /** When to stop, by the clock of `performance.now`. */
  readonly until: number;
  /** Of the sequences, those that are asked. With a share, the campaign goes on where something differs. */
  readonly share?: Share | undefined;
  /** Told of what was done after each sequence. */
  readonly progress?: ((done: Pick<FuzzReport, 'steps' | 'sequences'>) => void) | undefined;
  /** Keeps what shows something new. */
  readonly growth?: CorpusGrowth | undefined;
}

/** A sequence that met an answer which is not the spec's. */
export interface Divergence {
  /** Which run of the seed it was. */
  readonly run: number;
  readonly sequence: QuestionSequence;
  readonly met: Met;
}

export interface FuzzReport {
  readonly steps: number;
  readonly states: number;
  readonly sequences: number;
  readonly divergence: Divergence | undefined;
  /** The first of each kind, in the order of their runs: with a share, there can be several. */
  readonly divergences: readonly Divergence[];
  readonly coverage: Coverage;
  /** How often the target refused what the rules allow, by call; only where that is no difference. */
  readonly stricter: ReadonlyMap<string, number>;
}

/** The shortest and simplest that was found. */
export interface Shrunk {
  readonly met: Met;
  /** False if the sequence, asked again, did not differ as it had before. */
  readonly repeated: boolean;
  /** How many sequences were tried. */
  readonly runs: number;
  /** Why the target could not be asked to the end, if it could not. */
  readonly failure: Error | undefined;
}

/** Does a sequence hold? It is told the number of the run. */
type Holds = (sequence: QuestionSequence, run: number) => Promise<boolean>;

/** How many sequences are drawn ahead at a time. */
const drawnAhead = 1000;

export class Campaign {
  readonly description: EventTargetDescription;
  /** Calls of the profile that the target does not have. */
  readonly notChecked: readonly string[];
  private readonly targets: readonly EventTarget[];
  private readonly options: CampaignOptions;
  private readonly setting: Setting;
  private readonly extras: Extras;

  /** On several targets of one kind at a time. Throws CannotFuzz where they do not fit the profile. */
  constructor(targets: readonly EventTarget[], description: EventTargetDescription, options: CampaignOptions) {
    const { profile } = options;
    this.description = fit(description, profile);
    const { calls } = this.description;
    this.notChecked = [...profile.rules.keys()].filter((call) => !calls.includes(call));
    this.targets = targets;
    const places = fieldPlaces(this.description, profile.name);
    this.extras = { places, upper: drawsUpper(this.description, profile.name) };
    this.options = options;
    this.setting = settingOf(
      campaignHeader(this.description, profile),
      campaignSurvey(this.description, profile, offsetsOf(places)),
      profile,
    );
  }

  /**
   * Fuzz until something differs, or the runs or the time are used up. Throws CannotFuzz, TimeUp, and what a target
   * throws.
   */
  async fuzz({ seed, runs, first = 0, share, ...asked }: FuzzOptions): Promise<FuzzReport> {
    const { length } = this.options;
    const { calls } = this.description;
    const subject = new TargetSequences(this.setting, calls, length, { ...noTrials }, this.extras);
    const sequences = sequencesOf(subject);
    const next = upcoming(sequences, seed, { first, runs, share: share ?? everything });
    const path = first === 0 ? undefined : String(first);
    const options = { seed, runs, path, shrinks: false, ...(share && { share }) };
    return this.ask(next, (holds, stopped) => check(sequences, holds, { ...options, stopped }), { share, ...asked });
  }

  /** The same with sequences that are there, such as those of a corpus, in their order. */
  repeat(
    sequences: readonly QuestionSequence[],
    asked: Pick<FuzzOptions, 'until' | 'progress' | 'growth'>,
  ): Promise<FuzzReport> {
    const options = { seed: 0, shrinks: false };
    const run = (holds: Holds, stopped: () => boolean): Promise<unknown> =>
      checkEach(sequences, holds, { ...options, stopped });
    return this.ask(sequences.values(), run, asked);
  }

  /** What `run` tries, put to the targets; `coming` has the same in the same order. */
  private async ask(
    coming: Iterator<QuestionSequence, undefined>,
    run: (holds: Holds, stopped: () => boolean) => Promise<unknown>,
    { until, record, progress, share, growth }: Omit<FuzzOptions, 'seed' | 'runs' | 'first'>,
  ): Promise<FuzzReport> {
    const trial = this.trial(until);
    const tally = new Tally(this.setting);
    const divergences: Divergence[] = [];
    let started = 0;
    const holds = async (sequence: QuestionSequence, run: number): Promise<boolean> => {
      for (; started <= tally.sequences + trial.ahead; started++) {
        const next = coming.next();
        if (next.done === true) break;
        void trial.start(next.value, started === 0 ? record : undefined);
      }
      const examined = await trial.resultOf(sequence);
      tally.add(examined);
      if (examined !== undefined) growth?.note(sequence, examined);
      progress?.(tally);
      const met = examined?.met;
      if (met !== undefined && !divergences.some((one) => isAlike(one.met, met)))
        divergences.push({ run, sequence, met });
      return share !== undefined || divergences.length === 0;
    };
    await run(holds, trial.stopped);
    await trial.close();
    const [divergence] = divergences;
    // What a share lacks cannot be had elsewhere.
    if ((divergence === undefined || share !== undefined) && trial.failure !== undefined) throw trial.failure;
    if (tally.steps === 0 && divergence === undefined && trial.stopped()) {
      throw new TimeUp('the time was up before anything was answered');
    }
    const { steps, states, sequences: count, coverage, stricter } = tally;
    // Of a share that is empty nothing is said.
    if (divergence === undefined && count > 0 && isOfOwnership(this.options.profile) && !tally.hasDone) {
      throw new CannotFuzz('the target refuses every call: nothing was checked');
    }
    return { steps, states, sequences: count, divergence, divergences, coverage, stricter };
  }

  /**
   * Make a sequence that differed as small as it gets in the time; it keeps the kind of its difference, and its last
   * call.
   */
  async shrink({ sequence, met }: Divergence, until: number): Promise<Shrunk> {
    const trial = this.trial(until);
    const failed = new WeakMap<QuestionSequence, Met>();
    const { length } = this.options;
    const subject = new TargetSequences(this.setting, this.description.calls, length, {
      ahead: trial.ahead,
      metBy: (one) => failed.get(one),
      foresee: (candidate, fresh) => {
        if (fresh) trial.forget();
        void trial.start(candidate);
      },
    });
    const shown: Met[] = [];
    let runs = 0;
    const holds = async (one: QuestionSequence): Promise<boolean> => {
      runs++;
      const examined = await trial.resultOf(one);
      if (examined?.met === undefined || !isAlike(examined.met, met)) return true;
      shown.push(examined.met);
      failed.set(one, examined.met);
      return false;
    };
    // The whole again, to begin with.
    const examples = [new QuestionSequence(sequence.parts.slice(0, met.questions.length))];
    await check(sequencesOf(subject), holds, { seed: 0, runs: 1, examples, stopped: trial.stopped });
    await trial.close();
    const repeated = shown.length > 0;
    const late = !repeated && trial.stopped() ? new TimeUp('the time is up') : undefined;
    return { met: shown.at(-1) ?? met, repeated, runs, failure: trial.failure ?? late };
  }

  /** What a corpus holds that this target can be asked, and what makes it grow. */
  corpus(entries: readonly CorpusEntry[]): { readonly sequences: QuestionSequence[]; readonly growth: CorpusGrowth } {
    return {
      sequences: sequencesOfCorpus(this.setting, entries),
      growth: new CorpusGrowth(this.setting, entries),
    };
  }

  get profile(): string {
    return this.options.profile.name;
  }

  /** Of the calls that the target has. */
  pairsSeen(coverage: Coverage): PairsSeen {
    const asked = coverage.report().filter(({ call }) => !this.notChecked.includes(call));
    return pairsSeen(this.options.profile.name, asked);
  }

  /** The same for pages that are used again. */
  reusesSeen(coverage: Coverage): ReusesSeen {
    return coverage.reusesSeen(new Set(this.description.calls));
  }

  /** What was covered, from the numbers that several have counted. */
  coverageOf(numbers: readonly (readonly number[])[]): Coverage {
    const coverage = new Coverage(this.setting.system);
    coverage.addNumbers(numbers);
    return coverage;
  }

  private trial(until: number): Trial {
    return new Trial(this.setting, this.targets, this.options.statesEvery, until);
  }
}

const noTrials = { ahead: 0, metBy: () => undefined, foresee: () => undefined };

/** The same kind of difference, after the same call; a table of page states says nothing of the call before it. */
const isAlike = (one: Met, other: Met): boolean =>
  one.kind === other.kind && (one.kind === 'page state' || one.questions.at(-1)?.op === other.questions.at(-1)?.op);

/** What fast-check draws from this seed, in order, for whoever wants to begin with it before its turn. */
function* upcoming(
  sequences: fc.Arbitrary<QuestionSequence>,
  seed: number,
  { first, runs, share }: { readonly first: number; readonly runs: number; readonly share: Share },
): Generator<QuestionSequence, undefined> {
  for (let at = first; at < first + runs; at += drawnAhead) {
    const drawn = fc.sample(sequences, { seed, path: String(at), numRuns: Math.min(drawnAhead, first + runs - at) });
    yield* drawn.filter((_, i) => isIn(share, at + i));
  }
}

class Tally {
  steps = 0;
  states = 0;
  sequences = 0;
  readonly stricter = new Map<string, number>();
  readonly coverage: Coverage;

  constructor({ system }: Setting) {
    this.coverage = new Coverage(system);
  }

  /** Some call was done. */
  get hasDone(): boolean {
    return this.coverage.report().some(({ done }) => done > 0);
  }

  add(examined: Examined | undefined): void {
    this.sequences++;
    for (const [call, count] of examined?.stricter ?? []) {
      this.stricter.set(call, (this.stricter.get(call) ?? 0) + count);
    }
    this.steps += examined?.steps ?? 0;
    this.states += examined?.states ?? 0;
    if (examined) this.coverage.merge(examined.coverage);
  }
}
