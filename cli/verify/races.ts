/** The chapter of `verify` that lets two CPUs contend: every pair of calls in every scene, on every schedule. */
import { Contention } from '../../search/machine/contention.ts';
import type { Race } from '../../search/machine/contention.ts';
import { scenes } from '../../search/machine/scenes.ts';
import { checkEach } from '../../search/engine/check.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import { lawResults } from './machine.ts';
import { againAt, defaultRuns } from './result.ts';
import type { ChapterProgress, ChapterResult, VerifyOptions, ViolationReport, Watcher } from './result.ts';

/** Pairs are taken in big strides, so that a part of them is a part of every scene. */
const stride = 7919;

/** All pairs in a whole run, and fewer in a shorter one. */
export async function verifyRaces(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const judged = options.clause === undefined ? undefined : new Set([options.clause]);
  const contentions = scenes.map((scene) => new Contention(scene, { judged }));
  const pairs = contentions.flatMap((contention) => contention.pairs().map((calls) => ({ contention, calls })));
  const most = Math.ceil(pairs.length * Math.min(1, options.runs / defaultRuns));
  const elapsed = (): number => (performance.now() - begun) / 1000;
  let race: Race | undefined;
  let machineViolations: readonly ViolationReport[] = [];
  let done = 0;
  const schedules = (): number => contentions.reduce((sum, one) => sum + one.schedules, 0);
  const progress = (share: number): ChapterProgress => {
    const some = done === pairs.length ? 'all' : `${done.toLocaleString('en-US')} of`;
    const scopes = [`${some} ${pairs.length.toLocaleString('en-US')} pairs of calls on every schedule`];
    const runs = schedules();
    return { chapter: 'races', scopes, runs, calls: 2 * runs, share, seconds: elapsed(), violated: race !== undefined };
  };
  const ordered = pairs.map((_, i) => pairs[(i * stride) % pairs.length] as (typeof pairs)[number]);
  const holds = ({ contention, calls }: (typeof pairs)[number]): boolean => {
    if (elapsed() > (seconds ?? Infinity)) return true;
    done++;
    race = contention.race(calls);
    if (race !== undefined)
      machineViolations = [{ ...reportRace(contention, race), again: againAt('races', options), seconds: elapsed() }];
    return race === undefined;
  };
  await checkEach(ordered.slice(0, most), holds, {
    seed: options.seed,
    stopped: watcher.stopped,
    progress: () => watcher.progress(progress(done / most)),
  });
  const counts = { runs: schedules(), calls: 2 * schedules() };
  const harnesses = contentions.map(({ harness }) => harness);
  const rows = lawResults(judged, new Set(race && [race.violation.clause]), counts, harnesses);
  // The scenes are few, and leave out what drawn sequences reach.
  const clauses = rows.map((row) =>
    row.verdict === 'not reached' ? { ...row, verdict: 'not applicable' as const } : row,
  );
  const cut = done < most && race === undefined && !watcher.stopped();
  return { chapter: { ...progress(1), cut }, clauses, machineViolations };
}

export function reportRace({ scene, harness }: Contention, { calls, steps, violation }: Race): ViolationReport {
  const lines = [
    `${violation.clause} ${violation.statement}`,
    `  in the scene “${scene.name}”:`,
    ...calls.flat().map((move) => `    ${JSON.stringify(writeCall(harness.spec, move))}`),
    `    ${steps.map(({ cpu, at }) => `CPU ${cpu} to “${at}”`).join(', ')}`,
  ];
  return { clause: violation.clause, lines };
}
