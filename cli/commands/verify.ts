/** `pvm-spec verify`: the main job. */
import type { Command } from 'commander';
import { profiles } from '../../spec/profiles/all.ts';
import { everything } from '../../search/engine/share.ts';
import { exitStatus, fail } from '../output.ts';
import { writeShard } from '../shards/file.ts';
import { reportOptions } from '../reports.ts';
import { readShard, shardOptions } from '../shards/options.ts';
import type { Shard, ShardFlags } from '../shards/options.ts';
import { perform } from '../verify/jobs.ts';
import { readJobs, readOptions } from '../verify/options.ts';
import type { Given } from '../verify/options.ts';
import { reportRun } from '../verify/report.ts';
import { defaultRuns } from '../verify/result.ts';
import type { VerifyOptions } from '../verify/result.ts';
import { tasksFor, verify } from '../verify/run.ts';
import { Screen } from '../verify/screen.ts';
import { writtenOptions, writtenParts } from '../verify/shard.ts';
import { fuzzTarget } from './hunt.ts';

export function verifyCommand(command: Command): void {
  shardOptions(reportOptions(command))
    .option('--seed <number>', 'draw the same sequences again')
    .option('--runs <number>', `sequences in each scope (${defaultRuns} if not given)`)
    .option('--time <seconds>', 'fuzz for this long; with --runs, until the first of the two')
    .option('--clause <id>', 'judge only this clause')
    .option('--profile <name>', `one of ${[...profiles.keys()].join(', ')}`)
    .option(
      '--check <name>',
      'run only this check, as a failure names it: linux-7.3/pages, model, evidence/ATTEST-EVERY-BYTE, …',
    )
    .option('--path <path>', 'go straight to where that check failed with this seed')
    .option(
      '--verbose <level>',
      'how much fast-check reports of a failure: 0, 1 (what failed) or 2 (all that was tried)',
    )
    .option('--jobs <number>', 'how many threads share the work (default: as many as there are cores)')
    .option('--target <name>', 'hold a target against the spec instead, as `hunt` does: linux-pkvm or stdio:COMMAND')
    .action(async (given: Given & ShardFlags) => {
      if (given.target !== undefined) {
        const beside = ['clause', 'runs', 'check', 'path', 'jobs', 'shard', 'out'].find((name) => name in given);
        if (beside !== undefined) fail(`--${beside} is not for a target; \`pvm-spec hunt\` has the options of one`);
        process.exitCode = await fuzzTarget(given.target, given);
        return;
      }
      const shard = readShard(given, given.seed);
      const options = readOptions(given);
      const jobs = readJobs(given);
      if (shard !== undefined) {
        process.exitCode = await makeShard(options, jobs, shard);
        return;
      }
      const watcher = new Screen();
      const result = await verify(options, watcher, { share: everything, jobs });
      watcher.done();
      process.exitCode = reportRun(result, given);
    });
}

/** What is not made to the end is not written. */
async function makeShard(options: VerifyOptions, jobs: number, { share, out }: Shard): Promise<number> {
  const watcher = new Screen();
  const { parts } = await perform(options, tasksFor(options), watcher, { share, jobs });
  watcher.done();
  if (watcher.stopped()) return exitStatus.interrupted;
  return writeShard(out, { of: 'verify', asked: writtenOptions(options), share, made: writtenParts(parts) });
}
