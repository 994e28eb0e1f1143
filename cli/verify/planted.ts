/** The checks of a clause that is asked for by itself: whatever is planted against it must show. */
import type { Part } from './part.ts';
import type { VerifyOptions } from './result.ts';
import type { Task } from './task.ts';

/** What came of one plant: what shows it, in a line, or that nothing does; and how much was tried for that. */
export interface Shown {
  readonly shows: boolean;
  readonly line: string;
  readonly runs: number;
}

/** A task for each plant of a chapter; the clause is broken where one of them does not show. */
export const plantTasks = (
  chapter: 'guards' | 'verifiers',
  kind: string,
  plants: readonly (() => Shown | Promise<Shown>)[],
  { clause = '' }: VerifyOptions,
): readonly Task[] =>
  plants.map((attempt, number) => ({
    name: `${chapter}: ${number}`,
    chapter,
    group: chapter,
    number,
    perform: async () => partOf(kind, clause, number, await attempt()),
  }));

const partOf = (kind: string, clause: string, number: number, { shows, line, runs }: Shown): Part => ({
  runs,
  calls: runs,
  rows: [{ clause, kinds: [kind], runs, calls: runs, subjects: 1, without: 'not reached' }],
  ...(shows ? { shown: [line] } : { machineViolations: [{ clause, run: number, lines: [`${clause} ${line}`] }] }),
});
