/** One sequence of a hunt: calls are drawn, put to a target from a fresh start, and every answer is held against the spec. */
import { done } from '../../../spec/machine.ts';
import type { EventTarget, Panic, Question } from '../../../spec/target.ts';
import type { Answer, TranscriptHeader, TranscriptLine, TranscriptState } from '../../../spec/transcript.ts';
import { Coverage } from '../../judge/coverage.ts';
import { UnreadableEvent } from '../calls.ts';
import { TranscriptChecker } from '../check.ts';
import type { Difference, Expectation, Setting } from '../check.ts';
import { CannotHunt } from './fit.ts';
import { Generator } from './generate.ts';

/** An answer that is not the spec's, and everything that led to it from a fresh start. */
export interface Divergence {
  readonly header: TranscriptHeader;
  readonly seed: number;
  readonly questions: readonly Question[];
  readonly answer: Answer | undefined;
  readonly difference: Difference;
}

export interface SequenceOptions {
  readonly seed: number;
  /** Page states are compared after this many calls, where the target shows them. */
  readonly statesEvery: number;
  /** True once there is no need to go on. */
  readonly expired: () => boolean;
  /** Told of every line, answered and judged, in order; `start` where the sequence begins. */
  readonly record?: ((line: TranscriptLine | { readonly start: TranscriptHeader }) => void) | undefined;
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

export const noAnswer: Difference = { what: 'answer', expected: 'one', got: 'none' };

/** What is to be said of the page states that a target showed, if anything. Throws CannotHunt where they make no sense. */
export function judgeStates(
  checker: TranscriptChecker,
  states: Panic | Omit<TranscriptState, 'i'>,
): Difference | undefined {
  if ('panic' in states) return { what: 'panic', expected: 'page states', got: `${states.panic}: ${states.message}` };
  try {
    return checker.checkState({ i: 0, ...states });
  } catch (error) {
    if (error instanceof UnreadableEvent) throw new CannotHunt(`the target's page states: ${error.message}`);
    throw error;
  }
}

export class Sequence {
  private readonly target: EventTarget;
  private readonly options: SequenceOptions;
  private readonly header: TranscriptHeader;
  private readonly checker: TranscriptChecker;
  private readonly generator: Generator;
  private readonly names = new VmNames();
  private readonly questions: Question[] = [];
  private lines = 0;
  readonly coverage: Coverage;
  steps = 0;
  states = 0;

  constructor(target: EventTarget, calls: readonly string[], options: SequenceOptions, setting: Setting) {
    this.target = target;
    this.options = options;
    this.header = setting.header;
    this.checker = new TranscriptChecker(setting);
    this.coverage = new Coverage(setting.machine);
    this.generator = new Generator(this.checker, calls, options.seed);
  }

  async run(length: number): Promise<Divergence | undefined> {
    await this.target.open(this.header);
    this.options.record?.({ start: this.header });
    let found = await this.compareStates();
    while (found === undefined && this.steps < length && !this.options.expired()) {
      const expected = this.draw(Math.min(batch, this.options.statesEvery, length - this.steps));
      if (expected.length === 0) break;
      found = (await this.ask(expected)) ?? (await this.compareStates());
    }
    return found;
  }

  /** So many calls, or fewer where none can be asked any more. */
  private draw(count: number): Expectation[] {
    const drawn: Expectation[] = [];
    while (drawn.length < count) {
      const next = this.generator.next();
      if (next === undefined) break;
      drawn.push(next);
    }
    return drawn;
  }

  private async ask(expected: readonly Expectation[]): Promise<Divergence | undefined> {
    const answers = await this.target.answerAll(expected.map((one) => one.question));
    for (const [i, one] of expected.entries()) {
      const { question } = one;
      const given = answers[i];
      this.questions.push(question);
      if (given === undefined) return this.differs(noAnswer, given);
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
    if (!('panic' in states)) this.options.record?.({ i: this.lines++, ...states });
    this.states++;
    const difference = judgeStates(this.checker, states);
    return difference && this.differs(difference, undefined);
  }

  private differs(difference: Difference, answer: Answer | undefined): Divergence {
    const { header, questions } = this;
    return { header, seed: this.options.seed, questions, answer, difference };
  }
}
