/** What shards of `npm run races` show together. */
import { exitStatus, print } from '../output.ts';
import type { ShardFile } from '../shards/file.ts';
import { madeAs } from '../shards/made.ts';
import { addScenes, headOfScenes, linesOfScene, madeShape } from './scenes.ts';

export function mergeRaces(shards: readonly ShardFile[]): number {
  const [first = [], ...others] = madeAs(shards, madeShape);
  const all = first.map((scene) =>
    others
      .flat()
      .filter((one) => one.scene === scene.scene)
      .reduce(addScenes, scene),
  );
  print([headOfScenes, ...all.flatMap(linesOfScene)].join('\n'));
  return all.some(({ broken }) => broken.length > 0) ? exitStatus.violated : exitStatus.holds;
}
