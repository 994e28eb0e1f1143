/** A world as a Murphi model; and, where Rumur is installed, what it counts in the smallest ones. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { murphi } from '../../search/export/murphi/model.ts';
import { completeWorlds, nameOf } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { agrees, compare } from './compare.ts';
import { missing } from './rumur.ts';

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
    expect(calls.length).toBeGreaterThan(3);
    expect([...world.profile.rules.keys()]).toEqual(expect.arrayContaining(calls));
  }
});

const lacking = missing();
describe.runIf(lacking === undefined)(`Rumur${lacking === undefined ? '' : ` (left out: ${lacking})`}`, () => {
  test.each(['cids-strict/cids', 'cids-cyclic/cids'])('counts what we count in %s', (name) => {
    const compared = compare(worldNamed(name));
    expect(compared).toMatchObject({ rumur: { states: compared.ours.states, steps: compared.ours.steps } });
    expect(agrees(compared)).toBe(true);
  });

  /** Mistakes that a writer of models could make. */
  test.each([
    ['an operator', / = /g, ' != '],
    ['a bound', /ruleset the_cid: 0\.\.\d+/g, 'ruleset the_cid: 0..0'],
    ['an effect', /^ {2}cid_held\[.*:= \(.*$/gm, ''],
  ])('tells where %s is written wrongly', (_, right, wrong) => {
    const model = murphi(smallest);
    const changed = model.replaceAll(right, wrong);
    expect(changed).not.toBe(model);
    const compared = compare(smallest, changed);
    expect(agrees(compared)).toBe(false);
    expect(compared.rumur).toMatchObject({ states: expect.any(Number) as number });
  });
});

test.runIf(lacking === undefined)('what Rumur objects to is told with its place in the model', () => {
  const { rumur } = compare(smallest, murphi(smallest).replaceAll(' + ', ' - '));
  expect(rumur).toMatch(
    /^Rumur: model\.m:\d+\.[\d-]+: write of out-of-range value into .* within rule "allocate_cid"$/,
  );
});

const crossCheck = (...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync('npx', ['tsx', 'cli/cross-check/main.ts', ...args], { encoding: 'utf8' });

test('a world that there is not is refused in one line', () => {
  expect(crossCheck('cids-strict/cid')).toMatchObject({
    status: 2,
    stderr: 'pvm-spec: no world cids-strict/cid; did you mean cids-strict/cids?\n',
  });
});
