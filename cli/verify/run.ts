/** The main job: hunt in every chapter, then hold the recorded transcripts against the spec. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import { laws } from '../../search/machine/laws.ts';
import { checkTraceFile } from '../trace-file.ts';
import type { TraceReport } from '../trace-file.ts';
import { someWorldHas, verifyComplete } from './complete.ts';
import { verifyEvidence } from './evidence.ts';
import { verifyModel } from './machine.ts';
import { verifyRaces } from './races.ts';
import type {
  ChapterProgress,
  ChapterResult,
  ClauseResult,
  VerifyOptions,
  VerifyResult,
  Violated,
  Watcher,
} from './result.ts';
import { clauseResults, holesOf, huntChapter, huntsFor, pursueHoles } from './rules.ts';

/** Hunt in all suites and check all transcripts; ends early, with what was learned, once the watcher has stopped. */
export async function verify(options: VerifyOptions, watcher: Watcher): Promise<VerifyResult> {
  const hunts = huntsFor(options);
  const chapters: ChapterProgress[] = [];
  const violations: Violated[] = [];
  for (const chapter of new Set(hunts.map((hunt) => hunt.suite.chapter))) {
    if (watcher.stopped()) break;
    const own = hunts.filter((hunt) => hunt.suite.chapter === chapter);
    const share = options.seconds === undefined ? undefined : (options.seconds * own.length) / hunts.length;
    const result = await huntChapter(chapter, own, hunts, { ...options, seconds: share }, watcher, violations);
    chapters.push(result);
    watcher.finished(result);
  }
  // A run for one clause, one that found something, and one that was cut short need not have been everywhere.
  const isWhole = options.clause === undefined && violations.length === 0;
  if (isWhole) await pursueHoles(hunts, options, watcher, violations);
  const isDefault = options.profile === undefined;
  const others: ChapterResult[] = [];
  for (const chapter of isDefault ? otherChapters(options) : []) {
    if (watcher.stopped()) break;
    const result = await chapter(options, secondsForOne(options, hunts.length), watcher);
    others.push(result);
    violations.push(...(result.violations ?? []));
    chapters.push(result.chapter);
    watcher.finished(result.chapter);
  }
  const transcripts = options.profile === undefined && options.clause === undefined ? await checkRecorded(watcher) : [];
  return {
    options,
    chapters,
    clauses: merged([...clauseResults(hunts, violations), ...others.flatMap(({ clauses }) => clauses)]),
    violations,
    breaches: others.flatMap(({ breaches }) => breaches),
    holes: isWhole && !watcher.stopped() ? holesOf(hunts) : [],
    transcripts,
    interrupted: watcher.stopped(),
  };
}

/** The chapters that draw no sequences of the rules, as far as they have a law of the clause that is asked for. */
function otherChapters({ clause }: VerifyOptions): readonly (typeof verifyModel)[] {
  const hasLaw = (laws: readonly { readonly clause: string }[]): boolean =>
    clause === undefined || laws.some((law) => law.clause === clause);
  return [
    ...(someWorldHas(clause) ? [verifyComplete] : []),
    ...(hasLaw(Object.values(laws)) ? [verifyModel, verifyRaces] : []),
    ...(hasLaw(evidenceLaws) ? [verifyEvidence] : []),
  ];
}

/** Each of the other chapters has as much of the time as one world. */
const secondsForOne = ({ seconds }: VerifyOptions, hunts: number): number | undefined =>
  seconds === undefined ? undefined : seconds / Math.max(1, hunts);

const fromWorst: readonly ClauseResult['verdict'][] = ['violated', 'never seen', 'holds', 'exhibited'];

/** One row for each clause, whoever judges it. */
function merged(results: readonly ClauseResult[]): ClauseResult[] {
  const rows = new Map<string, ClauseResult>();
  for (const one of results) {
    const row = rows.get(one.clause) ?? { ...one, kinds: [], runs: 0, calls: 0 };
    rows.set(one.clause, {
      clause: one.clause,
      kinds: [...new Set([...row.kinds, ...one.kinds])],
      runs: row.runs + one.runs,
      calls: row.calls + one.calls,
      verdict: fromWorst.find((verdict) => [row.verdict, one.verdict].includes(verdict)) ?? one.verdict,
    });
  }
  return [...rows.values()];
}

/** The transcripts that come with the project. */
export const recordedTraces = join(import.meta.dirname, '../../targets/transcript/recorded');

async function checkRecorded(watcher: Watcher): Promise<TraceReport[]> {
  const reports: TraceReport[] = [];
  for (const name of readdirSync(recordedTraces).sort()) {
    if (watcher.stopped()) break;
    reports.push(await checkTraceFile(join(recordedTraces, name), { most: 5 }));
  }
  return reports;
}
