/** `--shard`: which share of a run is made on this machine. */
import type { Command } from 'commander';
import type { Share } from '../../search/engine/share.ts';
import { fail } from '../output.ts';

export interface ShardFlags {
  /** True where the option has no value: then the environment says all. */
  readonly shard?: string | true;
  readonly out?: string;
}

export const shardOptions = (command: Command): Command =>
  command
    .option(
      '--shard [i/n]',
      'make only every n-th run, beginning with number i, from 0; i and n default to those of a Slurm array or a Kubernetes indexed Job (`--shard n`)',
    )
    .option('--out <file>', 'write what a shard has made, for `pvm-spec merge`');

const mostShards = 1e6;
const forms = '--shard takes i/n with i from 0 to n - 1, such as 0/4, or n where the environment says i';

/** A shard, and the file that it is written to. */
export interface Shard {
  readonly share: Share;
  readonly out: string;
}

/** Undefined where the whole is asked for, and nothing is to be merged. */
export function readShard(
  { shard, out }: ShardFlags,
  seed: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Shard | undefined {
  if (shard === undefined) {
    if (out !== undefined) fail('--out is for --shard; the whole is --shard 0/1');
    return undefined;
  }
  const share = shareOf(shard, environment);
  if (out === undefined) fail('--shard needs --out FILE, for what it makes is only told when all are merged');
  if (seed === undefined) fail('--shard needs --seed N: all shards draw from the same seed');
  return { share, out };
}

function shareOf(given: string | true, environment: NodeJS.ProcessEnv): Share {
  const [, i, n] = given === true ? [] : (/^(?:(\d+)\/)?(\d+)$/.exec(given) ?? fail(`${forms}; got ${given}`));
  const count = n === undefined ? countIn(environment) : Number(n);
  const index = i === undefined ? indexIn(environment) : Number(i);
  if (!(count >= 1 && count <= mostShards && index >= 0 && index < count))
    fail(`${forms}; got ${index}/${count}${i === undefined ? ' from the environment' : ''}`);
  return { index, count };
}

const countIn = ({ SLURM_ARRAY_TASK_COUNT: count }: NodeJS.ProcessEnv): number =>
  count === undefined
    ? fail('--shard: there is no SLURM_ARRAY_TASK_COUNT here; say how many shards there are: --shard n or --shard i/n')
    : wholeNumber('SLURM_ARRAY_TASK_COUNT', count);

/** The tasks of a Slurm array begin with any number, and may be apart; those of a Kubernetes Job begin with 0. */
function indexIn(environment: NodeJS.ProcessEnv): number {
  const { SLURM_ARRAY_TASK_ID: task, JOB_COMPLETION_INDEX: completion } = environment;
  const { SLURM_ARRAY_TASK_MIN: first = '0', SLURM_ARRAY_TASK_STEP: step = '1' } = environment;
  if (task === undefined && completion === undefined)
    return fail('--shard: there is no SLURM_ARRAY_TASK_ID and no JOB_COMPLETION_INDEX here; say which: --shard i/n');
  if (task === undefined) return wholeNumber('JOB_COMPLETION_INDEX', completion ?? '');
  const from = wholeNumber('SLURM_ARRAY_TASK_ID', task) - wholeNumber('SLURM_ARRAY_TASK_MIN', first);
  const index = from / Math.max(1, wholeNumber('SLURM_ARRAY_TASK_STEP', step));
  return Number.isInteger(index)
    ? index
    : fail(`--shard: task ${task} is not in steps of ${step} from ${first}; say which shard it is: --shard i/n`);
}

const wholeNumber = (name: string, text: string): number =>
  /^\d{1,9}$/.test(text) ? Number(text) : fail(`--shard: ${name} is no whole number: ${text}`);
