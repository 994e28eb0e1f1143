/** Writes the table of docs/two-cpus.md: how far the last exhaustive run over all scenes came. */
import type { LastRun } from '../pairs/last-run.ts';
import { table } from './markdown.ts';

const number = (value: number): string => value.toLocaleString('en');

export function lastRunLines({ date, machine, scenes }: LastRun): string[] {
  const complete = scenes.filter(({ isComplete }) => isComplete);
  const different = scenes.filter(({ found }) => found > 0);
  return [
    `${date}, ${machine}: ` +
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
