/** What shards of `npm run complete` show together. */
import { exitStatus, print } from '../output.ts';
import type { ShardFile } from '../shards/file.ts';
import { madeAs } from '../shards/made.ts';
import { headOfWorlds, leftOutShape, linesOfLeftOut, linesOfWorld, madeShape, totalOf } from './suites.ts';

export function mergeComplete(shards: readonly [ShardFile, ...ShardFile[]]): number {
  if (shards[0].asked['without'] === true) {
    print(linesOfLeftOut(madeAs(shards, leftOutShape).flat()).join('\n'));
    return exitStatus.holds;
  }
  const all = [...madeAs(shards, madeShape).flat()].sort((one, other) => one.number - other.number);
  print([headOfWorlds, ...all.flatMap(linesOfWorld), totalOf(all)].join('\n'));
  return all.some(({ broken }) => broken.length > 0) ? exitStatus.violated : exitStatus.holds;
}
