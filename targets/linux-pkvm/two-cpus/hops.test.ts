import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hopsAlong } from './hops.ts';

/** A way on which no point comes twice in succession, and how often the CPU comes by each before the next. */
const ways = fc
  .array(fc.record({ point: fc.constantFrom('a', 'b', 'c', 'd'), times: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 30,
  })
  .map((way) => way.filter(({ point }, i) => point !== way[i - 1]?.point));

test('whoever goes from hop to hop stands where the way ends', () => {
  fc.assert(
    fc.property(ways, (way) => {
      const passed = way.flatMap(({ point, times }) => Array.from({ length: times }, () => point));
      const last = passed.length - (way.at(-1)?.times ?? 0);
      let stands = -1;
      for (const hop of hopsAlong(way.map(({ point }) => point))) stands = passed.indexOf(hop, stands + 1);
      expect(stands).toBe(way.length === 0 ? -1 : last);
    }),
  );
});

test.each([
  ['a b c d', 'd'],
  ['a b a b', 'b a b'],
  ['a b c a b c', 'c b c'],
  // A CPU that waits is stopped each time.
  ['a b b b', 'b b b'],
])('along %s it stops at %s', (way, hops) => {
  expect(hopsAlong(way.split(' ')).join(' ')).toBe(hops);
});
