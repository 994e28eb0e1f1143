/** `pvm-spec hunt` and `pvm-spec trace record`: draw calls, put them to a target, hold every answer against the spec. */
import type { Command } from 'commander';
import { hunt } from '../../search/conformance/campaign/campaign.ts';
import type { Divergence, HuntReport } from '../../search/conformance/campaign/campaign.ts';
import { Shrinker } from '../../search/conformance/campaign/shrink.ts';
import type { Shrunk } from '../../search/conformance/campaign/shrink.ts';
import type { Difference } from '../../search/conformance/check.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { EventTarget, EventTargetDescription } from '../../spec/target.ts';
import { exitStatus, fail, print } from '../output.ts';
import { recordTo } from '../record.ts';
import type { Recorder } from '../record.ts';
import { sayQuestion } from '../say.ts';
import { openTarget, targetOptions, usualJobs, withTargets } from '../targets.ts';
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

export function huntCommand(command: Command): void {
  targetOptions(command)
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
  const steps = time === undefined ? defaultSteps : 'Infinity';
  return huntOnce({
    target,
    steps,
    shrink: '60',
    ...(seed && { seed }),
    ...(time && { time }),
    ...(profile && { profile }),
  });
}

function number(option: string, text: string, least = 0): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isNaN(value) || value < least) fail(`--${option} takes a number from ${least} on, got ${text}`);
  return value;
}

function profileFor(flags: Pick<HuntFlags, 'profile'>, description: EventTargetDescription): Profile {
  const name = flags.profile ?? description.profile;
  return profiles.get(name) ?? fail(`no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
}

async function huntOnce(flags: HuntFlags): Promise<number> {
  const [steps, length] = [number('steps', flags.steps), number('length', flags.length ?? defaultLength, 1)];
  const jobs = flags.jobs === undefined ? usualJobs(flags.target) : number('jobs', flags.jobs, 1);
  const targets = Array.from({ length: Math.max(1, Math.min(jobs, Math.ceil(steps / length))) }, () =>
    openTarget(flags),
  );
  return withTargets(targets, async () => {
    const seed = flags.seed === undefined ? Date.now() % 2 ** 31 : number('seed', flags.seed);
    const recorder = flags.record === undefined ? undefined : recordTo(flags.record, seed);
    try {
      return await huntWith(targets, { ...flags, seed, steps, length }, recorder);
    } finally {
      recorder?.close();
    }
  });
}

interface Wanted extends Omit<HuntFlags, 'seed' | 'steps' | 'length'> {
  readonly seed: number;
  readonly steps: number;
  readonly length: number;
}

async function huntWith(
  targets: readonly EventTarget[],
  wanted: Wanted,
  recorder: Recorder | undefined,
): Promise<number> {
  const [target] = targets as readonly [EventTarget];
  const { seed, steps, length, time } = wanted;
  const description = await target.describe();
  const profile = profileFor(wanted, description);
  const started = performance.now();
  const until = started + 1000 * (time === undefined ? Infinity : number('time', time));
  const report = await hunt(targets, {
    ...{ profile, seed, steps, length, statesEvery },
    expired: () => performance.now() > until,
    ...(recorder && { record: (line) => recorder.take(line) }),
  });
  print(summary(report, seed, (performance.now() - started) / 1000).join('\n'));
  const { divergence } = report;
  if (divergence === undefined) return exitStatus.holds;
  print(sayDivergence(divergence).join('\n'));
  const seconds = number('shrink', wanted.shrink);
  if (seconds > 0) print((await shrunk(target, description, profile, divergence, seconds)).join('\n'));
  return exitStatus.violated;
}

async function shrunk(
  target: EventTarget,
  description: EventTargetDescription,
  profile: Profile,
  divergence: Divergence,
  seconds: number,
): Promise<string[]> {
  const until = performance.now() + 1000 * seconds;
  const shrinker = new Shrinker(target, description, profile, () => performance.now() > until);
  return sayShrunk(await shrinker.shrink(divergence));
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

function sayDifference({ what, expected, got, clause }: Difference): string[] {
  const because = clause === undefined ? '' : `   ${clause}: ${clauses[clause].text}`;
  return [`  expected ${what} ${expected}${because}`, `  got      ${what} ${got}`];
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

function sayShrunk({ questions, answers, difference, repeated, runs }: Shrunk): string[] {
  if (!repeated) return ['', 'asked again, the same calls did not differ in this way'];
  const skipped = Math.max(0, questions.length - callsShown);
  const calls = questions.map(
    (question, i) => `${i + 1}`.padStart(4) + `  ${sayQuestion(question)}  ${JSON.stringify(answers[i] ?? null)}`,
  );
  return [
    '',
    `shrunk to ${questions.length === 1 ? 'one call' : `${questions.length} calls`} (in ${runs} runs):`,
    ...(skipped > 0 ? [`      (${skipped} calls before these)`] : []),
    ...calls.slice(skipped),
    ...sayDifference(difference),
  ];
}
