import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lawsOfKeys, ofKeys } from '../../properties/evidence/keys-attested.ts';
import { keyFaults } from './keys-attested.ts';

test.each(keyFaults)('$id breaks $breaks: $title', ({ breaks, verify }) => {
  const [law] = lawsOfKeys(verify).filter(({ clause }) => clause === breaks);
  expect(law && fc.check(law.property, { numRuns: 4 * law.runs, seed: 1, endOnFailure: true })).toMatchObject({
    failed: true,
  });
});

test('each law of key attestations is broken by one', () => {
  expect(new Set(keyFaults.map(({ breaks }) => breaks))).toEqual(new Set(ofKeys.map(({ clause }) => clause)));
});
