/** A pair of calls on a schedule, as fast-check draws it and makes it smaller: fewer switches, then shorter turns. */
import * as fc from 'fast-check';
import type { Pair, Question } from '../../spec/target.ts';
import type { Shrinking, Subject } from '../engine/arbitrary.ts';
import type { Doing, PairScene } from './scenes.ts';
import type { Schedule, Turn } from './schedules.ts';

export class PairTrial {
  readonly pair: Pair;
  readonly schedule: Schedule;

  constructor(pair: Pair, schedule: Schedule) {
    this.pair = pair;
    this.schedule = schedule;
  }

  [fc.toStringMethod](): string {
    const turns = this.schedule.map(({ cpu, steps }) => `CPU ${cpu} × ${steps}`).join(', ');
    return `${nameOfPair(this.pair)}: ${turns}`;
  }
}

const mostTurns = 4;
/** A turn has at most 2, 4, … or 64 steps: calls have some dozens of points, and most races need few of them. */
const mostDoublings = 6;

export const nameOfPair = (pair: Pair): string =>
  pair.map((questions) => questions.map(({ op }) => op).join(' and ')).join(' beside ');

/** Every pair of what a scene's CPUs may do. Where both have the same list, a pair is not mirrored. */
export const pairsOf = ({ calls: [one, other] }: PairScene): Pair[] =>
  one.flatMap((first, i) =>
    other.slice(one === other ? i : 0).map((second): Pair => [madeOn(0, first), madeOn(1, second)]),
  );

const madeOn = (cpu: number, doing: Doing): Question[] => [doing].flat().map((question) => ({ ...question, cpu }));

/** Turns of one CPU that follow each other are one. */
function joined(turns: readonly Turn[]): Turn[] {
  return turns.reduce<Turn[]>((all, turn) => {
    const last = all.at(-1);
    if (last?.cpu !== turn.cpu) return [...all, turn];
    return [...all.slice(0, -1), { cpu: turn.cpu, steps: last.steps + turn.steps }];
  }, []);
}

function* smaller({ pair, schedule }: PairTrial): Generator<PairTrial> {
  for (const i of schedule.keys()) yield new PairTrial(pair, joined(schedule.toSpliced(i, 1)));
  for (const [i, { cpu, steps }] of schedule.entries()) {
    for (const fewer of new Set([1, Math.floor(steps / 2), steps - 1])) {
      if (fewer >= 1 && fewer < steps) yield new PairTrial(pair, schedule.with(i, { cpu, steps: fewer }));
    }
  }
}

export function trialsOf(scene: PairScene): Subject<PairTrial> {
  const pairs = pairsOf(scene);
  return {
    draw(random) {
      const pair = pairs[random.nextInt(0, pairs.length - 1)] as Pair;
      const first = random.nextInt(0, 1);
      const turns = Array.from({ length: random.nextInt(1, mostTurns) }, (_, i) => ({
        cpu: (first + i) % 2,
        steps: random.nextInt(1, 2 ** random.nextInt(1, mostDoublings)),
      }));
      return new PairTrial(pair, turns);
    },
    accepts: (value): value is PairTrial => value instanceof PairTrial,
    *shrink(trial): Shrinking<PairTrial> {
      for (let best: PairTrial | undefined = trial; best !== undefined;) best = yield smaller(best);
    },
  };
}
