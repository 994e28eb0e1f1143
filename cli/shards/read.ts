/** The shards of one run in a folder: all of them, each once, and all of the same run. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readText } from '../counterexamples.ts';
import { whyUnread } from '../input.ts';
import { fail } from '../output.ts';
import { version } from '../version.ts';
import { isShardFile, parseShardFile } from './file.ts';
import type { ShardFile } from './file.ts';

interface Named {
  readonly file: string;
  readonly shard: ShardFile;
}

/** In the order of their numbers, whatever their files are called. */
export function readShards(folder: string): readonly [ShardFile, ...ShardFile[]] {
  const found = filesIn(folder).flatMap((file): Named[] => {
    const text = readText(file);
    if (!isShardFile(text)) return [];
    const shard = parseShardFile(text);
    return [{ file, shard: typeof shard === 'string' ? fail(`${file}: ${shard}`) : shard }];
  });
  const [first] = found;
  if (first === undefined) return fail(`there is no shard in ${folder}; --shard i/n --out FILE writes them`);
  if (first.shard.specification !== version)
    fail(`${first.file} was made by version ${first.shard.specification}, and this is ${version}`);
  const byNumber = new Map<number, Named>();
  for (const one of found) {
    const other = differs(first, one);
    if (other !== undefined) fail(`${first.file} and ${one.file} are not of one run: ${other} differs`);
    const known = byNumber.get(one.shard.share.index);
    if (known !== undefined && !isDeepStrictEqual(known.shard.made, one.shard.made))
      fail(`${known.file} and ${one.file} are both shard ${one.shard.share.index}, and differ: remove one`);
    byNumber.set(one.shard.share.index, one);
  }
  const { count } = first.shard.share;
  const missing = Array.from({ length: count }, (_, i) => i).filter((i) => !byNumber.has(i));
  if (missing.length > 0) fail(`${missing.length} of ${count} shards are missing in ${folder}: ${listed(missing)}`);
  const inOrder = [...byNumber].sort(([one], [other]) => one - other).map(([, { shard }]) => shard);
  return inOrder as [ShardFile, ...ShardFile[]];
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    return fail(whyUnread(folder, error));
  }
}

/** What says that two shards are not of one run. */
function differs({ shard: one }: Named, { shard: other }: Named): string | undefined {
  if (one.specification !== other.specification) return 'the version';
  if (one.of !== other.of) return 'the command';
  if (one.share.count !== other.share.count) return 'the number of shards';
  const names = [...new Set([...Object.keys(one.asked), ...Object.keys(other.asked)])];
  return names.find((name) => !isDeepStrictEqual(one.asked[name], other.asked[name]));
}

const shown = 20;
const listed = (numbers: readonly number[]): string =>
  `${numbers.slice(0, shown).join(', ')}${numbers.length > shown ? ', …' : ''}`;
