/** What shards have made, by its shape. */
import type { z } from 'zod';
import { fail } from '../output.ts';
import type { ShardFile } from './file.ts';

/** What each shard has made. */
export const madeAs = <T>(shards: readonly ShardFile[], wanted: z.ZodType<T>): readonly T[] =>
  shards.map(({ made, share }) => readAs(`what shard ${share.index} has made`, wanted, made));

/** A value of this shape; what is wrong with another is said in one line. */
export function readAs<T>(what: string, wanted: z.ZodType<T>, value: unknown): T {
  const result = wanted.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return fail(`expected ${what}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
