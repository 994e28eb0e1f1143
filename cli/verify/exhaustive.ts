/** The chapter of `verify` that leaves nothing out: small scopes, and every call in every state of each. */
import { searchExhaustively, lawsOf } from '../../search/explore/exhaustive.ts';
import type { Exhausted } from '../../search/explore/exhaustive.ts';
import { exhaustiveSuites } from '../../search/scopes/exhaustive.ts';
import type { ExhaustiveSuite } from '../../search/scopes/exhaustive.ts';
import { checkEach } from '../../search/engine/check.ts';
import type { Law } from '../../properties/property.ts';
import { againAt, defaultRuns } from './result.ts';
import type { ChapterProgress, ChapterResult, ClauseResult, Verdict, VerifyOptions, Watcher } from './result.ts';

interface Held {
  readonly suite: ExhaustiveSuite;
  readonly laws: readonly Law[];
}
interface Judged extends Held {
  readonly result: Exhausted;
}

/** The scopes that are held to laws of the clause that is asked for. */
const heldTo = (clause: string | undefined): readonly Held[] =>
  exhaustiveSuites.map((suite) => ({ suite, laws: lawsOf(suite, clause) })).filter(({ laws }) => laws.length > 0);
export const someScopeHas = (clause: string | undefined): boolean => clause === undefined || heldTo(clause).length > 0;

/** All scopes in a whole run, and the smaller ones in a shorter run; each of them to its end. */
export async function verifyExhaustively(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const check = 'exhaustive';
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const scopes = heldTo(options.clause);
  const most = Math.ceil(scopes.length * Math.min(1, options.runs / defaultRuns));
  const judged: Judged[] = [];
  const holds = async ({ suite, laws }: Held): Promise<boolean> => {
    if (elapsed() > (seconds ?? Infinity)) return true;
    judged.push({ suite, laws, result: await searchExhaustively(suite, laws) });
    watcher.progress(progressOf(judged, judged.length / scopes.length, elapsed()));
    return !judged.some(isBroken);
  };
  await checkEach(scopes.slice(0, most), holds, { seed: options.seed, stopped: watcher.stopped });
  return {
    chapter: {
      ...progressOf(judged, 1, elapsed()),
      cut: !watcher.stopped() && judged.length < most && !judged.some(isBroken),
    },
    clauses: clauseResults(judged),
    machineViolations: [],
    violations: judged.flatMap(({ suite, result: { minimized } }) =>
      minimized ? [{ suite, minimized, check, again: againAt(check, options), seconds: elapsed() }] : [],
    ),
  };
}

const isBroken = ({ result }: Judged): boolean => result.minimized !== undefined;

function progressOf(judged: readonly Judged[], share: number, seconds: number): ChapterProgress {
  const sound = judged.filter((one) => !isBroken(one));
  const names = sound.map(({ suite }) => `${suite.profile.name}/${suite.scope.name}`);
  return {
    chapter: 'exhaustive',
    scopes: [`every call in every state of ${names.join(', ')}`],
    runs: 0,
    states: sum(judged, ({ result }) => result.states),
    calls: sum(judged, ({ result }) => result.calls),
    share,
    seconds,
    violated: judged.some(isBroken),
  };
}

/** A row for each clause, with the calls in the scopes that are held to it. */
function clauseResults(judged: readonly Judged[]): ClauseResult[] {
  const laws = judged.flatMap((one) => one.laws);
  const broken = new Set(judged.map(({ result }) => result.minimized?.violation.property.clause));
  return [...new Set(laws.map(({ clause }) => clause))].map((clause) => {
    const kinds = [...new Set(laws.filter((law) => law.clause === clause).map(({ kind }) => kind))];
    const judging = judged.filter((one) => one.laws.some((law) => law.clause === clause));
    const calls = sum(judging, ({ result }) => result.calls);
    const subjects = sum(judging, ({ result }) => result.subjects.get(clause) ?? 0);
    return { clause, kinds, runs: 0, calls, subjects, verdict: broken.has(clause) ? 'broken' : verdictIn(subjects) };
  });
}

/** Small scopes leave out what other checks reach. */
const verdictIn = (subjects: number): Verdict => (subjects === 0 ? 'not applicable' : 'holds');

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);
