/** What a run of `verify` is asked for, and what it comes to. */
import type { VerbosityLevel } from 'fast-check';
import type { CallCoverage } from '../../search/judge/coverage.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import type { TraceReport } from '../trace-file.ts';

export interface VerifyOptions {
  readonly seed: number;
  /** Sequences in each scope; without end where only the time is given. */
  readonly runs: number;
  /** The time is up for a scope or chapter after its part of these, whatever runs it has made. */
  readonly seconds: number | undefined;
  readonly profile: string | undefined;
  /** Only the properties of this clause. */
  readonly clause: string | undefined;
  /** Only the check of this name, from the place in its run that a path of fast-check names. */
  readonly check: string | undefined;
  readonly path: string | undefined;
  /** How much fast-check itself reports of a failure. */
  readonly verbose: VerbosityLevel;
}

/** The command that runs one check of a run again, from where it failed. */
export function againAt(
  check: string,
  { seed, profile, clause }: Pick<VerifyOptions, 'seed' | 'profile' | 'clause'>,
  path?: string,
): string {
  // A profile that is asked for has checks of its own, and what is judged decides what is drawn behind it.
  const asked = [
    profile === undefined ? '' : ` --profile ${profile}`,
    clause === undefined ? '' : ` --clause ${clause}`,
  ];
  return `npm run verify -- --seed ${seed}${asked.join('')} --check ${check}${path === undefined ? '' : ` --path ${path}`}`;
}

/** The command that does the whole run again. */
export function againWhole({ seed, runs, seconds, profile, clause, check }: VerifyOptions): string {
  const asked = {
    seed,
    ...(runs !== Infinity && { runs }),
    ...(seconds !== undefined && { time: seconds }),
    ...(profile !== undefined && { profile }),
    ...(clause !== undefined && { clause }),
    ...(check !== undefined && { check }),
  };
  const flags = Object.entries(asked).map(([name, value]) => `--${name} ${value}`);
  return `npm run verify -- ${flags.join(' ')}`;
}

export const isChosen = (name: string, { check }: Pick<VerifyOptions, 'check'>): boolean =>
  check === undefined || check === name;

export const defaultRuns = 1000;

export interface ChapterProgress {
  readonly chapter: string;
  readonly scopes: readonly string[];
  readonly runs: number;
  /** States that were gone through, where that is what a chapter does. */
  readonly states?: number;
  readonly calls: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly seconds: number;
  readonly violated: boolean;
  /** The time was up before all runs were made. */
  readonly cut?: boolean;
}

/** Plain data: a violation may come from another machine. */
export interface SuiteViolation {
  readonly profile: string;
  readonly scope: string;
  readonly property: { readonly clause: string; readonly statement: string };
  /** The fewest calls in canonical arguments, how many they were when it was found, and where fast-check finds it. */
  readonly minimized: { readonly calls: readonly WrittenCall[]; readonly foundAt: number; readonly path: string };
  /** The name of the check that has found it, and the command that finds it again. */
  readonly check: string;
  readonly again: string;
  /** The number of the run, and how many clauses it broke before. */
  readonly run?: number;
  readonly depth?: number;
  /** Since the check began. */
  readonly seconds?: number;
  /** What fast-check reports, where that was asked for. */
  readonly report?: string;
}

/**
 * `holds`: its subject existed and could have broken it, or the trace that must exist was seen. `not reached`: the
 * subject did not exist in this run. `not applicable`: no call that was made can bring it about.
 */
export type Verdict = 'holds' | 'broken' | 'not reached' | 'not applicable';

/** How often a clause's properties were judged, and how that ended. */
export interface ClauseResult {
  readonly clause: string;
  readonly kinds: readonly string[];
  readonly runs: number;
  readonly calls: number;
  /** How often something was judged that could have broken it; for what is only to be seen, how often it was looked for. */
  readonly subjects: number;
  readonly verdict: Verdict;
}

export interface ProfileCoverage {
  readonly profile: string;
  readonly calls: readonly CallCoverage[];
}

export interface VerifyResult {
  readonly options: VerifyOptions;
  readonly chapters: readonly ChapterProgress[];
  readonly clauses: readonly ClauseResult[];
  readonly violations: readonly SuiteViolation[];
  /** Calls that were never done and guards that never refused, by profile; undefined where that is not asked for. */
  readonly holes: readonly string[] | undefined;
  /** How often each call was done, and each of its guards refused, by profile. */
  readonly coverage: readonly ProfileCoverage[];
  readonly transcripts: readonly TraceReport[];
  /** What broke on the reference model. */
  readonly machineViolations: readonly ViolationReport[];
  readonly interrupted: boolean;
}

export interface Watcher {
  progress(chapter: ChapterProgress): void;
  finished(chapter: ChapterProgress): void;
  /** True once the user wants the run to end. */
  readonly stopped: () => boolean;
}

/** Something that broke on the model: in lines for the reader, and as it can be replayed where it is a sequence. */
export interface ViolationReport {
  readonly clause: string;
  /** What is lost by it, where that tells it from others of the clause. */
  readonly loss?: string;
  /** The number of the run. */
  readonly run?: number;
  readonly lines: readonly string[];
  readonly counterexample?: FaultCounterexample;
  readonly again?: string;
  /** Since the chapter began. */
  readonly seconds?: number;
}

/** How long fast-check goes on, from where, and how much it reports. */
export const limitsOf = (
  { runs, path, verbose }: VerifyOptions,
  seconds: number | undefined,
): { runs: number | undefined; seconds: number | undefined; path: string | undefined; verbose: VerbosityLevel } => ({
  runs: runs === Infinity ? undefined : runs,
  seconds,
  path,
  verbose,
});

/**
 * What a run has not reached that it has to: all calls, guards and laws where it is for everything, whichever the
 * profile; the clause, where it is for one; and anything at all, where it is for one check, which alone cannot reach
 * everything. A path leads to one sequence, and to nothing else.
 */
export function missedBy({ options, clauses, holes = [] }: VerifyResult): readonly string[] {
  if (options.path !== undefined) return [];
  const unreached = clauses.filter(({ verdict }) => verdict === 'not reached').map(({ clause }) => clause);
  if (options.check === undefined) return [...unreached, ...holes];
  return unreached.length > 0 && clauses.every(({ verdict }) => verdict.startsWith('not ')) ? unreached : [];
}
