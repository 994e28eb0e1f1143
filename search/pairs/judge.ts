/** Calls that were made at the same time are right if there is an order in which the rules say the same. */
import type { Pair, PairEnding, Question, Step } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';
import { TranscriptChecker } from '../conformance/check.ts';
import type { Setting } from '../conformance/check.ts';
import type { Difference } from '../conformance/difference.ts';
import { changesOf, follow, waysOf } from './means.ts';
import type { Change } from './means.ts';
import type { PairScene } from './scenes.ts';

/** A call that was answered; what comes of it is compared with what the rules say. */
interface Asked {
  readonly question: Question;
  readonly answer: Answer;
}

/** Where an order of the calls first differs from what came of them. */
export interface OrderDiffers {
  /** The CPU of each call in turn. */
  readonly order: readonly number[];
  /** The call at which it does; undefined where it is the table of page states. */
  readonly at: Question | undefined;
  readonly difference: Difference;
}

/** Without the names of VMs, and without counts of pages, which the guest's module counts: it has not made these calls. */
const bare = (answer: Answer): Answer =>
  Object.fromEntries(Object.entries(answer).filter(([field]) => field !== 'returned' && field !== 'vm'));

/** Held against the rules in turn; gives where they first differ. */
function differs(
  checker: TranscriptChecker,
  asked: readonly Asked[],
  changes: (question: Question) => readonly Change[] = () => [],
): Omit<OrderDiffers, 'order'> | undefined {
  for (const { question, answer } of asked) {
    const expected = checker.expect(question);
    const difference = checker.compare({ ...expected, answer: bare(expected.answer) }, bare(answer));
    if (difference !== undefined) return { at: question, difference };
    if (expected.outcome.kind === 'done') follow(checker, changes(question));
  }
  return undefined;
}

/** What ends a VM, and is refused while a call on another CPU holds a reference to it. */
const ending: ReadonlySet<string> = new Set(['start_teardown_vm', 'finalize_teardown_vm']);
const holding: ReadonlySet<string> = new Set([
  ...['reclaim_dying_guest_page', 'unshare_guest', 'wrprotect', 'test_clear_young', 'tlb_flush_vmid'],
]);

/**
 * An end that was refused in the middle of a call that holds the VM (FINALIZE-DYING, TEARDOWN-UNLOADED): it has changed
 * nothing, and the other call was made as if alone.
 */
function besideRefused([one, ...more]: readonly Asked[], other: readonly Asked[]): readonly (readonly Asked[])[] {
  if (one === undefined || more.length > 0 || one.answer['ret'] !== 'EINVAL') return [];
  return ending.has(one.question.op) && other.some(({ question }) => holding.has(question.op)) ? [other] : [];
}

/** For each CPU and each of its calls, how many calls of the other CPU were over when it began. */
export type Begun = readonly [readonly number[], readonly number[]];

/** Of calls behind the first of their CPU: the first ones are there from the start. */
export function begunBy(steps: readonly Step[]): Begun {
  const over: [number, number] = [0, 0];
  const begun: [number[], number[]] = [[0], [0]];
  for (const { cpu, progress } of steps) {
    if (progress !== 'over' && progress !== 'next') continue;
    const [own, other] = cpu === 0 ? ([0, 1] as const) : ([1, 0] as const);
    over[own]++;
    if (progress === 'next') begun[own].push(over[other]);
  }
  return begun;
}

const keeps =
  (before: Begun) =>
  (order: readonly Asked[]): boolean => {
    const made: [number, number] = [0, 0];
    return order.every(({ question }) => {
      const [own, other] = question.cpu === 1 ? ([1, 0] as const) : ([0, 1] as const);
      return made[other] >= (before[own][made[own]++] ?? 0);
    });
  };

/** All orders of two lists in which each keeps its own, the first list's calls first. */
function mergesOf<T>(one: readonly T[], other: readonly T[]): T[][] {
  const [first, ...rest] = one;
  const [beside, ...later] = other;
  if (first === undefined || beside === undefined) return [[...one, ...other]];
  return [
    ...mergesOf(rest, other).map((order) => [first, ...order]),
    ...mergesOf(one, later).map((order) => [beside, ...order]),
  ];
}

const zip = (questions: readonly Question[], answers: readonly Answer[]): Asked[] =>
  questions.map((question, i) => ({ question, answer: answers[i] ?? { problem: 'no answer' } }));

export class PairJudge {
  private readonly setting: Setting;
  private readonly scene: PairScene;
  private readonly prelude: readonly Asked[];

  constructor(setting: Setting, scene: PairScene, answers: readonly Answer[]) {
    this.setting = setting;
    this.scene = scene;
    this.prelude = zip(scene.prelude, answers);
  }

  /** Where the prelude differs from what the rules say: no scene is made then. */
  preludeDiffers(): Omit<OrderDiffers, 'order'> | undefined {
    return differs(new TranscriptChecker(this.setting), this.prelude);
  }

  /**
   * Undefined where some order explains what came; else where each differs. `before`: how many calls of the other CPU
   * were over when each call of a CPU began; an order keeps that.
   */
  judge(
    pair: Pair,
    ending: PairEnding,
    after: readonly Answer[],
    before: Begun = [[], []],
  ): readonly OrderDiffers[] | undefined {
    const [one, other] = pair.map((questions, cpu) => zip(questions, ending.answers[cpu] ?? [])) as [Asked[], Asked[]];
    const differing: OrderDiffers[] = [];
    const whole = [one, ...this.insteadOf(one)].flatMap((first) => mergesOf(first, other)).filter(keeps(before));
    const orders = [...whole, ...besideRefused(one, other), ...besideRefused(other, one)];
    for (let way = 0; way < waysOf(this.scene.means ?? []); way++) {
      for (const made of orders) {
        const found = this.inOrder(made, ending, after, way);
        if (found === undefined) return undefined;
        differing.push({ order: made.map(({ question }) => question.cpu ?? 0), ...found });
      }
    }
    return differing;
  }

  private insteadOf([first, ...rest]: readonly Asked[]): Asked[][] {
    if (first === undefined) return [];
    const others = (this.scene.instead ?? []).filter(({ op }) => op === first.question.op);
    return others.map((question) => [{ ...first, question: { ...question, cpu: 0 } }, ...rest]);
  }

  private inOrder(
    made: readonly Asked[],
    { states }: PairEnding,
    after: readonly Answer[],
    way: number,
  ): Omit<OrderDiffers, 'order'> | undefined {
    const { means = [] } = this.scene;
    const checker = new TranscriptChecker(this.setting);
    const found =
      differs(checker, this.prelude) ?? differs(checker, made, (question) => changesOf(means, question, way));
    if (found !== undefined) return found;
    const difference = checker.checkState({ i: 0, ...states });
    if (difference !== undefined) return { at: undefined, difference };
    return differs(checker, zip(this.scene.after, after));
  }
}
