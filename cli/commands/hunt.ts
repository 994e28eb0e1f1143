/**
 * `pvm-spec hunt` and `pvm-spec trace record`: draw calls, put them to a target, hold every answer against the spec.
 */
import type { Command } from 'commander';
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import type { FuzzReport } from '../../search/conformance/campaign/campaign.ts';
import { waitedForUntil } from '../../search/conformance/campaign/deadline.ts';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { EventTarget, EventTargetDescription } from '../../spec/target.ts';
import { CorpusFolder } from '../hunt/corpus.ts';
import { againAt, againWithCorpus, defaultSteps, endless, readFlags } from '../hunt/options.ts';
import type { HuntFlags, Wanted } from '../hunt/options.ts';
import { asJson, asJunit, asSarif, asTap } from '../hunt/formats.ts';
import { Progress } from '../hunt/progress.ts';
import { checkSave, saveSequence } from '../hunt/save-sequence.ts';
import { formatDivergence, formatShrunk, summary } from '../hunt/text.ts';
import { writeHunt } from '../hunt/shard.ts';
import { exitStatus, fail, print } from '../output.ts';
import { recordTo } from '../record.ts';
import type { Recorder } from '../record.ts';
import { pageOfHunt } from '../report/hunt.ts';
import { huntPairs } from '../pairs/hunt.ts';
import { pageText } from '../report/write.ts';
import { checkReports, formNames, reportOptions, reportsOf, saveReports } from '../reports.ts';
import type { Reports } from '../reports.ts';
import { readShard, shardOptions } from '../shards/options.ts';
import type { Shard } from '../shards/options.ts';
import { openTarget, targetOptions, withTargets } from '../targets.ts';

const statesEvery = 250;

export function huntCommand(command: Command): void {
  shardOptions(reportOptions(targetOptions(command)))
    .option('--profile <name>', 'judge by this profile instead of the one that the target names')
    .option('--seed <number>', 'draw the same calls again')
    .option(
      '--path <path>',
      'go straight to the sequence of this seed that differed; of a path the first number counts',
    )
    .option('--from <number>', 'begin with this sequence of the seed instead of the first')
    .option('--steps <number>', 'how many calls', defaultSteps)
    .option(
      '--length <number>',
      'the most calls from one fresh start to the next (default: 3000, and 500 for stdio:COMMAND)',
    )
    .option('--time <seconds>', 'stop after this time')
    .option('--shrink <seconds>', 'how long to look for a shorter sequence after a difference', '60')
    .option('--jobs <number>', 'how many targets are asked at a time (default: as many as there are cores)')
    .option('--record <file>', 'write a transcript of the first sequence')
    .option('--save <file>', 'write what was found, made as short as it gets, for `explain` and `replay`')
    .option('--corpus <folder>', 'begin with the sequences that are kept there, and keep what shows something new')
    .option('--cpus <number>', 'with 2: pairs of calls on two CPUs of linux-pkvm, on schedules that are drawn')
    .option('--scene <name>', 'of the scenes for two CPUs, this one')
    .option('--exhaustive', 'for two CPUs: every pair, on every schedule of at most two switches')
    .action(async (flags: HuntFlags) => {
      process.exitCode = flags.cpus === undefined ? await fuzzOnce(flags) : await huntPairs(flags, readFlags(flags));
    });
}

export function recordCommand(trace: Command): void {
  targetOptions(trace.command('record'))
    .description('draw calls, put them to a target, and write down what it answers')
    .requiredOption('--out <file>', 'the transcript to write')
    .option('--seed <number>', 'draw the same calls again')
    .option('--steps <number>', 'how many calls', '1000')
    .action(async ({ out, ...flags }: HuntFlags & { out: string }) => {
      process.exitCode = await fuzzOnce({ ...flags, record: out, length: flags.steps, shrink: '0' });
    });
}

/** A campaign with the options of `verify`. */
export function fuzzTarget(
  target: string,
  given: Pick<HuntFlags, 'seed' | 'time' | 'profile'> & Reports,
): Promise<number> {
  const { seed, time, profile } = given;
  return fuzzOnce({
    target,
    steps: time === undefined ? defaultSteps : endless,
    shrink: '60',
    ...(seed && { seed }),
    ...(time && { time }),
    ...(profile && { profile }),
    ...reportsOf(given),
  });
}

function profileFor({ profile }: Wanted, description: EventTargetDescription): Profile {
  const name = profile ?? description.profile;
  return profiles.get(name) ?? fail(`no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
}

async function fuzzOnce(flags: HuntFlags): Promise<number> {
  const ofPairs = ['scene', 'exhaustive'].find((name) => name in flags);
  if (ofPairs !== undefined) fail(`--${ofPairs} is for two CPUs: add --cpus 2`);
  const wanted = readFlags(flags);
  const shard = readShard(flags, flags.seed);
  const beside = ['record', 'save', 'corpus', ...formNames, 'path'].find(
    (name) => shard !== undefined && name in flags,
  );
  if (beside !== undefined) fail(`--${beside} is not for a shard; \`pvm-spec merge\` tells what all of them show`);
  checkReports(flags);
  checkSave(flags.save);
  const targets = Array.from({ length: wanted.jobs }, () => openTarget(flags));
  const progress = new Progress(flags, wanted);
  const hunt = async (): Promise<number> => {
    const recorder = flags.record === undefined ? undefined : recordTo(flags.record, wanted.seed);
    try {
      return await fuzzWith(targets, wanted, flags, { recorder, progress, shard });
    } finally {
      recorder?.close();
    }
  };
  return withTargets(targets, hunt, () => print(progress.interrupted().join('\n')));
}

interface Beside {
  readonly recorder: Recorder | undefined;
  readonly progress: Progress;
  readonly shard: Shard | undefined;
}

/** What a corpus holds, put to the target before anything is drawn. */
async function fromCorpus(campaign: Campaign, folder: CorpusFolder | undefined, until: number) {
  if (folder === undefined) return { kept: undefined, growth: undefined };
  const { sequences, growth } = campaign.corpus(folder.entries);
  return { kept: sequences.length === 0 ? undefined : await campaign.repeat(sequences, { until }), growth };
}

function together(kept: FuzzReport | undefined, report: FuzzReport): FuzzReport {
  if (kept === undefined) return report;
  report.coverage.merge(kept.coverage);
  const [steps, states] = [report.steps + kept.steps, report.states + kept.states];
  return { ...report, steps, states, sequences: report.sequences + kept.sequences };
}

async function fuzzWith(
  targets: readonly EventTarget[],
  wanted: Wanted,
  flags: HuntFlags,
  { recorder, progress, shard }: Beside,
): Promise<number> {
  const [target] = targets as readonly [EventTarget];
  const { seed, runs, first, length } = wanted;
  const started = performance.now();
  const until = started + 1000 * wanted.time;
  const description = await waitedForUntil(target, until).describe();
  const campaign = new Campaign(targets, description, {
    profile: profileFor(wanted, description),
    length,
    statesEvery,
  });
  const record = recorder && ((line: Parameters<Recorder['take']>[0]): void => recorder.take(line));
  const share = shard?.share;
  const folder = flags.corpus === undefined ? undefined : new CorpusFolder(flags.corpus, campaign.profile);
  const { kept, growth } = await fromCorpus(campaign, folder, until);
  const report =
    kept?.divergence === undefined
      ? together(
          kept,
          await campaign.fuzz({ seed, runs, first, until, record, progress: progress.take, share, growth }),
        )
      : kept;
  progress.isShrinking = true;
  if (shard !== undefined) return writeHunt(shard, { campaign, report, flags, wanted });
  const seconds = (performance.now() - started) / 1000;
  print(summary(campaign, report, seed, seconds).join('\n'));
  const { divergence } = report;
  const isKept = divergence !== undefined && divergence === kept?.divergence;
  const again = divergence && (isKept ? againWithCorpus(flags, seed) : againAt(flags, wanted, divergence.run));
  if (divergence && again !== undefined) print(formatDivergence(divergence, again, isKept).join('\n'));
  if (growth !== undefined && divergence === undefined) folder?.grow(growth);
  const shrunk =
    divergence && wanted.shrink > 0
      ? await campaign.shrink(divergence, performance.now() + 1000 * wanted.shrink)
      : undefined;
  if (shrunk) print(formatShrunk(shrunk).join('\n'));
  const fuzzed = { campaign, report, seed, seconds, again, shrunk };
  process.exitCode = divergence === undefined ? exitStatus.holds : exitStatus.violated;
  if (flags.save !== undefined) saveSequence(flags.save, { campaign, divergence, shrunk, again });
  saveReports(flags, {
    json: () => asJson(fuzzed),
    junit: () => asJunit(fuzzed),
    tap: () => asTap(fuzzed),
    sarif: () => asSarif(fuzzed),
    html: (file) => pageText(file, pageOfHunt(fuzzed)),
  });
  return process.exitCode;
}
