/**
 * `npm run races [-- [--shard i/n --out FILE] [SCENE…]]`: every schedule of two CPUs in each scene, first of one call
 * each, then of two calls on one CPU beside one on the other. Prints how many that were; fails, and tells the schedule,
 * where something breaks. A shard is written to a file, for `pvm-spec merge`.
 */
import { scenes } from '../../search/machine/scenes.ts';
import { everything } from '../../search/engine/share.ts';
import { exitStatus, fail, print } from '../output.ts';
import { writeShard } from '../shards/file.ts';
import { readShardWords } from '../shards/words.ts';
import { headOfScenes, linesOfScene, raceIn, scenesNamed } from './scenes.ts';

const { shard, words } = readShardWords(process.argv.slice(2));
const unknown = words.find((name) => scenes.every((scene) => scene.name !== name));
if (unknown !== undefined) fail(`no scene “${unknown}”; there are ${scenes.map(({ name }) => `“${name}”`).join(', ')}`);

if (shard === undefined) print(headOfScenes);
const made = scenesNamed(words).map((scene) => {
  const one = raceIn(scene, shard?.share ?? everything);
  if (shard === undefined) print(linesOfScene(one).join('\n'));
  if (one.broken.length > 0) process.exitCode = exitStatus.violated;
  return one;
});
if (shard !== undefined)
  process.exitCode = writeShard(shard.out, { of: 'races', asked: { scenes: words }, share: shard.share, made });
