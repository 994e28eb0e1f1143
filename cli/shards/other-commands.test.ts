/** Shards of `hunt`, `races` and `complete`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { Contention } from '../../search/machine/contention.ts';
import { scenes } from '../../search/machine/scenes.ts';
import { everything } from '../../search/engine/share.ts';
import { addScenes, linesOfScene, raceIn } from '../races/scenes.ts';
import { pvmSpec, pvmSpecIn } from '../in-process.ts';
import { readShardWords } from './words.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'pvm-others-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const patience = { timeout: 240_000 };

describe('a hunt', () => {
  const adapter = join(root, 'targets/stdio/example/broken.py');
  const asked = ['hunt', '--target', `stdio:python3 ${adapter}`, '--seed', '1', '--steps', '3000', '--length', '300'];

  async function merged(of: string): Promise<unknown> {
    const ran = await pvmSpecIn({ folder }, 'merge', of, '--json', 'merged.json', '--junit', 'merged.xml');
    const [json, junit] = ['merged.json', 'merged.xml'].map((name) => readFileSync(join(folder, name), 'utf8'));
    return { ...ran, json, junit };
  }

  test('in shards is the whole hunt, which goes on where something differs', patience, async () => {
    const make = (at: string, out: string) => pvmSpec(...asked, '--shard', at, '--out', join(folder, out));
    expect((await make('0/1', 'whole/all.json')).status).toBe(0);
    for (const i of [1, 0, 2]) await make(`${i}/3`, `shards/${i}.json`);
    const whole = await merged('whole');
    expect(whole).toMatchObject({ status: 1, stderr: '' });
    expect(await merged('shards')).toEqual(whole);
    const { stdout } = whole as { stdout: string };
    expect(stdout).toMatch(/\d+ calls in 10 sequences, seed 1\n/);
    expect(stdout).toContain('UNSHARE-HYP-LENT');
    expect(stdout).not.toContain('every answer is the one that the spec gives');
  });

  test('of a shard has no report of its own', async () => {
    const { status, stderr } = await pvmSpec(
      ...asked,
      '--shard',
      '0/2',
      '--out',
      join(folder, 'x.json'),
      '--json',
      'j',
    );
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'pvm-spec: --json is not for a shard; `pvm-spec merge` tells what all of them show\n',
    });
  });
});

test('races in shares add up to the whole', patience, () => {
  const [scene] = scenes;
  if (scene === undefined) throw new Error('unreachable: there are scenes');
  const some = new Contention(scene).pairs().slice(0, 60);
  // A whole scene takes minutes.
  vi.spyOn(Contention.prototype, 'pairs').mockReturnValue(some);
  vi.spyOn(Contention.prototype, 'sequences').mockReturnValue(some.slice(0, 7));
  const shares = [2, 0, 1].map((index) => raceIn(scene, { index, count: 3 }));
  const whole = raceIn(scene, everything);
  vi.restoreAllMocks();
  expect(linesOfScene(shares.reduce(addScenes))).toEqual(linesOfScene(whole));
  expect(shares.map(({ pairs }) => pairs.programs)).toEqual([20, 20, 20]);
  expect(whole.pairs.schedules).toBeGreaterThan(60);
});

test('scopes to their end in shards are the whole', patience, async () => {
  const complete = (...words: readonly string[]) =>
    spawnSync('node', ['--import', 'tsx', 'cli/complete/main.ts', ...words], { cwd: root, encoding: 'utf8' });
  const whole = complete('cids');
  for (const i of [0, 1]) {
    const made = complete('cids', '--shard', `${i}/2`, '--out', join(folder, `complete/${i}.json`));
    expect(made).toMatchObject({ status: 0, stderr: '' });
  }
  expect(await pvmSpec('merge', join(folder, 'complete'))).toEqual({ status: 0, stdout: whole.stdout, stderr: '' });
  const refused = await pvmSpec('merge', join(folder, 'complete'), '--html', 'page.html');
  expect(refused).toEqual({ status: 2, stdout: '', stderr: 'pvm-spec: --html is for shards of verify\n' });
});

describe('the words of a script', () => {
  test('a shard, flags and names', () => {
    const words = ['--without', 'a', '--shard', '1/2', '--out', 'f', 'b'];
    const { shard, words: names, flags } = readShardWords(words, ['without']);
    expect(shard).toEqual({ share: { index: 1, count: 2 }, out: 'f' });
    expect({ names, flags: [...flags] }).toEqual({ names: ['a', 'b'], flags: ['without'] });
  });
});
