/** The chapter of `verify` that lets two CPUs contend: every pair of calls in every scene, on every schedule. */
import { Contention } from '../../search/machine/contention.ts';
import type { Race } from '../../search/machine/contention.ts';
import { scenes } from '../../search/machine/scenes.ts';
import { checkEach } from '../../search/engine/check.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import { judgedIn, lawRows } from './machine.ts';
import type { Part } from './part.ts';
import { againAt, defaultRuns } from './result.ts';
import type { VerifyOptions, ViolationReport } from './result.ts';
import { runsIn } from './task.ts';
import type { Doing, Task } from './task.ts';

/** Pairs are taken in big strides, so that a part of them is a part of every scene. */
const stride = 7919;

const chapter = 'races';

export const raceTasks = (options: VerifyOptions): readonly Task[] => [
  { name: chapter, chapter, group: chapter, isLong: true, perform: (doing) => verifyRaces(options, doing) },
];

/** All pairs in a whole run, and fewer in a shorter one. The scenes are few, and leave out what drawn sequences reach. */
async function verifyRaces(options: VerifyOptions, { share, seconds, stopped, progress }: Doing): Promise<Part> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const judged = judgedIn(options);
  const contentions = scenes.map((scene) => new Contention(scene, { judged }));
  const pairs = contentions.flatMap((contention) => contention.pairs().map((calls) => ({ contention, calls })));
  const all = Math.ceil(pairs.length * Math.min(1, options.runs / defaultRuns));
  const most = runsIn(share, all);
  const found: ViolationReport[] = [];
  const known = new Set<string>();
  let done = 0;
  const counts = (): { runs: number; calls: number } => {
    const runs = contentions.reduce((sum, one) => sum + one.schedules, 0);
    return { runs, calls: 2 * runs };
  };
  const ordered = pairs.map((_, i) => pairs[(i * stride) % pairs.length] as (typeof pairs)[number]);
  const holds = ({ contention, calls }: (typeof pairs)[number], run: number): boolean => {
    if (elapsed() > (seconds ?? Infinity)) return true;
    done++;
    const race = contention.race(calls);
    const { clause = '', loss = '' } = race?.violation ?? {};
    if (race === undefined || known.has(`${clause} ${loss}`)) return true;
    known.add(`${clause} ${loss}`);
    found.push({ ...reportRace(contention, race), loss, run, again: againAt(chapter, options), seconds: elapsed() });
    return true;
  };
  await checkEach(ordered.slice(0, all), holds, {
    ...{ seed: options.seed, share, stopped },
    progress: () => progress({ ...counts(), share: done / most }),
  });
  const rows = lawRows(
    judged,
    counts(),
    contentions.map(({ harness }) => harness),
    'not applicable',
  );
  return { ...counts(), done, of: pairs.length, rows, machineViolations: found, cut: done < most && !stopped() };
}

/** How many of all pairs were tried, in words. */
export const pairsIn = ({ done = 0, of = 0 }: Part): string => {
  const some = done === of ? 'all' : `${done.toLocaleString('en-US')} of`;
  return `${some} ${of.toLocaleString('en-US')} pairs of calls on every schedule`;
};

export function reportRace({ scene, harness }: Contention, { calls, steps, violation }: Race): ViolationReport {
  const lines = [
    `${violation.clause} ${violation.statement}`,
    `  in the scene “${scene.name}”:`,
    ...calls.flat().map((move) => `    ${JSON.stringify(writeCall(harness.spec, move))}`),
    `    ${steps.map(({ cpu, at }) => `CPU ${cpu} to “${at}”`).join(', ')}`,
  ];
  return { clause: violation.clause, lines };
}
