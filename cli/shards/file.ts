/** What a shard has made, as a file: it is there whole or not at all, and the same shard always makes the same. */
import { z } from 'zod';
import type { Share } from '../../search/engine/share.ts';
import { parseFile, written } from '../../search/counterexamples/format.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { exitStatus, print } from '../output.ts';
import { saved } from '../save.ts';
import { version } from '../version.ts';

const format = 'pvm-shard';
/** Commands that are shared out. */
const kinds = ['verify', 'hunt', 'races', 'complete'] as const;

const shape = z.strictObject({
  format: z.literal(format),
  /** The version of the specification that made it. */
  specification: z.string(),
  of: z.enum(kinds),
  /** What was asked for; the same for all shards of a run. */
  asked: z.record(z.string(), z.unknown()),
  share: z
    .strictObject({ index: z.int().nonnegative(), count: z.int().positive().max(1e6) })
    .refine(({ index, count }) => index < count, 'there is no such shard'),
  made: z.unknown(),
});

export type ShardFile = z.infer<typeof shape>;

export const shardFormat: FileFormat<ShardFile> = { name: 'shard', what: 'a shard of a run', version: 1, shape };

export const isShardFile = (text: string): boolean => text.includes(`"${format}"`);
export const parseShardFile = (text: string): ShardFile | string => parseFile(shardFormat, text);

interface Shard {
  readonly of: (typeof kinds)[number];
  readonly asked: object;
  readonly share: Share;
  readonly made: unknown;
}

/** Gives the exit status: a shard is done once it is written, whatever it has found. */
export function writeShard(file: string, shard: Shard): number {
  const text = JSON.stringify(
    written(shardFormat, { format, specification: version, ...shard, asked: { ...shard.asked } }),
  );
  if (!saved(file, `${text}\n`)) return exitStatus.usage;
  print(`shard ${shard.share.index} of ${shard.share.count}: ${file}; \`pvm-spec merge\` tells what all of them show`);
  return exitStatus.holds;
}
