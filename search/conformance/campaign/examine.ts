/**
 * Puts one sequence to a target from a fresh start, and holds every answer, and every table of page states, against the
 * spec.
 */
import type { EventTarget, PageStates, Panic, Question } from '../../../spec/target.ts';
import type { Answer, TranscriptHeader, TranscriptLine, TranscriptState } from '../../../spec/transcript.ts';
import { Coverage } from '../../judge/coverage.ts';
import { UnreadableEvent } from '../calls.ts';
import { TranscriptChecker, isOfOwnership } from '../check.ts';
import type { Setting } from '../check.ts';
import type { Difference, Expectation } from '../difference.ts';
import { TimeUp } from './deadline.ts';
import { CannotFuzz } from './fit.ts';
import { kindOf } from './kind.ts';
import type { DifferenceKind } from '../../judge/difference-kinds.ts';
import { VmNames } from './sequence.ts';

/** Where a sequence first differed. */
export interface Met {
  /** What was asked up to there. */
  readonly questions: readonly Question[];
  readonly answers: readonly Answer[];
  readonly difference: Difference;
  readonly kind: DifferenceKind;
  /** Which of the calls can have changed anything. */
  readonly changed: readonly boolean[];
  /** The table of page states that differs, where it is one. */
  readonly states?: PageStates | undefined;
}

/** What came of a sequence. */
export interface Examined {
  readonly steps: number;
  readonly states: number;
  readonly coverage: Coverage;
  /** How often the target refused what the rules allow, by call; only where that is no difference. */
  readonly stricter: ReadonlyMap<string, number>;
  readonly met: Met | undefined;
}

export interface ExamineOptions {
  /** Page states are compared after this many calls, where the target shows them, and at the end. */
  readonly statesEvery: number;
  /** True once nobody waits for the result any more. */
  readonly forgotten?: (() => boolean) | undefined;
  /** Told of every line, answered and judged, in order; `start` where the sequence begins. */
  readonly record?: ((line: TranscriptLine | { readonly start: TranscriptHeader }) => void) | undefined;
}

/** The most that one round trip carries. */
const batch = 250;
const readsOnly = new Set([
  ...['host_read', 'guest_read', 'guest_read_pair', 'guest_atomic', 'guest_fetch', 'guest_instruction', 'guest_call'],
  ...['vcpu_sync_state', 'tlb_flush_vmid', 'hypercall', 'host_smc'],
]);

type Found = Pick<Met, 'difference' | 'kind' | 'states'>;

class Examination {
  private readonly target: EventTarget;
  private readonly setting: Setting;
  private readonly options: ExamineOptions;
  private readonly checker: TranscriptChecker;
  private readonly names = new VmNames();
  private readonly asked: { readonly question: Question; readonly changed: boolean }[] = [];
  private readonly stricter = new Map<string, number>();
  private readonly answers: Answer[] = [];
  private readonly coverage: Coverage;
  private lines = 0;
  private states = 0;

  constructor(target: EventTarget, setting: Setting, options: ExamineOptions) {
    this.target = target;
    this.setting = setting;
    this.options = options;
    this.checker = new TranscriptChecker(setting);
    this.coverage = new Coverage(setting.system);
  }

  /** What was asked counts, also where the time is up before all was. */
  async run(questions: readonly Question[]): Promise<Examined> {
    const found = await this.search(questions).catch((error: unknown) => {
      if (!(error instanceof TimeUp)) throw error;
      return undefined;
    });
    const { answers, states, coverage, stricter } = this;
    return { steps: answers.length, states, coverage, stricter, met: found && this.met(found) };
  }

  private async search(questions: readonly Question[]): Promise<Found | undefined> {
    const { header } = this.setting;
    await this.target.open(header);
    this.options.record?.({ start: header });
    const size = Math.min(batch, this.options.statesEvery);
    let found = await this.compareStates();
    for (let at = 0; at < questions.length && !found && this.options.forgotten?.() !== true; at += size) {
      found = (await this.ask(questions.slice(at, at + size))) ?? (await this.compareStates());
    }
    return found;
  }

  private async ask(questions: readonly Question[]): Promise<Found | undefined> {
    if (isOfOwnership(this.setting.system.profile)) return this.askEach(questions);
    const expected = questions.map((question) => this.checker.expect(question));
    const answers = await this.target.answerAll(questions);
    for (const [i, one] of expected.entries()) {
      const found = this.judge(one, answers[i]);
      if (found) return found;
    }
    return undefined;
  }

  /** One after the other, for what the rules say of a call depends on which of those before it were refused. */
  private async askEach(questions: readonly Question[]): Promise<Found | undefined> {
    for (const question of questions) {
      const [answer] = await this.target.answerAll([question]);
      if (answer !== undefined && this.checker.isStricter(question, answer)) {
        this.passOver(question, answer);
        continue;
      }
      const found = this.judge(this.checker.expect(question), answer);
      if (found) return found;
    }
    return undefined;
  }

  private passOver(question: Question, answer: Answer): void {
    this.asked.push({ question, changed: false });
    this.take(question, answer);
    this.stricter.set(question.op, (this.stricter.get(question.op) ?? 0) + 1);
  }

  private take(question: Question, given: Answer): Answer {
    const answer = this.names.add(question.op, given);
    this.answers.push(answer);
    this.options.record?.({ i: this.lines++, ...question, answer });
    return answer;
  }

  private judge(one: Expectation, given: Answer | undefined): Found | undefined {
    const { question, outcome } = one;
    this.asked.push({ question, changed: outcome.kind === 'done' && !readsOnly.has(question.op) });
    if (given === undefined) return { difference: noAnswer, kind: 'no answer' };
    const answer = this.take(question, given);
    const difference = this.checker.compare(one, answer);
    // Where any refusal is as good as another, or the answer is another, it tells no order.
    const tellsOrder = difference === undefined && !isOfOwnership(this.checker.system.profile);
    if (difference === undefined) this.coverage.addReuses(one.reused);
    this.coverage.addOutcome(this.checker.system.rule(question.op), outcome, tellsOrder ? one.failing : []);
    return difference && { difference, kind: kindOf(one.answer, answer) };
  }

  private async compareStates(): Promise<Found | undefined> {
    const states = await this.target.pageStates?.();
    if (states === undefined) return undefined;
    this.states++;
    if ('panic' in states) return { difference: diedOf(states), kind: kindOf({}, states) };
    this.options.record?.({ i: this.lines++, ...states });
    const difference = judgeStates(this.checker, states);
    return difference && { difference, kind: 'page state', states };
  }

  private met(found: Found): Met {
    const { asked, answers } = this;
    const changed = asked.map((one) => one.changed);
    return { ...found, questions: asked.map(({ question }) => question), answers, changed };
  }
}

const noAnswer: Difference = { what: 'answer', expected: 'one', got: 'none' };

const diedOf = ({ panic, message }: Panic): Difference => ({
  what: 'panic',
  expected: 'page states',
  got: `${panic}: ${message}`,
});

/** Throws CannotFuzz where page states make no sense. */
function judgeStates(checker: TranscriptChecker, states: Omit<TranscriptState, 'i'>): Difference | undefined {
  try {
    return checker.checkState({ i: 0, ...states });
  } catch (error) {
    if (error instanceof UnreadableEvent) throw new CannotFuzz(`the target's page states: ${error.message}`);
    throw error;
  }
}

/** Throws CannotFuzz, and whatever the target throws. */
export const examine = (
  target: EventTarget,
  setting: Setting,
  questions: readonly Question[],
  options: ExamineOptions,
): Promise<Examined> => new Examination(target, setting, options).run(questions);
