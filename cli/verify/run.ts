/** The main job: a campaign in every chapter, then hold the recorded transcripts against the spec. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import { checkEach } from '../../search/engine/check.ts';
import { isApplicable } from '../../search/judge/applicable.ts';
import { laws } from '../../search/machine/laws.ts';
import type { Campaign } from '../../search/rules/campaign.ts';
import { checkTraceFile } from '../trace-file.ts';
import type { TraceReport } from '../trace-file.ts';
import { someScopeHas, verifyExhaustively } from './exhaustive.ts';
import { evidenceChecks, verifyEvidence } from './evidence.ts';
import { verifyModel } from './machine.ts';
import { verifyRaces } from './races.ts';
import type {
  ChapterProgress,
  ChapterResult,
  ClauseResult,
  SuiteViolation,
  VerifyOptions,
  VerifyResult,
  Watcher,
} from './result.ts';
import { plantsFor, verifyChecks } from './checks.ts';
import { guardsFor, verifyGuards } from './guards.ts';
import { isChosen } from './result.ts';
import { campaignsFor, clauseResults, eachCampaignFor, holesOf, pursueHoles, runChapter } from './rules.ts';

/** Run all checks; ends early, with what was learned, once the watcher has stopped. */
export async function verify(options: VerifyOptions, watcher: Watcher): Promise<VerifyResult> {
  const planned = campaignsFor(options);
  const campaigns: Campaign[] = [];
  const chapters: ChapterProgress[] = [];
  const violations: SuiteViolation[] = [];
  for (const chapter of new Set(planned.map(({ suite }) => suite.chapter))) {
    if (watcher.stopped()) break;
    const own = planned.filter(({ suite }) => suite.chapter === chapter);
    const seconds = options.seconds === undefined ? undefined : (options.seconds * own.length) / planned.length;
    const made = await runChapter(chapter, own, { ...options, seconds }, watcher);
    campaigns.push(...made.campaigns);
    violations.push(...made.violations);
    chapters.push(made.chapter);
    watcher.finished(made.chapter);
  }
  // A run for one clause or one check, one that found something, and one that was cut short need not have been
  // everywhere.
  const isWhole = options.clause === undefined && options.check === undefined && violations.length === 0;
  if (isWhole) await pursueHoles(campaigns, options, watcher, violations);
  const others: ChapterResult[] = [];
  for (const chapter of otherChapters(options)) {
    if (watcher.stopped()) break;
    const result = await chapter(options, secondsForOne(options, planned.length), watcher);
    others.push(result);
    violations.push(...(result.violations ?? []));
    chapters.push(result.chapter);
    watcher.finished(result.chapter);
  }
  const checksTranscripts = options.profile === undefined && options.clause === undefined;
  return {
    options,
    chapters,
    clauses: merged([...clauseResults(campaigns, violations), ...others.flatMap(({ clauses }) => clauses)]),
    violations,
    machineViolations: others.flatMap(({ machineViolations }) => machineViolations),
    holes: isWhole && !watcher.stopped() ? holesOf(campaigns) : undefined,
    transcripts: checksTranscripts && isChosen('transcripts', options) ? await checkRecorded(options, watcher) : [],
    interrupted: watcher.stopped(),
  };
}

/** The chapters that draw no sequences of the rules, as far as they have a law of the clause that is asked for. */
function otherChapters(options: VerifyOptions): readonly (typeof verifyModel)[] {
  const { clause } = options;
  const hasLaw = (laws: readonly { readonly clause: string }[]): boolean =>
    clause === undefined || laws.some((law) => law.clause === clause);
  const guards = guardsFor(options).length > 0 && isChosen('guards', options) ? [verifyGuards] : [];
  if (options.profile !== undefined) return guards;
  return [
    ...guards,
    ...(plantsFor(options).length > 0 && isChosen('verifiers', options) ? [verifyChecks] : []),
    ...(someScopeHas(clause) && isChosen('exhaustive', options) ? [verifyExhaustively] : []),
    ...(hasLaw(Object.values(laws)) && isChosen('model', options) ? [verifyModel] : []),
    ...(hasLaw(Object.values(laws)) && isChosen('races', options) ? [verifyRaces] : []),
    ...(hasLaw(evidenceLaws) && (options.check ?? 'evidence/').startsWith('evidence/') ? [verifyEvidence] : []),
  ];
}

/** Whether there is anything to judge: a clause may have a guard alone, and a profile scopes of no chapter. */
export function isJudged(options: VerifyOptions): boolean {
  if (otherChapters(options).length > 0) return true;
  for (const campaign of eachCampaignFor(options)) if (isApplicableTo(options, campaign)) return true;
  return false;
}

/** A clause that is asked for is judged where some call can bring its subject about. */
const isApplicableTo = ({ clause }: VerifyOptions, { system, properties }: Campaign): boolean =>
  clause === undefined || properties.some((property) => isApplicable(system, property));

/** The names by which single checks can be asked for. */
export const checkNames = (options: VerifyOptions): readonly string[] => [
  ...new Set(campaignsFor({ ...options, check: undefined }).map(({ name }) => name)),
  ...['exhaustive', 'model', 'races', ...evidenceChecks().map(({ name }) => name), 'transcripts'],
];

/** Each of the other chapters has as much of the time as one scope. */
const secondsForOne = ({ seconds }: VerifyOptions, campaigns: number): number | undefined =>
  seconds === undefined ? undefined : seconds / Math.max(1, campaigns);

const fromWorst: readonly ClauseResult['verdict'][] = ['broken', 'not reached', 'holds', 'not applicable'];

/** One row for each clause, whoever judges it. */
function merged(results: readonly ClauseResult[]): ClauseResult[] {
  const rows = new Map<string, ClauseResult>();
  for (const one of results) {
    const row = rows.get(one.clause) ?? { ...one, kinds: [], runs: 0, calls: 0, subjects: 0 };
    rows.set(one.clause, {
      clause: one.clause,
      kinds: [...new Set([...row.kinds, ...one.kinds])],
      runs: row.runs + one.runs,
      calls: row.calls + one.calls,
      subjects: row.subjects + one.subjects,
      verdict: fromWorst.find((verdict) => [row.verdict, one.verdict].includes(verdict)) ?? one.verdict,
    });
  }
  return [...rows.values()];
}

/** The transcripts that come with the project. */
export const recordedTraces = join(import.meta.dirname, '../../targets/transcript/recorded');

async function checkRecorded({ seed }: VerifyOptions, watcher: Watcher): Promise<TraceReport[]> {
  const reports: TraceReport[] = [];
  const holds = async (name: string): Promise<boolean> => {
    reports.push(await checkTraceFile(join(recordedTraces, name), { most: 5 }));
    return true;
  };
  await checkEach(readdirSync(recordedTraces).sort(), holds, { seed, stopped: watcher.stopped });
  return reports;
}
