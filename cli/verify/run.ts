/** The main job: hunt in every chapter, then hold the recorded transcripts against the spec. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceLaws } from '../../properties/attestation/laws/all.ts';
import { allProperties } from '../../properties/chapters.ts';
import { Coverage } from '../../properties/coverage.ts';
import { Hunt, seedFor } from '../../properties/hunt.ts';
import type { Finding } from '../../properties/hunt.ts';
import { laws } from '../../properties/machine/laws.ts';
import type { Property } from '../../properties/property.ts';
import { suitesOf } from '../../properties/suites.ts';
import type { Suite } from '../../properties/suites.ts';
import { someWorldHas, verifyComplete } from './complete.ts';
import { verifyEvidence } from './evidence.ts';
import { verifyModel } from './machine.ts';
import type { Breached, ModelResult } from './machine.ts';
import { verifyRaces } from './races.ts';
import { checkTraceFile } from '../trace-file.ts';
import type { TraceReport } from '../trace-file.ts';

export interface VerifyOptions {
  readonly seed: number;
  /** Sequences in each world, unless `seconds` says how long to go on. */
  readonly runs: number;
  readonly seconds: number | undefined;
  readonly profile: string | undefined;
  /** Only the properties of this clause. */
  readonly clause: string | undefined;
}

/** Calls in one sequence. */
const sequenceLength = 300;
export const defaultRuns = 1000;

export interface ChapterProgress {
  readonly chapter: string;
  readonly worlds: readonly string[];
  readonly runs: number;
  /** States that were gone through, where that is what a chapter does. */
  readonly states?: number;
  readonly calls: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly seconds: number;
  readonly violated: boolean;
}

export interface Violated {
  readonly suite: Suite;
  readonly finding: Finding;
}

/** How often a clause's properties were judged, and how that ended. */
export interface ClauseResult {
  readonly clause: string;
  readonly kinds: readonly string[];
  readonly runs: number;
  readonly calls: number;
  readonly verdict: 'holds' | 'violated' | 'exhibited' | 'never seen';
}

export interface VerifyResult {
  readonly options: VerifyOptions;
  readonly chapters: readonly ChapterProgress[];
  readonly clauses: readonly ClauseResult[];
  readonly violations: readonly Violated[];
  /** Calls that were never done and guards that never refused, by profile. */
  readonly holes: readonly string[];
  readonly transcripts: readonly TraceReport[];
  /** What broke on the reference model. */
  readonly breaches: readonly Breached[];
  readonly interrupted: boolean;
}

export interface Watcher {
  progress(chapter: ChapterProgress): void;
  finished(chapter: ChapterProgress): void;
  /** True once the user wants the run to end. */
  readonly stopped: () => boolean;
}

/** Hunt in all suites and check all transcripts; ends early, with what was learned, once the watcher has stopped. */
export async function verify(options: VerifyOptions, watcher: Watcher): Promise<VerifyResult> {
  const hunts = suitesOf(options.profile)
    .map((suite) => new Hunt(suite, (machine) => chosen(allProperties(machine), options.clause)))
    .filter((hunt) => hunt.properties.length > 0);
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
  const onModel: ModelResult[] = [];
  for (const chapter of isDefault ? besides(options) : []) {
    if (watcher.stopped()) break;
    const result = await chapter(options, secondsForOne(options, hunts), watcher);
    onModel.push(result);
    violations.push(...(result.violations ?? []));
    chapters.push(result.chapter);
    watcher.finished(result.chapter);
  }
  const transcripts = options.profile === undefined && options.clause === undefined ? await checkRecorded(watcher) : [];
  return {
    options,
    chapters,
    clauses: merged([...clauseResults(hunts, violations), ...onModel.flatMap(({ clauses }) => clauses)]),
    violations,
    breaches: onModel.flatMap(({ breaches }) => breaches),
    holes: isWhole && !watcher.stopped() ? holesOf(hunts) : [],
    transcripts,
    interrupted: watcher.stopped(),
  };
}

/** The chapters that draw no sequences of the rules, as far as they have a law of the clause that is asked for. */
function besides({ clause }: VerifyOptions): readonly (typeof verifyModel)[] {
  const hasLaw = (laws: readonly { readonly clause: string }[]): boolean =>
    clause === undefined || laws.some((law) => law.clause === clause);
  return [
    ...(someWorldHas(clause) ? [verifyComplete] : []),
    ...(hasLaw(Object.values(laws)) ? [verifyModel, verifyRaces] : []),
    ...(hasLaw(evidenceLaws) ? [verifyEvidence] : []),
  ];
}

/** Sequences after which it is looked whether something is still unreached, and how many more there may be in all. */
const between = 100;
const atMost = 4000;

/** Some ends are rare: hunt on where one was not reached, for a while, so that a hole means more than bad luck. */
async function pursueHoles(
  hunts: readonly Hunt[],
  options: VerifyOptions,
  watcher: Watcher,
  violations: Violated[],
): Promise<void> {
  for (let extra = 0; extra < atMost && !watcher.stopped();) {
    const unreached = new Set(holesOf(hunts).map((hole) => hole.slice(0, hole.indexOf(':'))));
    const wanted = hunts.filter((hunt) => unreached.has(hunt.suite.profile.name));
    if (wanted.length === 0) return;
    for (const end = extra + between; extra < end; extra++) {
      for (const hunt of wanted) {
        const finding = hunt.next(seedFor(options.seed, hunts.indexOf(hunt), options.runs + extra), sequenceLength);
        if (finding) violations.push({ suite: hunt.suite, finding });
      }
      await new Promise(setImmediate);
    }
    if (violations.length > 0) return;
  }
}

/** The model's share of the time that there is: that of one world. */
const secondsForOne = ({ seconds }: VerifyOptions, hunts: readonly Hunt[]): number | undefined =>
  seconds === undefined ? undefined : seconds / Math.max(1, hunts.length);

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

const chosen = (properties: readonly Property[], clause: string | undefined): readonly Property[] =>
  clause === undefined ? properties : properties.filter((property) => property.clause === clause);

async function huntChapter(
  chapter: string,
  own: readonly Hunt[],
  all: readonly Hunt[],
  options: VerifyOptions,
  watcher: Watcher,
  violations: Violated[],
): Promise<ChapterProgress> {
  const begun = performance.now();
  const over = new Set<Hunt>();
  const state = (share: number): ChapterProgress => ({
    chapter,
    worlds: own.map((hunt) => `${hunt.suite.profile.name}/${hunt.suite.named.name}`),
    runs: sum(own, (hunt) => hunt.runs),
    calls: sum(own, (hunt) => hunt.calls),
    share,
    seconds: (performance.now() - begun) / 1000,
    violated: over.size > 0,
  });
  const shareDone = (run: number): number =>
    options.seconds === undefined
      ? run / options.runs
      : Math.min(1, (performance.now() - begun) / 1000 / options.seconds);
  for (let run = 0; shareDone(run) < 1 && over.size < own.length && !watcher.stopped(); run++) {
    for (const hunt of own) {
      if (over.has(hunt)) continue;
      const finding = hunt.next(seedFor(options.seed, all.indexOf(hunt), run), sequenceLength);
      if (finding) {
        violations.push({ suite: hunt.suite, finding });
        over.add(hunt);
      }
    }
    watcher.progress(state(shareDone(run)));
    // Lets signals and timers in.
    await new Promise(setImmediate);
  }
  return state(1);
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0);

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

function clauseResults(hunts: readonly Hunt[], violations: readonly Violated[]): ClauseResult[] {
  const broken = new Set<string>(violations.map(({ finding }) => finding.violation.property.clause));
  const properties = new Map<string, Property[]>();
  for (const property of hunts.flatMap((hunt) => hunt.properties)) {
    properties.set(property.clause, [...(properties.get(property.clause) ?? []), property]);
  }
  return [...properties].map(([clause, own]): ClauseResult => {
    const judging = hunts.filter((hunt) => hunt.properties.some((property) => property.clause === clause));
    const unseen = own.some((property) => isUnseen(property, judging));
    const kinds = [...new Set(own.map((property) => property.kind))];
    const witnessOnly = kinds.every((kind) => kind === 'permitted' || kind === 'sometimes');
    return {
      clause,
      kinds,
      runs: sum(judging, (hunt) => hunt.runs),
      calls: sum(judging, (hunt) => hunt.calls),
      verdict: broken.has(clause) ? 'violated' : unseen ? 'never seen' : witnessOnly ? 'exhibited' : 'holds',
    };
  });
}

/** A witness that no hunt which looks for it has seen. */
const isUnseen = (property: Property, hunts: readonly Hunt[]): boolean =>
  (property.kind === 'permitted' || property.kind === 'sometimes') &&
  hunts
    .filter((hunt) => hunt.properties.some((one) => one.says === property.says))
    .every((hunt) => hunt.unseen.some((one) => one.says === property.says));

function holesOf(hunts: readonly Hunt[]): string[] {
  const byProfile = new Map<string, Coverage>();
  for (const hunt of hunts) {
    const name = hunt.suite.profile.name;
    const coverage = byProfile.get(name) ?? new Coverage(hunt.machine);
    coverage.merge(hunt.coverage);
    byProfile.set(name, coverage);
  }
  const reached = new Set([...byProfile.values()].flatMap((coverage) => [...coverage.reached()]));
  return [...byProfile].flatMap(([profile, coverage]) => coverage.holes(reached).map((hole) => `${profile}: ${hole}`));
}
