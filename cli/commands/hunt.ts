/** `pvm-spec hunt` and `pvm-spec trace record`: draw calls, put them to a target, hold every answer against the spec. */
import type { Command } from 'commander';
import { hunt } from '../../search/conformance/campaign/campaign.ts';
import type { HuntReport } from '../../search/conformance/campaign/campaign.ts';
import type { Divergence } from '../../search/conformance/campaign/sequence.ts';
import { waitedForUntil } from '../../search/conformance/campaign/deadline.ts';
import { Shrinker } from '../../search/conformance/campaign/shrink.ts';
import type { Shrunk } from '../../search/conformance/campaign/shrink.ts';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { EventTarget, EventTargetDescription } from '../../spec/target.ts';
import type { Answer } from '../../spec/transcript.ts';
import { exitStatus, fail, print } from '../output.ts';
import { recordTo } from '../record.ts';
import type { Recorder } from '../record.ts';
import { sayDifference, sayQuestion } from '../say.ts';
import { openTarget, problemOf, targetOptions, usualJobs, withTargets } from '../targets.ts';
import type { TargetFlags } from '../targets.ts';

interface HuntFlags extends TargetFlags {
  readonly profile?: string;
  readonly seed?: string;
  readonly steps: string;
  readonly length?: string;
  readonly time?: string;
  readonly record?: string;
  readonly jobs?: string;
  readonly shrink: string;
}

const defaultSteps = '10000';
const defaultLength = '3000';
const statesEvery = 250;
const holesShown = 12;
const callsShown = 60;

export function huntCommand(program: Command): void {
  targetOptions(program.command('hunt'))
    .description('draw calls, put them to a target, and hold every answer against the spec')
    .option('--profile <name>', 'judge by this profile instead of the one that the target names')
    .option('--seed <number>', 'draw the same calls again')
    .option('--steps <number>', 'how many calls', defaultSteps)
    .option('--length <number>', 'how many calls from one fresh start to the next', defaultLength)
    .option('--time <seconds>', 'stop after this time')
    .option('--shrink <seconds>', 'how long to look for a shorter sequence after a difference', '60')
    .option('--jobs <number>', 'how many targets are asked at a time (default: as many as there are cores)')
    .option('--record <file>', 'write a transcript of the first sequence')
    .action(async (flags: HuntFlags) => {
      process.exitCode = await huntOnce(flags);
    });
}

export function recordCommand(trace: Command): void {
  targetOptions(trace.command('record'))
    .description('draw calls, put them to a target, and write down what it answers')
    .requiredOption('--out <file>', 'the transcript to write')
    .option('--seed <number>', 'draw the same calls again')
    .option('--steps <number>', 'how many calls', '1000')
    .action(async ({ out, ...flags }: HuntFlags & { out: string }) => {
      process.exitCode = await huntOnce({ ...flags, record: out, length: flags.steps, shrink: '0' });
    });
}

/** A hunt with the options of `verify`. */
export function huntTarget(
  target: string,
  given: { readonly seed?: string; readonly time?: string; readonly profile?: string },
): Promise<number> {
  const { seed, time, profile } = given;
  const steps = time === undefined ? defaultSteps : String(most);
  return huntOnce({
    target,
    steps,
    shrink: '60',
    ...(seed && { seed }),
    ...(time && { time }),
    ...(profile && { profile }),
  });
}

const most = Number.MAX_SAFE_INTEGER;
const mostJobs = 256;

function whole(option: string, text: string, least = 0, largest = most): number {
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= largest) return Number(text);
  return fail(`--${option} takes a whole number from ${least} to ${largest}, got ${text}`);
}

function seconds(option: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  return value >= 0 ? value : fail(`--${option} takes a number of seconds, got ${text}`);
}

function profileFor(flags: { readonly profile: string | undefined }, description: EventTargetDescription): Profile {
  const name = flags.profile ?? description.profile;
  return profiles.get(name) ?? fail(`no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
}

/** The options, read before anything is started. */
function read(flags: HuntFlags) {
  return {
    target: flags.target,
    profile: flags.profile,
    steps: whole('steps', flags.steps, 1),
    length: whole('length', flags.length ?? defaultLength, 1),
    seed: flags.seed === undefined ? Date.now() % 2 ** 31 : whole('seed', flags.seed),
    time: flags.time === undefined ? Infinity : seconds('time', flags.time),
    shrink: seconds('shrink', flags.shrink),
    jobs: flags.jobs === undefined ? usualJobs(flags.target) : whole('jobs', flags.jobs, 1, mostJobs),
  };
}
type Wanted = ReturnType<typeof read>;

async function huntOnce(flags: HuntFlags): Promise<number> {
  const wanted = read(flags);
  const sequences = Math.ceil(wanted.steps / wanted.length);
  const jobs = Math.max(1, Math.min(wanted.jobs, sequences));
  const targets = Array.from({ length: jobs }, () => openTarget(flags));
  return withTargets(targets, async () => {
    const recorder = flags.record === undefined ? undefined : recordTo(flags.record, wanted.seed);
    try {
      return await huntWith(targets, wanted, recorder);
    } finally {
      recorder?.close();
    }
  });
}

async function huntWith(
  targets: readonly EventTarget[],
  wanted: Wanted,
  recorder: Recorder | undefined,
): Promise<number> {
  const [target] = targets as readonly [EventTarget];
  const { seed, steps, length } = wanted;
  const started = performance.now();
  const until = started + 1000 * wanted.time;
  const description = await waitedForUntil(target, until).describe();
  const profile = profileFor(wanted, description);
  const report = await hunt(targets, {
    ...{ profile, seed, steps, length, statesEvery, until },
    record: recorder && ((line) => recorder.take(line)),
  });
  print(summary(report, seed, (performance.now() - started) / 1000).join('\n'));
  const { divergence } = report;
  if (divergence === undefined) return exitStatus.holds;
  print(sayDivergence(divergence).join('\n'));
  if (wanted.shrink > 0)
    print((await shrunk(target, report.description, profile, divergence, wanted.shrink)).join('\n'));
  return exitStatus.violated;
}

async function shrunk(
  target: EventTarget,
  description: EventTargetDescription,
  profile: Profile,
  divergence: Divergence,
  limit: number,
): Promise<string[]> {
  const until = performance.now() + 1000 * limit;
  return sayShrunk(await new Shrinker(target, description, profile, until).shrink(divergence));
}

function summary(report: HuntReport, seed: number, seconds: number): string[] {
  const { description, steps, states, sequences, divergence, coverage, notChecked } = report;
  const { hypervisor, release, machine, mode } = description.target;
  const holes = (coverage?.holes() ?? []).filter(
    (hole) => !notChecked.some((call) => hole.startsWith(`${call}:`) || hole.startsWith(`${call} `)),
  );
  const shown = holes.slice(0, holesShown).join('; ');
  const more = holes.length > holesShown ? `, and ${holes.length - holesShown} more` : '';
  const tables = states > 0 ? ` and ${states} tables of page states` : '';
  return [
    `${hypervisor} ${release}, ${mode}, ${machine}`,
    `${steps} calls${tables} in ${sequences} sequences, ${seconds.toFixed(1)} s ` +
      `(${Math.round(steps / seconds)} calls a second), seed ${seed}`,
    ...(notChecked.length > 0 ? [`not checked, for the target lacks it: ${notChecked.join(', ')}`] : []),
    ...(holes.length > 0 ? [`never seen: ${shown}${more}`] : []),
    ...(divergence === undefined ? ['every answer is the one that the spec gives'] : []),
  ];
}

function sayDivergence({ questions, seed, difference }: Divergence): string[] {
  const last = questions.at(-1);
  const where = last === undefined ? 'the start' : sayQuestion(last);
  return [
    '',
    `call ${questions.length} of the sequence with seed ${seed} differs: ${where}`,
    ...sayDifference(difference),
  ];
}

const longestAnswer = 300;
function sayWhole(answer: Answer | undefined): string {
  const said = JSON.stringify(answer ?? null);
  return said.length > longestAnswer ? `${said.slice(0, longestAnswer)}…` : said;
}

/** Why no more was tried, where that is the target's doing. */
function sayFailure({ failure }: Shrunk): string[] {
  if (failure === undefined) return [];
  const problem = problemOf(failure);
  if (problem === undefined) throw failure;
  return [`the target could not be asked any more: ${problem}`];
}

function sayShrunk(shrunk: Shrunk): string[] {
  const { questions, answers, difference, repeated, runs, failure } = shrunk;
  if (!repeated && failure === undefined) return ['', 'asked again, the same calls did not differ in this way'];
  if (!repeated) return ['', ...sayFailure(shrunk)];
  const skipped = Math.max(0, questions.length - callsShown);
  const calls = questions.map(
    (question, i) => `${i + 1}`.padStart(4) + `  ${sayQuestion(question)}  ${sayWhole(answers[i])}`,
  );
  return [
    '',
    `shrunk to ${questions.length === 1 ? 'one call' : `${questions.length} calls`} (in ${runs} runs):`,
    ...(skipped > 0 ? [`      (${skipped} calls before these)`] : []),
    ...calls.slice(skipped),
    ...sayDifference(difference),
    ...sayFailure(shrunk),
  ];
}
