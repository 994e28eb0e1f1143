import { describe, expect, test } from 'vitest';
import { Contention } from '../../search/machine/contention.ts';
import type { Race } from '../../search/machine/contention.ts';
import { scenes } from '../../search/machine/scenes.ts';
import { races } from './races.ts';

/** The first race of a fault in any scene. */
function found(fault: (typeof races)[number]): Race | undefined {
  for (const scene of scenes) {
    const contention = new Contention(scene, { alter: fault.alter, judged: new Set(fault.clauses) });
    for (const pair of contention.pairs()) {
      const race = contention.race(pair);
      if (race !== undefined) return race;
    }
  }
  return undefined;
}

describe('a fault that shows when another CPU comes in is found on the schedules of two calls', () => {
  test.each(races)('$id', (fault) => {
    const race = found(fault);
    expect(fault.clauses).toContain(race?.violation.clause);
    expect(new Set(race?.steps.map(({ cpu }) => cpu)).size).toBe(2);
  });
});
