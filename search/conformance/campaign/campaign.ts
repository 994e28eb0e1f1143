/** A hunt: sequences of calls are drawn, put to a target, and every answer is held against the spec. */
import { done } from '../../../spec/machine.ts';
import type { Profile } from '../../../spec/profile.ts';
import type { EventTarget, EventTargetDescription, Question } from '../../../spec/target.ts';
import type { Answer, TranscriptHeader, TranscriptLine } from '../../../spec/transcript.ts';
import { Coverage } from '../../judge/coverage.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import type { Difference, Expectation, Setting } from '../check.ts';
import { Generator } from './generate.ts';
import { huntHeader, huntSurvey } from './scope.ts';

export interface HuntOptions {
  readonly profile: Profile;
  readonly seed: number;
  readonly steps: number;
  /** Calls from one fresh start to the next. */
  readonly length: number;
  /** Page states are compared after this many calls, where the target shows them. */
  readonly statesEvery: number;
  /** True once the time is up. */
  readonly expired: () => boolean;
  /** Told of every line, answered and judged, in order; `start` where a sequence begins. */
  readonly record?: (line: TranscriptLine | { readonly start: TranscriptHeader }) => void;
  readonly progress?: (steps: number) => void;
}

/** An answer that is not the spec's, and everything that led to it from a fresh start. */
export interface Divergence {
  readonly header: TranscriptHeader;
  readonly seed: number;
  readonly questions: readonly Question[];
  readonly answer: Answer | undefined;
  readonly difference: Difference;
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

/** What one round trip carries. */
const batch = 250;

const newVm = new Set(['reserve_vm', 'init_vm']);

/** Answers name new VMs in order, so that a transcript can tell apart those that had the same handle. */
export class VmNames {
  private next = 0;

  add(op: string, answer: Answer): Answer {
    const { ret } = answer;
    if (!newVm.has(op) || typeof ret !== 'number' || ret <= 0 || 'vm' in answer) return answer;
    return { ...answer, vm: `VM${this.next++}` };
  }
}

class Sequence {
  private readonly target: EventTarget;
  private readonly options: HuntOptions;
  private readonly header: TranscriptHeader;
  private readonly seed: number;
  private readonly checker: TranscriptChecker;
  private readonly generator: Generator;
  private readonly names = new VmNames();
  private readonly questions: Question[] = [];
  private lines = 0;
  readonly coverage: Coverage;
  steps = 0;
  states = 0;

  constructor(target: EventTarget, calls: readonly string[], options: HuntOptions, seed: number, setting: Setting) {
    this.target = target;
    this.options = options;
    this.seed = seed;
    this.header = setting.header;
    this.checker = new TranscriptChecker(setting);
    this.coverage = new Coverage(setting.machine);
    this.generator = new Generator(this.checker, calls, seed);
  }

  async run(length: number): Promise<Divergence | undefined> {
    await this.target.open(this.header);
    this.options.record?.({ start: this.header });
    let found = await this.compareStates();
    while (found === undefined && this.steps < length && !this.options.expired()) {
      const count = Math.min(batch, this.options.statesEvery, length - this.steps);
      const expected = Array.from({ length: count }, () => this.generator.next());
      found = (await this.ask(expected)) ?? (await this.compareStates());
      this.options.progress?.(count);
    }
    return found;
  }

  private async ask(expected: readonly Expectation[]): Promise<Divergence | undefined> {
    const answers = await this.target.answerAll(expected.map((one) => one.question));
    for (const [i, one] of expected.entries()) {
      const { question } = one;
      const given = answers[i];
      this.questions.push(question);
      if (given === undefined) return this.differs({ what: 'answer', expected: 'one', got: 'none' }, given);
      const answer = this.names.add(question.op, given);
      this.options.record?.({ i: this.lines++, ...question, answer });
      this.steps++;
      this.count(one);
      const difference = this.checker.compare(one, answer);
      if (difference) return this.differs(difference, answer);
    }
    return undefined;
  }

  private count({ question, outcome }: Expectation): void {
    const rule = this.checker.machine.rule(question.op);
    const refused = (clause: string): number => rule.guards.findIndex((guard) => guard.clause === clause);
    this.coverage.add(rule, outcome.kind === 'done' ? done : refused(outcome.clause));
  }

  private async compareStates(): Promise<Divergence | undefined> {
    const states = await this.target.pageStates?.();
    if (states === undefined) return undefined;
    const line = { i: this.lines++, ...states };
    this.options.record?.(line);
    this.states++;
    const difference = this.checker.checkState(line);
    return difference && this.differs(difference, undefined);
  }

  private differs(difference: Difference, answer: Answer | undefined): Divergence {
    const { header, seed, questions } = this;
    return { header, seed, questions, answer, difference };
  }
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

  constructor(description: EventTargetDescription, options: HuntOptions) {
    this.description = description;
    this.options = options;
    this.setting = settingOf(huntHeader(description), huntSurvey(description), options.profile);
  }

  /** One after the other, until they are used up, the time is, or an earlier one has diverged. */
  async put(target: EventTarget): Promise<void> {
    const { steps, length, seed } = this.options;
    for (;;) {
      const number = this.given++;
      const left = Math.min(length, steps - number * length);
      if (left <= 0 || this.isPast(number)) return;
      const options = this.optionsOf(number);
      const sequence = new Sequence(target, this.description.calls, options, seedOf(seed, number), this.setting);
      const divergence = await sequence.run(left);
      this.ended.push(sequence);
      if (divergence && !(this.found && this.found.number < number)) this.found = { number, divergence };
    }
  }

  private isPast(number: number): boolean {
    return this.options.expired() || (this.found !== undefined && this.found.number < number);
  }

  /** The first sequence alone is recorded. */
  private optionsOf(number: number): HuntOptions {
    const { record, ...options } = this.options;
    const expired = (): boolean => this.isPast(number);
    return number === 0 && record ? { ...options, expired, record } : { ...options, expired };
  }

  report(): HuntReport {
    const { description, options, ended, found } = this;
    const [coverage, ...others] = ended.map((sequence) => sequence.coverage);
    for (const other of others) coverage?.merge(other);
    return {
      description,
      steps: ended.reduce((sum, { steps }) => sum + steps, 0),
      states: ended.reduce((sum, { states }) => sum + states, 0),
      sequences: ended.length,
      divergence: found?.divergence,
      coverage,
      notChecked: [...options.profile.rules.keys()].filter((call) => !description.calls.includes(call)),
    };
  }
}

/** Hunt until a divergence is found, or the steps or the time are used up: on several targets of one kind at a time. */
export async function hunt(targets: readonly EventTarget[], options: HuntOptions): Promise<HuntReport> {
  const [first] = targets;
  if (first === undefined) throw new Error('unreachable: a hunt without a target');
  const sequences = new Sequences(await first.describe(), options);
  await Promise.all(targets.map((target) => sequences.put(target)));
  return sequences.report();
}
