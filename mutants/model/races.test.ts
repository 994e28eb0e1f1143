import { describe, expect, test } from 'vitest';
import { Contention } from '../../search/machine/contention.ts';
import type { Race } from '../../search/machine/contention.ts';
import { laws } from '../../search/machine/laws.ts';
import { scenes } from '../../search/machine/scenes.ts';
import { races } from './races.ts';
import { unlocked } from './unlocked.ts';

/** The first race of a fault in any of these scenes. */
function found(fault: (typeof races)[number], among = scenes): Race | undefined {
  for (const scene of among) {
    const contention = new Contention(scene, { alter: fault.alter, judged: new Set(fault.clauses) });
    for (const pair of contention.pairs()) {
      const race = contention.race(pair);
      if (race !== undefined) return race;
    }
  }
  return undefined;
}

/** By name where it is not the first: all pairs of that one take seconds. */
const shownIn = ({ id }: (typeof races)[number]): typeof scenes =>
  id === 'donation-maps-first' ? scenes.filter(({ name }) => name === 'a page to give') : scenes;

describe('a fault that shows when another CPU comes in is found on the schedules of two calls', () => {
  test.each(races)('$id', (fault) => {
    const race = found(fault, shownIn(fault));
    expect(fault.clauses).toContain(race?.violation.clause);
    expect(new Set(race?.steps.map(({ cpu }) => cpu)).size).toBe(2);
  });
});

test('what a device has cached is judged while calls are under way', () => {
  const fault = unlocked.find(({ id }) => id === 'iommu-tlb-told-late') ?? expect.fail('no such fault');
  const among = scenes.filter(({ name }) => name === 'a device that has a page');
  expect(found(fault, among)?.violation).toEqual(laws.deviceLost);
});
