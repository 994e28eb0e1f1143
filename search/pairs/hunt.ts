/** Pairs of calls on a target with two CPUs: each schedule is run from the scene's start, and what comes of it judged. */
import type { EventTargetDescription, Pair, PairEnding, PairTarget } from '../../spec/target.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Answer } from '../../spec/transcript.ts';
import { settingOf } from '../conformance/check.ts';
import type { Setting } from '../conformance/check.ts';
import { Survey } from '../conformance/survey.ts';
import { check } from '../engine/check.ts';
import { sequencesOf } from '../engine/arbitrary.ts';
import { headerOf } from './calls.ts';
import { PairJudge, begunBy } from './judge.ts';
import type { Begun, OrderDiffers } from './judge.ts';
import type { PairScene } from './scenes.ts';
import { follow, switchedOnce, switchedTwice } from './schedules.ts';
import type { Followed, Known, Schedule } from './schedules.ts';
import { pairsOf, trialsOf } from './trial.ts';
import type { PairTrial } from './trial.ts';

/** A pair that no order of its calls explains, that hangs, or with which the machine is lost. */
export interface PairFound {
  readonly pair: Pair;
  readonly schedule: Schedule;
  readonly followed: Followed;
  readonly ending?: PairEnding;
  readonly after?: readonly Answer[];
  readonly orders?: readonly OrderDiffers[];
}

/** What has been done so far. */
export interface PairTally {
  schedules: number;
  steps: number;
  /** Endings that differ, each judged once. */
  endings: number;
  /** How often the machine was lost, and the same schedule then went well. */
  restarts: number;
}

/** How often what cannot be run is asked for again. */
const tries = 3;

/** The way to a scene is not as the rules say: nothing is said of the scene. */
export class NoScene extends Error {}

type Judged = Pick<PairFound, 'ending' | 'after' | 'orders'> | undefined;

export class PairHunt {
  readonly tally: PairTally = { schedules: 0, steps: 0, endings: 0, restarts: 0 };
  private readonly target: PairTarget;
  private readonly scene: PairScene;
  private readonly setting: Setting;
  private judge: PairJudge | undefined;
  private readonly judged = new Map<string, Judged>();

  constructor(target: PairTarget, description: EventTargetDescription, scene: PairScene, profile: Profile) {
    this.target = target;
    this.scene = scene;
    const survey = new Survey();
    survey.cpus = 2;
    this.questions.forEach((question, i) => survey.add({ i, ...question, answer: {} }));
    this.setting = settingOf(headerOf(description), survey, profile);
  }

  private get questions(): PairScene['prelude'] {
    const { prelude, calls, after } = this.scene;
    return [...prelude, ...calls.flat(2), ...after];
  }

  /** Throws NoScene, and what the target throws. */
  async open(): Promise<void> {
    const { scene, setting, target } = this;
    const answers = await target.open(setting.header, scene.prelude, this.questions.slice(scene.prelude.length));
    this.judge = new PairJudge(setting, scene, answers);
    const differs = this.judge.preludeDiffers();
    if (differs === undefined) return;
    const { what, expected, got } = differs.difference;
    throw new NoScene(
      `${scene.name}: ${differs.at?.op ?? ''} on the way there: expected ${what} ${expected}, got ${got}`,
    );
  }

  /**
   * Run one schedule, and judge it. What goes wrong, or cannot be run, is asked for once more, on a machine that is
   * started afresh, and step by step; what cannot be run there either is asked for again, up to `tries` times.
   */
  async run(
    pair: Pair,
    schedule: Schedule,
    known?: Known,
  ): Promise<{ readonly followed: Followed; readonly found?: PairFound }> {
    const first = await this.once(pair, schedule, known).catch(() => undefined);
    if (first !== undefined && first.found === undefined) return first;
    const second = await this.afresh(pair, schedule);
    if (second.found === undefined) this.tally.restarts++;
    else await this.open();
    return second;
  }

  private async afresh(pair: Pair, schedule: Schedule): Promise<Awaited<ReturnType<PairHunt['once']>>> {
    for (let left = tries; ; left--) {
      try {
        await this.open();
        return await this.once(pair, schedule);
      } catch (error) {
        if (left === 1 || error instanceof NoScene) throw error;
      }
    }
  }

  /** Pairs of which some schedule has more steps than are followed: not all of theirs were run. */
  readonly long = new Set<Pair>();

  private async once(
    pair: Pair,
    schedule: Schedule,
    known?: Known,
  ): Promise<{ followed: Followed; found?: PairFound }> {
    const { target, tally } = this;
    const followed = await follow(target, pair, schedule, known);
    tally.schedules++;
    tally.steps += followed.steps.length;
    if (followed.end === 'long') return { followed };
    if (followed.end !== 'over') return { followed, found: { pair, schedule, followed } };
    const judged = await this.judgeEnding(pair, await target.ending(), begunBy(followed.steps));
    return { followed, ...(judged && { found: { pair, schedule, followed, ...judged } }) };
  }

  /** Endings that are alike are judged once; one that is wrong is looked at again each time. */
  private async judgeEnding(pair: Pair, ending: PairEnding, before: Begun): Promise<Judged> {
    const { judge, judged, scene, target } = this;
    const key = `${JSON.stringify([pair, before])} ${ending.key}`;
    if (judge === undefined) throw new Error('unreachable: judged before it was opened');
    if (judged.has(key)) return undefined;
    this.tally.endings++;
    const after = await target.after(scene.after);
    const orders = judge.judge(pair, ending, after, before);
    if (orders !== undefined) return { ending, after, orders };
    judged.set(key, undefined);
    return undefined;
  }

  /**
   * Every pair on every schedule of at most two switches, those with fewer first; the first schedule of each pair that
   * is wrong.
   */
  async *exhaustive(stopped: () => boolean): AsyncGenerator<PairFound, void, void> {
    const left = [];
    for (const pair of pairsOf(this.scene)) {
      if (stopped()) return;
      const search = this.searchOf(pair, stopped);
      const switched = await switchedOnce(search.run, search.isEnough);
      yield* search.wrong;
      if (search.wrong.length === 0) left.push({ ...search, switched });
    }
    for (const { run, isEnough, wrong, switched } of left) {
      await switchedTwice(run, switched, isEnough);
      yield* wrong;
    }
  }

  private searchOf(pair: Pair, stopped: () => boolean) {
    const wrong: PairFound[] = [];
    const run = async (schedule: Schedule, known?: Known): Promise<Followed> => {
      const { followed, found } = await this.run(pair, schedule, known);
      if (found !== undefined) wrong.push(found);
      if (followed.end === 'long') this.long.add(pair);
      return followed;
    };
    return { run, wrong, isEnough: () => wrong.length > 0 || this.long.has(pair) || stopped() };
  }

  /** Drawn schedules of drawn pairs, by fast-check, for so many seconds; what is wrong is made smaller. */
  async sampled(seed: number, seconds: number, stopped: () => boolean): Promise<PairFound | undefined> {
    let last: PairFound | undefined;
    const holds = async ({ pair, schedule }: PairTrial): Promise<boolean> => {
      const { found } = await this.run(pair, schedule);
      if (found !== undefined) last = found;
      return found === undefined;
    };
    const until = performance.now() + 1000 * seconds;
    const isOver = (): boolean => stopped() || (last === undefined && performance.now() > until);
    await check(sequencesOf(trialsOf(this.scene)), holds, { seed, stopped: isOver });
    return last;
  }
}
