/** The chapter of `verify` that attacks the reference model: refinement, two-run and machine properties in all its worlds. */
import { labFor, writeRun } from '../../search/machine/counterexample.ts';
import { machineSequence, shrinkRun } from '../../search/machine/campaign.ts';
import type { Broken } from '../../search/machine/two-run.ts';
import { laws } from '../../search/machine/laws.ts';
import type { MachineLaw } from '../../properties/machine-law.ts';
import { exhibit, voided } from '../../search/machine/negative-controls.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineWorlds } from '../../search/machine/scopes.ts';
import { seedFor } from '../../search/judge/hunt.ts';
import { tellRun } from '../explain/fault.ts';
import type { Breached, ChapterProgress, ChapterResult, ClauseResult, VerifyOptions, Watcher } from './result.ts';

/** A step of the machine costs more than one of the spec. */
const runsForOne = 1 / 10;

export async function verifyModel(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const judged = options.clause === undefined ? undefined : new Set([options.clause]);
  const walks = machineWorlds.map((named) => new MachineWalk(labFor(named, undefined, judged)));
  const most = Math.max(1, Math.ceil(options.runs * runsForOne));
  const breaches: Breached[] = [];
  const broken = new Set<string>();
  let [runs, calls] = [0, 0];
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const share = (run: number): number => (seconds === undefined ? run / most : Math.min(1, elapsed() / seconds));
  const progress = (part: number): ChapterProgress => {
    const worlds = machineWorlds.map(({ name }) => `model/${name}`);
    return { chapter: 'model', worlds, runs, calls, share: part, seconds: elapsed(), violated: broken.size > 0 };
  };
  for (let run = 0; share(run) < 1 && broken.size === 0 && !watcher.stopped(); run++) {
    for (const [i, walk] of walks.entries()) {
      // why: sequences whose seed is odd interleave CPUs; both kinds come in turn.
      const seed = 2 * (seedFor(options.seed, 100 + i, run) >>> 1) + (run % 2);
      const found = walk.run(seed, machineSequence);
      runs++;
      calls += walk.moves.length;
      if (found === undefined) continue;
      broken.add(found.breach.clause);
      breaches.push(breached(walk, found));
    }
    watcher.progress(progress(share(run)));
    await new Promise(setImmediate);
  }
  const clauses = [...lawResults(judged, broken, { runs, calls }), ...exhibits(options, judged)];
  return { chapter: progress(1), clauses, breaches };
}

/** What a walk has found, made short. */
export function breached({ lab, moves }: Pick<MachineWalk, 'lab' | 'moves'>, found: Broken): Breached {
  const foundAt = moves.length;
  const shortest = shrinkRun({ lab, moves: [...moves], broken: found });
  const counterexample = writeRun(lab, shortest.moves, shortest.broken);
  const { breaks, property, calls, world } = counterexample;
  const { lines } = tellRun(lab, counterexample);
  const where = `broken in the world ${world} in ${calls.length} calls (found in ${foundAt})`;
  return {
    lines: [`${breaks} ${property}`, `  ${where}`, ...lines.map((line) => `  ${line}`.trimEnd())],
    counterexample,
  };
}

/** Sequences after which a trace that must exist is given up. */
const mostForOne = 2000;

/** What must go wrong where something is missing. */
function exhibits({ seed }: VerifyOptions, judged: ReadonlySet<string> | undefined): ClauseResult[] {
  return voided.flatMap((one): ClauseResult[] => {
    const { clause, kind } = one.law;
    if (judged?.has(clause) === false) return [];
    const { runs, calls, moves } = exhibit(one, seed, mostForOne);
    return [{ clause, kinds: [kind], runs, calls, verdict: moves === undefined ? 'never seen' : 'exhibited' }];
  });
}

/** A row for each clause that the machine is held to. */
export function lawResults(
  judged: ReadonlySet<string> | undefined,
  broken: ReadonlySet<string>,
  counts: Pick<ClauseResult, 'runs' | 'calls'>,
): ClauseResult[] {
  const chosen = Object.values<MachineLaw>(laws).filter(
    ({ clause, kind }) => kind !== 'permitted' && judged?.has(clause) !== false,
  );
  return [...new Set(chosen.map(({ clause }) => clause))].map((clause) => {
    const kinds = [...new Set(chosen.flatMap((law) => (law.clause === clause ? [law.kind] : [])))];
    return { clause, kinds, ...counts, verdict: broken.has(clause) ? 'violated' : 'holds' };
  });
}
