/** The options of a campaign, read before anything is started. */
import { fail } from '../output.ts';
import { quoted, selfCommand } from '../self.ts';
import { setUpOptions, usualJobs } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';
import type { Reports } from '../reports.ts';
import type { ShardFlags } from '../shards/options.ts';

export interface HuntFlags extends TargetFlags, ShardFlags, Reports {
  readonly profile?: string;
  readonly seed?: string;
  readonly path?: string;
  readonly from?: string;
  readonly steps: string;
  readonly length?: string;
  readonly time?: string;
  readonly record?: string;
  readonly save?: string;
  readonly corpus?: string;
  readonly jobs?: string;
  readonly shrink: string;
  readonly cpus?: string;
  readonly scene?: string;
  readonly exhaustive?: boolean;
}

export const defaultSteps = '10000';
/** An emulator starts afresh at a price; a program does not, and may have little memory to play with. */
const usualLength = (target: string): string => (target.startsWith('stdio:') ? '500' : '3000');
/** As many calls as there is time for. */
export const endless = String(Number.MAX_SAFE_INTEGER);

const mostSeed = 2 ** 32 - 1;
const mostJobs = 256;
const mostLength = 1e6;
const mostRuns = 2 ** 31 - 1;

function whole(option: string, text: string, least: number, most: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  return fail(`--${option} takes a whole number from ${least} to ${most}, got ${text}`);
}

function seconds(option: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return value >= 0 ? value : fail(`--${option} takes a number of seconds, got ${text}`);
}

/** The run that a path of fast-check begins with; the rest of it says nothing of a target. */
function runOf(path: string | undefined): number | undefined {
  if (path === undefined) return undefined;
  const run = /^(\d+)(:\d+)*$/.exec(path)?.[1];
  if (run === undefined) fail(`--path takes numbers joined by colons, got ${path}`);
  return whole('path', run, 0, mostRuns);
}

export type Wanted = ReturnType<typeof readFlags>;

/** Calls are dealt out evenly to as many sequences as are needed. */
export function readFlags(flags: HuntFlags) {
  const steps = whole('steps', flags.steps, 1, Number.MAX_SAFE_INTEGER);
  const longest = whole('length', flags.length ?? usualLength(flags.target), 1, mostLength);
  const needed = Math.ceil(steps / longest);
  if (flags.path !== undefined && flags.from !== undefined)
    fail('--path is one sequence, and --from begins with one: take either');
  const run = runOf(flags.path);
  const from = flags.from === undefined ? 0 : whole('from', flags.from, 0, mostRuns - 1);
  return {
    target: flags.target,
    profile: flags.profile,
    length: run === undefined ? Math.ceil(steps / needed) : longest,
    runs: run === undefined ? Math.min(mostRuns - from, needed) : 1,
    first: run ?? from,
    seed: flags.seed === undefined ? Date.now() % mostSeed : whole('seed', flags.seed, 0, mostSeed),
    time: flags.time === undefined ? Infinity : seconds('time', flags.time),
    shrink: seconds('shrink', flags.shrink),
    jobs: flags.jobs === undefined ? usualJobs(flags.target) : whole('jobs', flags.jobs, 1, mostJobs),
  };
}

const named = (flags: HuntFlags): string[] => [
  selfCommand(),
  'hunt --target',
  quoted(flags.target),
  ...setUpOptions(flags),
  ...(flags.profile === undefined ? [] : [`--profile ${quoted(flags.profile)}`]),
];

/** The command that goes straight to one sequence of a campaign. */
export const againAt = (flags: HuntFlags, { seed, length }: Wanted, run: number): string =>
  [...named(flags), `--seed ${seed} --length ${length} --path ${run}`].join(' ');

/** The command that begins with the same corpus. */
export const againWithCorpus = (flags: HuntFlags, seed: number): string =>
  [...named(flags), `--seed ${seed} --corpus ${quoted(flags.corpus ?? '')}`].join(' ');

/** The command that goes on behind so many sequences; nothing where there are no more. */
export function onFrom(
  flags: HuntFlags,
  { seed, length, runs, first, time }: Wanted,
  done: { readonly sequences: number; readonly seconds: number },
): string | undefined {
  const left = runs - done.sequences;
  if (left <= 0) return undefined;
  const rest = time === Infinity ? '' : ` --time ${Math.max(1, Math.ceil(time - done.seconds))}`;
  const steps = Math.min(Number.MAX_SAFE_INTEGER, left * length);
  return [
    ...named(flags),
    `--seed ${seed} --steps ${steps} --length ${length} --from ${first + done.sequences}${rest}`,
  ].join(' ');
}
