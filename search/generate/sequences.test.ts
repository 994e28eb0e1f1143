import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../spec/machine.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { sequences } from './sequences.ts';
import { allProperties } from '../../properties/chapters.ts';
import { Replay } from '../judge/replay.ts';
import { full, pages } from '../scopes/linux.ts';

test('fast-check draws sequences that break nothing', () => {
  const machine = new Machine(linux73, full.world);
  const replay = new Replay(machine, full, allProperties(machine));
  const holds = fc.property(sequences(machine, full), (calls) => replay.run(calls) === undefined);
  fc.assert(holds, { seed: 1, numRuns: 200 });
});

test('fast-check shrinks a failure to the shortest sequence, the same for the same seed', () => {
  const machine = new Machine(linux73, pages.world, { call: 'donate_guest', clause: 'DONATE-OWNED' });
  const replay = new Replay(machine, pages, allProperties(machine));
  const property = fc.property(sequences(machine, pages), (calls) => replay.run(calls) === undefined);
  const first = fc.check(property, { seed: 42, numRuns: 200 });
  expect(first.failed).toBe(true);
  expect(first.counterexample?.[0]).toHaveLength(2);
  expect(first.counterexample?.[0].at(-1)).toMatchObject({ call: 'donate_guest' });
  expect(fc.check(property, { seed: 42, numRuns: 200 }).counterexample).toEqual(first.counterexample);
});
