/** What `verify` is asked for on the command line, or one line about what is wrong with it. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import * as fc from 'fast-check';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { noClause } from '../clauses/no-clause.ts';
import { fail } from '../output.ts';
import { checkReports } from '../reports.ts';
import type { Reports } from '../reports.ts';
import { whyNotJudged } from './why-not.ts';
import { defaultRuns } from './result.ts';
import type { VerifyOptions } from './result.ts';
import { checkNames, isJudged } from './run.ts';

const verbosities = [fc.VerbosityLevel.None, fc.VerbosityLevel.Verbose, fc.VerbosityLevel.VeryVerbose];

export interface Given extends Reports {
  readonly seed?: string;
  readonly runs?: string;
  readonly time?: string;
  readonly clause?: string;
  readonly profile?: string;
  readonly check?: string;
  readonly path?: string;
  readonly verbose?: string;
  readonly target?: string;
  readonly jobs?: string;
}

export function readOptions(given: Given): VerifyOptions {
  if (given.profile !== undefined && !profiles.has(given.profile)) {
    fail(`no profile ${given.profile}; there are ${[...profiles.keys()].join(', ')}`);
  }
  if (given.clause !== undefined && !(given.clause in clauses)) {
    fail(noClause(given.clause, Object.keys(clauses)));
  }
  checkReports(given);
  if (given.path !== undefined && (given.check === undefined || !/^\d+(:\d+)*$/.test(given.path))) {
    fail(`--path takes numbers joined by colons, and goes with --check and --seed, got ${given.path}`);
  }
  const options: VerifyOptions = {
    seed: wholeNumber('--seed', given.seed, 0, 2 ** 32 - 1) ?? randomInt(2 ** 31),
    runs: wholeNumber('--runs', given.runs, 1, 1e9) ?? (given.time === undefined ? defaultRuns : Infinity),
    seconds: wholeNumber('--time', given.time, 1, 1e6),
    profile: given.profile,
    clause: given.clause,
    check: given.check,
    path: given.path,
    verbose: verbosities[wholeNumber('--verbose', given.verbose, 0, 2) ?? 0] ?? fc.VerbosityLevel.None,
  };
  if (!isJudged({ ...options, check: undefined })) {
    const under = given.profile === undefined ? '' : ` under ${given.profile}`;
    fail(
      given.clause === undefined
        ? `nothing is drawn${under}; search/scopes/suites.ts names the scopes of each profile`
        : `nothing here can break ${given.clause}${under}: ${whyNotJudged(options)}`,
    );
  }
  const names = given.check === undefined ? [] : checkNames(options);
  if (given.check !== undefined && !names.includes(given.check)) {
    fail(`no check ${given.check}; there are ${names.join(', ')}`);
  }
  return options;
}

/** As many threads as there are cores, if nothing is said. */
export const readJobs = ({ jobs }: Pick<Given, 'jobs'>): number =>
  wholeNumber('--jobs', jobs, 1, 256) ?? availableParallelism();

function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) fail(`${option} takes a whole number from ${least} to ${most}, got ${text}`);
  return value;
}
