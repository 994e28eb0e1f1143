/** What came of calls that were made at the same time, in words. */
import type { PairFound, PairTally } from '../../search/pairs/hunt.ts';
import type { PairFile } from '../../search/pairs/pair-file.ts';
import { turnsOf } from '../../search/pairs/schedules.ts';
import { formatAnswer, formatDifference, formatQuestion } from '../format.ts';

const nameWidth = 30;
const columns = ['schedules', 'steps', 'endings', 'restarts', 'a second'];

export const headOfScenes = `${'scene'.padEnd(nameWidth)}${columns.map((head) => head.padStart(11)).join('')}`;

export function lineOf(scene: string, { schedules, steps, endings, restarts }: PairTally, seconds: number): string {
  const counts = [schedules, steps, endings, restarts].map((count) => count.toLocaleString('en-US'));
  const rate = seconds > 0 ? (schedules / seconds).toFixed(1) : '';
  return `${scene.padEnd(nameWidth)}${[...counts, rate].map((text) => text.padStart(11)).join('')}`;
}

const nameOfOrder = (order: readonly number[]): string =>
  order.length === 2 ? `CPU ${order[0] ?? 0} first` : `CPU ${order.join(', ')}`;

/** Where each order differs, or how it ended. */
export function seenOf({ followed, orders = [] }: PairFound): string[] {
  if (followed.end === 'hangs') return ['each CPU waits for the other, or goes on without end'];
  if (followed.end === 'lost') return [followed.steps.at(-1)?.at ?? 'the machine is lost'];
  return orders.flatMap(({ order, at, difference }) => [
    `${nameOfOrder(order)}: ${at === undefined ? 'page states' : formatQuestion(at)}`,
    ...formatDifference(difference),
  ]);
}

/** The same in one line: the first difference of the first order. */
export function showsOf(found: PairFound): string {
  const [order] = found.orders ?? [];
  if (order === undefined) return seenOf(found)[0] ?? '';
  const { what, expected, got } = order.difference;
  return `${order.at?.op ?? 'page states'}: ${what} ${got}, not ${expected}`;
}

/** What a file holds: the way to the scene, the two calls, the schedule, and what was seen. */
export function explainPair({ scene, target, profile, prelude, pair, schedule, seen, found }: PairFile): string[] {
  const { hypervisor, release, mode, machine } = target;
  const calls = (questions: PairFile['prelude']): string[] =>
    questions.map((question) => `  CPU ${question.cpu}  ${formatQuestion(question)}`);
  return [
    `${scene}: ${hypervisor} ${release}, ${mode}, ${machine}, by ${profile}`,
    ...['', 'first:', ...calls(prelude)],
    ...['', 'then at the same time:', ...calls(pair.flat())],
    ...schedule.map(({ cpu, steps }) => `  CPU ${cpu}  ${String(steps).padStart(4)} points`),
    ...['', ...seen],
    ...['', `found by: ${found}`],
  ];
}

/** The calls, their answers, the schedule point by point, and why it is wrong. */
export function formatPair(found: PairFound): string[] {
  const { pair, followed, ending } = found;
  const turns = turnsOf(followed.steps);
  let at = 0;
  const schedule = turns.map(({ cpu, steps }) => {
    const last = followed.steps[(at += steps) - 1];
    const where =
      last?.progress === 'over'
        ? 'its end'
        : `${last?.progress === 'waits' ? 'waits at' : 'stands at'} ${last?.at ?? ''}`;
    return `  CPU ${cpu}  ${String(steps).padStart(4)} points   ${where}`;
  });
  return [
    ...pair.flatMap((questions, cpu) =>
      questions.map((question, i) => {
        const answer = ending?.answers[cpu]?.[i];
        return `  CPU ${cpu}  ${formatQuestion(question)}  ${answer === undefined ? '' : formatAnswer(answer)}`;
      }),
    ),
    ...schedule,
    found.orders === undefined ? '' : 'no order of the calls explains this:',
    ...seenOf(found),
  ].filter((line) => line !== '');
}
