/**
 * A sequence of questions as fast-check holds it: VMs are told apart by the call that made them, whatever goes before.
 */
import * as fc from 'fast-check';
import type { Outcome, TransitionSystem } from '../../../spec/transition-system.ts';
import type { Question } from '../../../spec/target.ts';
import type { Answer } from '../../../spec/transcript.ts';
import { UnreadableEvent } from '../calls.ts';
import { TranscriptChecker } from '../check.ts';
import type { Setting } from '../check.ts';
import type { Expectation } from '../difference.ts';
import { knownCrashesOf } from './known-crashes.ts';

/** One question. `makes` numbers the VM that it makes; `of` is the number of the VM that it is about. */
export interface Part {
  readonly question: Question;
  readonly makes?: number | undefined;
  readonly of?: number | undefined;
}

export class QuestionSequence {
  /** What it was drawn from; 0 where it was made of another one. */
  readonly seed: number;
  private made: readonly Part[] | (() => readonly Part[]);

  constructor(parts: readonly Part[] | (() => readonly Part[]), seed = 0) {
    this.made = parts;
    this.seed = seed;
  }

  get parts(): readonly Part[] {
    if (typeof this.made === 'function') this.made = this.made();
    return this.made;
  }

  /** How fast-check's reports print it. */
  [fc.toStringMethod](): string {
    return JSON.stringify(this.parts.map(({ question }) => question));
  }
}

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

/** Which VM has a handle, by the number of the VM. */
class Makers {
  private readonly byHandle = new Map<number, number>();
  private readonly handles = new Map<number, number>();
  private next = 0;

  /** The part of an expectation. */
  part({ question, outcome, answer }: Expectation): Part {
    const of = this.byHandle.get(question.args['handle'] as number);
    if (!makesVm(question, outcome, answer)) return { question, of };
    const makes = this.next++;
    this.byHandle.set(answer['ret'] as number, makes);
    return { question, of, makes };
  }

  /** The question with the handle that its VM has now, and with the name that this handle has. */
  question({ question: { op, args }, of }: Part, checker: TranscriptChecker): Question {
    if (!('handle' in args)) return { op, args };
    const handle = this.handles.get(of ?? -1) ?? (args['handle'] as number);
    return { op, args: { ...args, ...('vm' in args && { vm: checker.vmName(handle) }), handle } };
  }

  made({ makes }: Part, { question, outcome, answer }: Expectation): void {
    if (makes !== undefined && makesVm(question, outcome, answer)) this.handles.set(makes, answer['ret'] as number);
  }
}

const makesVm = ({ op }: Question, outcome: Outcome, answer: Answer): boolean =>
  newVm.has(op) && outcome.kind === 'done' && typeof answer['ret'] === 'number' && answer['ret'] > 0;

/** The parts of what was drawn. */
export function partsOf(drawn: readonly Expectation[]): Part[] {
  const makers = new Makers();
  return drawn.map((one) => makers.part(one));
}

/** A part in the words of a sequence, and how the rules answer it; no outcome where it cannot be asked, or says nothing. */
export interface Step {
  readonly question: Question;
  readonly outcome: Outcome | undefined;
  /** The guards that fail beside the one that refuses, by their numbers. */
  readonly failing: readonly number[];
  /** How another system would answer, where that is wanted. */
  readonly other: Outcome | undefined;
}

/** The steps of a sequence. What cannot be asked is passed over. `other`: a system that is asked for the last as well. */
export function* stepsOf(setting: Setting, parts: readonly Part[], other?: TransitionSystem): Generator<Step, void> {
  const checker = new TranscriptChecker(setting);
  const knownCrashes = knownCrashesOf(checker);
  const makers = new Makers();
  for (const [at, part] of parts.entries()) {
    const question = makers.question(part, checker);
    try {
      const outcome = checker.foresee(question);
      const also = other && at === parts.length - 1 ? checker.foresee(question, other) : undefined;
      const isCrash = knownCrashes.some((crash) => crash.is(question, outcome, checker));
      const expected = isCrash ? undefined : checker.expect(question);
      if (expected !== undefined) makers.made(part, expected);
      yield { question, outcome: expected && outcome, failing: expected?.failing ?? [], other: also };
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      yield { question, outcome: undefined, failing: [], other: undefined };
    }
  }
}

/** What is asked; nothing where a part cannot be. */
export function questionsOf(setting: Setting, parts: readonly Part[]): readonly Question[] | undefined {
  const questions: Question[] = [];
  for (const { question, outcome } of stepsOf(setting, parts)) {
    if (outcome === undefined) return undefined;
    questions.push(question);
  }
  return questions;
}
