import { describe, expect, test } from 'vitest';
import { differenceKinds, kindOfDifference, weaknessOf } from './difference-kinds.ts';
import type { DifferenceKind, Ending } from './difference-kinds.ts';

describe('the kind of a difference', () => {
  test.each<[Ending, Ending, DifferenceKind]>([
    ['refused', 'done', 'done where refused'],
    ['faults', 'done', 'done where refused'],
    ['stops', 'done', 'done where refused'],
    ['done', 'refused', 'refused where done'],
    ['done', 'done', 'other content'],
    ['refused', 'refused', 'other error'],
    ['refused', 'faults', 'other error'],
    ['faults', 'faults', 'other reach'],
    ['refused', 'stops', 'the machine stops'],
    ['done', 'no answer', 'no answer'],
    ['refused', 'no call', 'no call'],
  ])('%s expected, %s met: %s', (expected, got, kind) => {
    expect(kindOfDifference(expected, got)).toBe(kind);
  });
});

test('an error code weighs least, and what is gained as much as a broken law', () => {
  const byWeakness = [undefined, 'the machine stops', 'refused where done', 'other error'] as const;
  expect(byWeakness.map(weaknessOf)).toEqual([0, 0, 1, 2]);
  expect(differenceKinds.filter((kind) => weaknessOf(kind) > 0)).toEqual(['refused where done', 'other error']);
});
