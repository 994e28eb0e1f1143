/** The chapter of `verify` that leaves nothing out: small worlds, and every call in every state of each. */
import { complete, lawsOf } from '../../search/explore/exhaustive.ts';
import type { Completed } from '../../search/explore/exhaustive.ts';
import { completeWorlds } from '../../search/scopes/exhaustive.ts';
import type { CompleteWorld } from '../../search/scopes/exhaustive.ts';
import { checkEach } from '../../search/engine/check.ts';
import type { Law } from '../../properties/property.ts';
import { defaultRuns } from './result.ts';
import type { ChapterProgress, ChapterResult, ClauseResult, VerifyOptions, Watcher } from './result.ts';

interface Held {
  readonly world: CompleteWorld;
  readonly laws: readonly Law[];
}
interface Judged extends Held {
  readonly result: Completed;
}

/** The worlds that are held to laws of the clause that is asked for. */
const heldTo = (clause: string | undefined): readonly Held[] =>
  completeWorlds.map((world) => ({ world, laws: lawsOf(world, clause) })).filter(({ laws }) => laws.length > 0);
export const someWorldHas = (clause: string | undefined): boolean => clause === undefined || heldTo(clause).length > 0;

/** All worlds in a whole run, and the smaller ones in a shorter run; each of them to its end. */
export async function verifyComplete(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const worlds = heldTo(options.clause);
  const most = seconds === undefined ? Math.ceil(worlds.length * Math.min(1, options.runs / defaultRuns)) : Infinity;
  const judged: Judged[] = [];
  const holds = async ({ world, laws }: Held): Promise<boolean> => {
    if (elapsed() > (seconds ?? Infinity)) return true;
    judged.push({ world, laws, result: await complete(world, laws) });
    watcher.progress(progressOf(judged, judged.length / worlds.length, elapsed()));
    return !judged.some(isBroken);
  };
  await checkEach(worlds.slice(0, most), holds, { seed: options.seed, stopped: watcher.stopped });
  return {
    chapter: progressOf(judged, 1, elapsed()),
    clauses: clauseResults(judged),
    breaches: [],
    violations: judged.flatMap(({ world, result: { finding } }) =>
      finding ? [{ suite: world, finding, check: 'exhaustive' }] : [],
    ),
  };
}

const isBroken = ({ result }: Judged): boolean => result.finding !== undefined;

function progressOf(judged: readonly Judged[], share: number, seconds: number): ChapterProgress {
  const sound = judged.filter((one) => !isBroken(one));
  const names = sound.map(({ world }) => `${world.profile.name}/${world.named.name}`);
  return {
    chapter: 'complete',
    worlds: [`every call in every state of ${names.join(', ')}`],
    runs: 0,
    states: sum(judged, ({ result }) => result.states),
    calls: sum(judged, ({ result }) => result.calls),
    share,
    seconds,
    violated: judged.some(isBroken),
  };
}

/** A row for each clause, with the calls in the worlds that are held to it. */
function clauseResults(judged: readonly Judged[]): ClauseResult[] {
  const laws = judged.flatMap((one) => one.laws);
  const broken = new Set(judged.map(({ result }) => result.finding?.violation.property.clause));
  return [...new Set(laws.map(({ clause }) => clause))].map((clause) => ({
    clause,
    kinds: [...new Set(laws.filter((law) => law.clause === clause).map(({ kind }) => kind))],
    runs: 0,
    calls: sum(judged, (one) => (one.laws.some((law) => law.clause === clause) ? one.result.calls : 0)),
    verdict: broken.has(clause) ? 'violated' : 'holds',
  }));
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);
