/** Schedules of two CPUs: which goes, and for how many steps. A CPU that waits for the other is not let go. */
import type { Pair, PairTarget, Step } from '../../spec/target.ts';

/** So many steps of one CPU. Behind the last turn its CPU goes on to its end, then the other does. */
export interface Turn {
  readonly cpu: number;
  readonly steps: number;
}
export type Schedule = readonly Turn[];

/** The steps that each of the first turns consisted of, when all began alike. */
export type Known = readonly (readonly Step[])[];

/**
 * What was done, step by step. It ends well, or each CPU waits for the other or goes round without end, or all is lost;
 * `long`: there were more steps than are followed.
 */
export interface Followed {
  readonly steps: readonly Step[];
  readonly end: 'over' | 'hangs' | 'lost' | 'long';
}

/** Far more than most calls take. */
const mostSteps = 5000;
/** Who goes round without end comes by so few places in so many steps. */
const [placesOfRound, stepsOfRound] = [16, 1000];
const goesRound = (steps: readonly Step[]): boolean =>
  new Set(steps.slice(-stepsOfRound).map(({ cpu, at }) => `${cpu} ${at}`)).size <= placesOfRound;

const otherThan = (cpu: number): number => 1 - cpu;

class Following {
  private readonly target: PairTarget;
  readonly steps: Step[] = [];
  private readonly over = [false, false];
  private readonly waiting = [false, false];
  private isLost = false;

  constructor(target: PairTarget) {
    this.target = target;
  }

  private canGo(cpu: number): boolean {
    return !this.isLost && this.over[cpu] !== true && this.waiting[cpu] !== true;
  }

  /** Steps that are known to come: none of them waits, or is the last of its call. */
  async leap(cpu: number, steps: readonly Step[]): Promise<void> {
    if (this.isLost) return;
    const lost = await this.target.leap(cpu, steps);
    this.steps.push(...(lost === undefined ? steps : [lost]));
    this.isLost = lost !== undefined;
    this.waiting[otherThan(cpu)] = false;
  }

  /** At most so many steps; fewer where it waits or is over. */
  async turn(cpu: number, steps: number): Promise<void> {
    for (let i = 0; i < steps && this.canGo(cpu) && this.steps.length < mostSteps; i++) {
      const step = await this.target.go(cpu);
      this.steps.push(step);
      this.isLost = step.progress === 'lost';
      this.over[cpu] = step.progress === 'over';
      this.waiting[cpu] = step.progress === 'waits';
      // Whatever the other waits for may have come about.
      if (step.progress !== 'waits') this.waiting[otherThan(cpu)] = false;
    }
  }

  /** Both to their ends, if they come there. */
  async rest(first: number): Promise<Followed['end']> {
    for (let cpu = first; this.canGo(0) || this.canGo(1); cpu = otherThan(cpu)) {
      if (this.steps.length >= mostSteps) return goesRound(this.steps) ? 'hangs' : 'long';
      await this.turn(cpu, mostSteps);
    }
    if (this.isLost) return 'lost';
    return this.over.every((over) => over) ? 'over' : 'hangs';
  }
}

/** Where the steps of the first turns are known they are made at once, and those behind them are long. */
export async function follow(target: PairTarget, pair: Pair, schedule: Schedule, known: Known = []): Promise<Followed> {
  const lost = await target.begin(pair, known.length > 0 ? 'long' : 'short');
  if (lost !== undefined) return { steps: [lost], end: 'lost' };
  const following = new Following(target);
  for (const [i, { cpu, steps }] of schedule.entries()) {
    const before = known[i];
    await (before ? following.leap(cpu, before) : following.turn(cpu, steps));
  }
  const end = await following.rest(schedule.at(-1)?.cpu ?? 0);
  return { steps: following.steps, end };
}

/** The turns that a run consisted of. */
export function turnsOf(steps: readonly Step[]): Turn[] {
  const turns: { cpu: number; steps: number }[] = [];
  for (const { cpu } of steps) {
    const last = turns.at(-1);
    if (last?.cpu === cpu) last.steps++;
    else turns.push({ cpu, steps: 1 });
  }
  return turns;
}

/** The steps of the n-th turn: until its CPU could not go on, or the other went. */
function stepsOf(steps: readonly Step[], turn: number): readonly Step[] {
  const turns = turnsOf(steps);
  const first = turns.slice(0, turn).reduce((sum, { steps: some }) => sum + some, 0);
  return steps.slice(first, first + (turns[turn]?.steps ?? 0));
}

type Run = (schedule: Schedule, known?: Known) => Promise<Followed>;

/** A schedule that was run: one CPU was taken from its call after these steps, and the other then made those. */
interface Switched {
  readonly cpu: number;
  readonly before: readonly Step[];
  readonly beside: readonly Step[];
}

/**
 * Every schedule in which one CPU is taken from its call and the other goes to its end, until `isEnough`. Each is run;
 * from what it took follows which come next.
 */
export async function switchedOnce(run: Run, isEnough: () => boolean): Promise<Switched[]> {
  const switched: Switched[] = [];
  for (const cpu of [0, 1]) {
    const whole = stepsOf((await run([{ cpu, steps: mostSteps }])).steps, 0);
    for (let steps = 1; steps < whole.length && !isEnough(); steps++) {
      const once = await run([
        { cpu, steps },
        { cpu: otherThan(cpu), steps: mostSteps },
      ]);
      switched.push({ cpu, before: whole.slice(0, steps), beside: stepsOf(once.steps, 1) });
    }
  }
  return switched;
}

/** Every schedule that begins as one of these, and in which the other CPU is taken from its call as well. */
export async function switchedTwice(run: Run, from: readonly Switched[], isEnough: () => boolean): Promise<void> {
  for (const { cpu, before, beside } of from) {
    for (let more = 1; more < beside.length && !isEnough(); more++) {
      const turns = [
        { cpu, steps: before.length },
        { cpu: otherThan(cpu), steps: more },
        { cpu, steps: mostSteps },
      ];
      await run(turns, [before, beside.slice(0, more)]);
    }
  }
}
