/** Worlds as models for other engines; and, where these are installed, what they count in the smallest worlds. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { murphi } from '../../search/export/murphi/murphi.ts';
import { promela } from '../../search/export/promela/promela.ts';
import { completeWorlds, nameOf } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { agrees, compare, engines } from './compare.ts';
import { missing } from './engine.ts';
import { rumur } from './rumur.ts';

const worldNamed = (name: string): World => {
  const found = completeWorlds.find((world) => nameOf(world) === name);
  if (found === undefined) throw new Error(`unreachable: no world ${name}`);
  return found;
};
const smallest = worldNamed('cids-strict/cids');

test('every call for which there are arguments is a rule, and a world is always written alike', () => {
  for (const world of completeWorlds) {
    const model = murphi(world);
    expect(murphi(world)).toBe(model);
    const calls = [...model.matchAll(/^rule "(\w+)"$/gm)].map(([, call]) => call);
    expect(calls.length).toBeGreaterThan(2);
    expect([...world.profile.rules.keys()]).toEqual(expect.arrayContaining(calls));
  }
  expect(promela(smallest)).toBe(promela(smallest));
});

describe.each(engines)('$name', (engine) => {
  const lacking = missing([engine]);
  describe.runIf(lacking === undefined)(lacking === undefined ? 'is here' : `left out: ${lacking}`, () => {
    test('counts what we count in the smallest world', () => {
      const { ours, others } = compare(smallest, [engine], 1);
      expect(others.get(engine)).toMatchObject({ states: ours.states, steps: ours.steps });
    });

    /** Mistakes that a writer of models could make; the model is a model all the same. */
    test.each([
      ['an operator', / != (?=\(-1\))/g, ' < '],
      ['an effect', /^ *(now\.cells\.)?cid_held\[.* :?= \(.*$/gm, ''],
    ])('tells where %s is written wrongly', (_, right, wrong) => {
      const changed = engine.write(smallest).replaceAll(right, wrong);
      expect(changed).not.toBe(engine.write(smallest));
      const compared = compare(smallest, [{ ...engine, write: () => changed }], 1);
      expect(agrees(compared)).toBe(false);
      expect([...compared.others.values()]).toEqual([
        expect.objectContaining({ states: expect.any(Number) as number }),
      ]);
    });
  });
});

const withRumur = test.runIf(missing([rumur]) === undefined);
withRumur('what Rumur objects to is told with its place in the model', () => {
  const wrong = murphi(smallest).replaceAll(' + ', ' - ');
  const [objection] = compare(smallest, [{ ...rumur, write: () => wrong }], 1).others.values();
  expect(objection).toMatch(
    /^Rumur: model\.m:\d+\.[\d-]+: write of out-of-range value into .* within rule "allocate_cid"$/,
  );
});

const crossCheck = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, ['--import', 'tsx', 'cli/cross-check/main.ts', ...args], { encoding: 'utf8' });

test('a world that there is not is refused in one line', () => {
  expect(crossCheck('cids-strict/cid')).toMatchObject({
    status: 2,
    stderr: 'pvm-spec: no world cids-strict/cid; did you mean cids-strict/cids?\n',
  });
});
