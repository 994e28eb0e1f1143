/** Worlds as Quint modules: Quint's own tool takes them, its laws hold, and our rules follow every run that it draws. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { callOf, cellsOf } from '../../search/export/itf/read.ts';
import { itfShape } from '../../search/export/itf/shape.ts';
import type { ItfState } from '../../search/export/itf/shape.ts';
import { quint } from '../../search/export/quint/quint.ts';
import { completeWorlds, nameOf, opened } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { State } from '../../spec/state.ts';

const worldNamed = (name: string): World => {
  const found = completeWorlds.find((world) => nameOf(world) === name);
  if (found === undefined) throw new Error(`unreachable: no world ${name}`);
  return found;
};

interface Drawn {
  readonly said: string;
  readonly runs: readonly (readonly ItfState[])[];
}

const tool = fileURLToPath(new URL('../../node_modules/.bin/quint', import.meta.url));
const runs = 2;
const steps = 10;

/** What Quint says of a module, and the runs that it draws; it checks the types first. */
function drawn(module: string): Drawn {
  const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-'));
  try {
    const file = join(folder, 'world.qnt');
    writeFileSync(file, module);
    const main = /^module (\w+)/m.exec(module)?.[1] ?? '';
    const drawing = [`--max-steps=${steps}`, `--max-samples=${runs}`, `--n-traces=${runs}`, '--seed=7'];
    const asked = ['--backend=typescript', '--mbt', '--invariant=laws', `--main=${main}`, ...drawing];
    const out = `--out-itf=${join(folder, 'run_{seq}.json')}`;
    const { stdout, stderr } = spawnSync(tool, ['run', ...asked, out, file], {
      encoding: 'utf8',
    });
    const said = `${stdout}${stderr}`;
    if (!said.includes('[ok]')) return { said, runs: [] };
    const texts = Array.from({ length: runs }, (_, i) => readFileSync(join(folder, `run_${i}.json`), 'utf8'));
    return { said, runs: texts.map((text) => itfShape.parse(JSON.parse(text)).states) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The calls after which Quint's state is not ours. */
function differing(world: World, { runs: all }: Drawn): string[] {
  const { system, start } = opened(world);
  const { layout } = system;
  return all.flatMap(([first, ...rest]) => {
    if (first === undefined) return ['no state'];
    let before = cellsOf(layout, first);
    const wrong = before.join() === start.cells.join() ? [] : ['start'];
    for (const state of rest) {
      const next = system.step(new State(layout, Int32Array.from(before)), callOf(system, state));
      before = cellsOf(layout, state);
      if (before.join() !== next.state.cells.join()) wrong.push(state['mbt::actionTaken']);
    }
    return wrong;
  });
}

// why: that one alone, for Quint takes ten seconds to check the types of a world of Linux, and three for this one.
test('Quint takes a world of VMs that are started and stopped, and its runs are ours', () => {
  const world = worldNamed('android-15/one-vm');
  const found = drawn(quint(world));
  expect(found.said).toContain('[ok] No violation found');
  expect(found.runs.map(({ length }) => length)).toEqual(Array(runs).fill(steps + 1));
  expect(differing(world, found)).toEqual([]);
}, 120_000);

test('an effect that is written wrongly is seen', () => {
  const world = worldNamed('cids-cyclic/cids');
  const right = quint(world);
  const wrong = right.replaceAll(/(\.with\("serviced_cids", .*), 1\)\)$/gm, '$1, 0))');
  expect(wrong).not.toBe(right);
  expect(new Set(differing(world, drawn(wrong)))).toEqual(new Set(['allocate_cid']));
}, 120_000);

test('a law that does not hold is said', () => {
  const right = quint(worldNamed('cids-cyclic/cids'));
  const [law] = /val laws: bool = .*/.exec(right) ?? [''];
  expect(drawn(right.replace(law, 'val laws: bool = last_cid < 0')).said).toContain('[violation]');
}, 120_000);
