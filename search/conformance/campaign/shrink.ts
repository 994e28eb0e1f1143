/**
 * Shrinks a divergence: calls are taken out, and what they name is named plainly, as long as the rest, from a fresh
 * start, still ends in the same one.
 */
import type { Profile } from '../../../spec/profile.ts';
import type { EventTarget, EventTargetDescription, Question } from '../../../spec/target.ts';
import type { Answer, TranscriptHeader } from '../../../spec/transcript.ts';
import { TranscriptChecker, settingOf } from '../check.ts';
import type { Difference, Expectation, Setting } from '../check.ts';
import { hazardsOf } from './known-crashes.ts';
import { rewordings, withOtherPages } from './canonical.ts';
import { TimeUp, waitedForUntil } from './deadline.ts';
import { huntSurvey } from './scope.ts';
import { VmNames, judgeStates, noAnswer } from './sequence.ts';
import type { Divergence } from './sequence.ts';

/** Where a sequence first differed, if it did. */
interface Met {
  readonly questions: readonly Question[];
  readonly answers: readonly Answer[];
  readonly difference: Difference;
  /** Which of the calls can have changed anything. */
  readonly changed: readonly boolean[];
}

/** Does a shorter or plainer sequence end in the difference that is to be shown? */
type IsSame = (met: Met | undefined) => met is Met;

const readsOnly = new Set(['host_read', 'guest_read', 'vcpu_sync_state', 'tlb_flush_vmid', 'hypercall']);

export interface Shrunk extends Met {
  /** False if the whole sequence, asked again, did not differ as it had before. */
  readonly repeated: boolean;
  readonly runs: number;
  /** Why the target could not be asked to the end, if it could not. */
  readonly failure: Error | undefined;
}

export class Shrinker {
  private readonly target: EventTarget;
  private readonly description: EventTargetDescription;
  private readonly profile: Profile;
  private readonly until: number;
  private best: Met | undefined;
  private setting: Setting | undefined;
  private runs = 0;

  constructor(target: EventTarget, description: EventTargetDescription, profile: Profile, until = Infinity) {
    this.target = waitedForUntil(target, until);
    this.description = description;
    this.profile = profile;
    this.until = until;
  }

  /** The shortest and plainest that is found in the time, or until the target cannot be asked any more. */
  async shrink(divergence: Divergence): Promise<Shrunk> {
    const { questions, difference } = divergence;
    let failure: Error | undefined;
    try {
      await this.search(divergence);
    } catch (error) {
      // The time that it may take is no failure, unless nothing was asked in it.
      if (!(error instanceof TimeUp && this.best !== undefined)) failure = error as Error;
    }
    const { best, runs } = this;
    const shown = best ?? { questions, answers: [], difference, changed: [] };
    return { ...shown, repeated: best !== undefined, runs, failure };
  }

  private expired(): boolean {
    return performance.now() > this.until;
  }

  private async search(divergence: Divergence): Promise<void> {
    const { header, questions, difference } = divergence;
    const last = questions.at(-1);
    const isSame: IsSame = (met): met is Met =>
      met?.difference.what === difference.what &&
      met.difference.clause === difference.clause &&
      met.questions.at(-1)?.op === last?.op;
    const first = await this.ask(header, questions);
    if (!isSame(first)) return;
    this.best = first;
    const busy = first.questions.filter((_, i) => i === first.questions.length - 1 || first.changed[i] === true);
    const cut = await this.ask(header, busy);
    if (isSame(cut)) this.best = cut;
    for (let length = Infinity; this.best.questions.length < length && !this.expired();) {
      length = this.best.questions.length;
      this.best = await this.withoutChunks(header, this.best, isSame);
      this.best = await this.withAnotherPage(header, this.best, isSame);
      this.best = await this.inPlainWords(header, this.best, isSame);
    }
  }

  /** The last call is about another page of the sequence, where that spares calls. */
  private async withAnotherPage(header: TranscriptHeader, best: Met, isSame: IsSame): Promise<Met> {
    for (const questions of withOtherPages(best.questions)) {
      const met = this.expired() ? undefined : await this.ask(header, questions);
      const shorter = isSame(met) ? await this.withoutChunks(header, met, isSame) : best;
      if (shorter.questions.length < best.questions.length) return this.withAnotherPage(header, shorter, isSame);
    }
    return best;
  }

  private async inPlainWords(header: TranscriptHeader, start: Met, isSame: IsSame): Promise<Met> {
    let best = start;
    for (const reword of rewordings(best.questions.length)) {
      const plainer = reword(best);
      if (plainer === undefined || this.expired()) continue;
      const met = await this.ask(header, plainer);
      if (isSame(met)) this.best = best = met;
    }
    return best;
  }

  /** Chunks of halving length, from the end to the front, until none can be spared. */
  private async withoutChunks(header: TranscriptHeader, start: Met, isSame: IsSame): Promise<Met> {
    let best = start;
    for (let size = Math.ceil(best.questions.length / 2); size >= 1;) {
      const before = best.questions.length;
      for (let end = best.questions.length - 1; end > 0 && !this.expired(); end -= size) {
        const { questions } = best;
        const left = [...questions.slice(0, Math.max(0, end - size)), ...questions.slice(end)];
        const met = await this.ask(header, left);
        if (isSame(met)) this.best = best = met;
      }
      if (this.expired()) break;
      if (size > 1) size = Math.ceil(size / 2);
      else if (best.questions.length === before) break;
    }
    return best;
  }

  private settingFor(header: TranscriptHeader): Setting {
    this.setting ??= settingOf(header, huntSurvey(this.description), this.profile);
    return this.setting;
  }

  /** Ask a sequence from a fresh start; undefined if every answer is right, or if it meets a hazard. */
  private async ask(header: TranscriptHeader, questions: readonly Question[]): Promise<Met | undefined> {
    this.runs++;
    const checker = new TranscriptChecker(this.settingFor(header));
    const hazards = hazardsOf(checker);
    const expected: Expectation[] = [];
    for (const asked of questions) {
      const question = renamed(asked, checker);
      const outcome = checker.foresee(question);
      if (hazards.some((hazard) => hazard.is(question, outcome, checker))) return undefined;
      expected.push(checker.expect(question));
    }
    await this.target.open(header);
    const names = new VmNames();
    const given = await this.target.answerAll(expected.map((one) => one.question));
    const answers = given.map((answer, i) => names.add(questions[i]?.op ?? '', answer));
    for (const [i, one] of expected.entries()) {
      const answer = answers[i];
      const difference = answer ? checker.compare(one, answer) : noAnswer;
      if (difference) return metAt(expected, answers, i, difference);
    }
    return this.statesDiffer(checker, expected, answers);
  }

  private async statesDiffer(
    checker: TranscriptChecker,
    expected: readonly Expectation[],
    answers: readonly Answer[],
  ): Promise<Met | undefined> {
    const states = await this.target.pageStates?.();
    const difference = states && judgeStates(checker, states);
    return difference && metAt(expected, answers, expected.length - 1, difference);
  }
}

function metAt(
  expected: readonly Expectation[],
  answers: readonly Answer[],
  last: number,
  difference: Difference,
): Met {
  const asked = expected.slice(0, last + 1);
  return {
    questions: asked.map((one) => one.question),
    answers: answers.slice(0, last + 1),
    difference,
    changed: asked.map((one) => one.outcome.kind === 'done' && !readsOnly.has(one.question.op)),
  };
}

/** The VM is the one that has the handle now: others may have had it before, when more calls came first. */
function renamed(question: Question, checker: TranscriptChecker): Question {
  if (!('vm' in question.args)) return question;
  return { op: question.op, args: { ...question.args, vm: checker.vmName(Number(question.args['handle'])) } };
}
