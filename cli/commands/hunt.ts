/** `pvm-spec hunt`: draw calls, put them to a target, hold every answer against the spec. */
import { createWriteStream } from 'node:fs';
import type { Command } from 'commander';
import { hunt } from '../../properties/hunt/hunt.ts';
import type { HuntReport } from '../../properties/hunt/hunt.ts';
import { Shrinker } from '../../properties/hunt/shrink.ts';
import type { Shrunk } from '../../properties/hunt/shrink.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { TranscriptHeader, TranscriptLine } from '../../spec/transcript.ts';
import { exitStatus, fail, print } from '../output.ts';
import { openTarget } from '../targets.ts';
import type { TargetOptions } from '../targets.ts';

interface HuntFlags extends TargetOptions {
  readonly target: string;
  readonly profile?: string;
  readonly seed?: string;
  readonly steps: string;
  readonly length: string;
  readonly time?: string;
  readonly record?: string;
  readonly shrink: string;
}

export function huntCommand(program: Command): void {
  program
    .command('hunt')
    .description('draw calls, put them to a target, and hold every answer against the spec')
    .option('--target <name>', 'linux-pkvm, or stdio:COMMAND', 'linux-pkvm')
    .option('--release <line>', 'which release of linux-pkvm (default: the newest that is set up)')
    .option('--cache <folder>', 'where linux-pkvm was set up')
    .option('--profile <name>', 'judge by this profile instead of the one that the target names')
    .option('--seed <number>', 'draw the same calls again')
    .option('--steps <number>', 'how many calls', '10000')
    .option('--length <number>', 'how many calls from one fresh start to the next', '3000')
    .option('--time <seconds>', 'stop after this time')
    .option('--shrink <seconds>', 'how long to look for a shorter sequence after a difference', '60')
    .option('--patience <seconds>', 'how long a target may take until it counts as hung')
    .option('--record <file>', 'write a transcript')
    .action(async (flags: HuntFlags) => {
      process.exitCode = await huntOnce(flags);
    });
}

async function huntOnce(flags: HuntFlags): Promise<number> {
  const target = openTarget(flags.target, flags);
  const stop = (): void => void target.close().finally(() => process.exit(exitStatus.interrupted));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const seed = flags.seed === undefined ? Date.now() % 2 ** 31 : Number(flags.seed);
  const started = performance.now();
  const until = started + 1000 * Number(flags.time ?? Infinity);
  try {
    const description = await target.describe();
    const profile = profiles.get(flags.profile ?? description.profile);
    if (profile === undefined) fail(`no profile ${flags.profile ?? description.profile}`);
    const report = await hunt(target, {
      profile,
      seed,
      steps: Number(flags.steps),
      length: Number(flags.length),
      statesEvery: 250,
      expired: () => performance.now() > until,
      ...(flags.record === undefined ? {} : { record: recorder(flags.record, seed) }),
    });
    describe(report, seed, (performance.now() - started) / 1000);
    if (report.divergence) {
      const patience = performance.now() + 1000 * Number(flags.shrink);
      const shrinker = new Shrinker(target, description, profile, () => performance.now() > patience);
      describeShrunk(await shrinker.shrink(report.divergence));
    }
    return report.divergence ? exitStatus.violated : exitStatus.holds;
  } finally {
    await target.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

type Recorded = TranscriptLine | { readonly start: TranscriptHeader };

/** Writes a pvm-trace of the first sequence. */
function recorder(file: string, seed: number): (line: Recorded) => void {
  const out = createWriteStream(file);
  let headers = 0;
  return (line) => {
    if ('start' in line) headers++;
    if (headers > 1) return;
    out.write(`${JSON.stringify('start' in line ? fullHeader(line.start, seed) : flat(line))}\n`);
  };
}

const fullHeader = (header: TranscriptHeader, seed: number): object => ({
  format: 'pvm-trace',
  version: 1,
  ...header,
  pageSize: 4096,
  generator: 'guided random',
  seed,
  notes: 'drawn by pvm-spec hunt: most calls are aimed at an answer chosen beforehand',
});

const flat = (line: TranscriptLine): object => {
  if (!('op' in line)) return line;
  const { answer, ...event } = line;
  return { ...event, ...answer };
};

const holesShown = 12;
const callsShown = 60;

function describe(report: HuntReport, seed: number, seconds: number): void {
  const { description, steps, states, sequences, divergence, coverage, notChecked } = report;
  const { release, machine, mode } = description.target;
  print(`${release}, ${mode}, ${machine}`);
  print(
    `${steps} calls and ${states} tables of page states in ${sequences} sequences, ${seconds.toFixed(1)} s ` +
      `(${Math.round(steps / seconds)} calls a second), seed ${seed}`,
  );
  if (notChecked.length > 0) print(`not checked, for the target lacks it: ${notChecked.join(', ')}`);
  const holes = coverage?.holes() ?? [];
  if (holes.length > 0) {
    const more = holes.length > holesShown ? `, and ${holes.length - holesShown} more` : '';
    print(`never seen: ${holes.slice(0, holesShown).join('; ')}${more}`);
  }
  if (divergence === undefined) {
    print('every answer is the one that the spec gives');
    return;
  }
  const { difference, questions } = divergence;
  print(`\nanswer ${questions.length} differs (seed ${divergence.seed}):`);
  print(`  ${JSON.stringify(questions.at(-1))}`);
  print(`  expected ${difference.what} ${difference.expected}${difference.clause ? `   ${difference.clause}` : ''}`);
  print(`  got      ${difference.what} ${difference.got}`);
}

function describeShrunk({ questions, answers, difference, repeated, runs }: Shrunk): void {
  if (!repeated) {
    print('\nasked again, the same calls did not differ in this way');
    return;
  }
  print(`\nshrunk to ${questions.length} calls (in ${runs} runs):`);
  for (const [i, { op, args }] of questions.entries()) {
    if (i < questions.length - callsShown) continue;
    print(`  ${String(i + 1).padStart(3)}  ${op} ${JSON.stringify(args)}  ${JSON.stringify(answers[i] ?? null)}`);
  }
  print(`  expected ${difference.what} ${difference.expected}${difference.clause ? `   ${difference.clause}` : ''}`);
  print(`  got      ${difference.what} ${difference.got}`);
}
