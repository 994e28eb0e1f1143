import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lawsOfKeys, ofKeys } from '../../properties/evidence/keys-attested.ts';
import { keyFaults } from './keys-attested.ts';
import { decidedBy, readKeys, specifiedOf, writtenKeys } from './key-file.ts';

test.each(keyFaults)('$id breaks $breaks: $title', ({ breaks, verify }) => {
  const [law] = lawsOfKeys(verify).filter(({ clause }) => clause === breaks);
  expect(law && fc.check(law.property, { numRuns: 4 * law.runs, seed: 1, endOnFailure: true })).toMatchObject({
    failed: true,
  });
});

test.each(keyFaults)('$id decides its counterexample as the file says, and the specification otherwise', (fault) => {
  const text = readFileSync(new URL(`../../counterexamples/keys/${fault.id}.pem`, import.meta.url), 'utf8');
  const shown = readKeys(text);
  expect(text).toBe(writtenKeys(fault, shown));
  expect([decidedBy(fault, shown), specifiedOf(shown)].filter((one) => one === 'proper').length).toBe(1);
});

test('each law of key attestations is broken by one', () => {
  expect(new Set(keyFaults.map(({ breaks }) => breaks))).toEqual(new Set(ofKeys.map(({ clause }) => clause)));
});
