import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evidenceLaws } from './laws.ts';

// `verify` tries them more often. A permitted statement must be seen to happen; as these draw only cases in which it should, both kinds are tried alike.
test.each(evidenceLaws)('$clause ($kind) › $statement', ({ property, runs }) => {
  fc.assert(property, { numRuns: Math.ceil(runs / 3) });
  expect(runs).toBeGreaterThan(0);
});
