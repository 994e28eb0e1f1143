/** Writes the table of docs/two-cpus.md: how far the last exhaustive runs of its scenes came. */
import type { LastRun } from '../pairs/last-run.ts';
import { table } from './markdown.ts';

const number = (value: number): string => value.toLocaleString('en');

export function lastRunLines({ scenes }: LastRun): string[] {
  const dates = [...new Set(scenes.map(({ date }) => date))].sort();
  const machines = [...new Set(scenes.map(({ machine }) => machine))];
  const complete = scenes.filter(({ isComplete }) => isComplete);
  const different = scenes.filter(({ found }) => found > 0);
  return [
    `${[...new Set([dates[0], dates.at(-1)])].join(' to ')}, ${machines.join('; ')}: ` +
      `${complete.length} of ${scenes.length} scenes were run to the end; ` +
      `${different.length === 0 ? 'no difference was found' : `${different.length} show a difference`}.`,
    '',
    ...table(
      ['scene', 'schedules', 'points', 'endings', 'restarts', 'every schedule', 'differences'],
      scenes.map(({ scene, schedules, steps, endings, restarts, isComplete, found, seconds }) => [
        scene,
        ...[schedules, steps, endings, restarts].map(number),
        isComplete ? 'yes' : `${seconds} s were up`,
        number(found),
      ]),
    ),
  ];
}
