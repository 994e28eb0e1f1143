/** The checks of a clause that is asked for by itself: whatever is planted against it must show. */
import { verdictOn } from './result.ts';
import type { ChapterProgress, ChapterResult, VerifyOptions, ViolationReport, Watcher } from './result.ts';

/** What came of one plant: what shows it, in a line, or that nothing does; and how much was tried for that. */
export interface Shown {
  readonly shows: boolean;
  readonly line: string;
  readonly runs: number;
}

/** Try all plants of a chapter; the clause is broken where one of them does not show. */
export async function verifyPlanted<P>(
  chapter: 'guards' | 'verifiers',
  kind: string,
  plants: readonly P[],
  attempt: (plant: P) => Promise<Shown>,
  { clause = '' }: VerifyOptions,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const missed: ViolationReport[] = [];
  const scopes: string[] = [];
  let [done, runs] = [0, 0];
  const progress = (): ChapterProgress => ({
    ...{ chapter, scopes, runs, calls: runs, share: done / plants.length },
    seconds: (performance.now() - begun) / 1000,
    violated: missed.length > 0,
  });
  for (const plant of plants) {
    if (watcher.stopped()) break;
    const shown = await attempt(plant);
    done++;
    runs += shown.runs;
    if (shown.shows) scopes.push(shown.line);
    else missed.push({ clause, lines: [`${clause} ${shown.line}`] });
    watcher.progress(progress());
  }
  const verdict = verdictOn(missed.length > 0, done);
  const result = { clause, kinds: [kind], runs, calls: runs, subjects: done, verdict };
  return { chapter: progress(), clauses: [result], machineViolations: missed };
}
