import { expect, test } from 'vitest';
import { defaultOptions } from '../../spec/attestation/options.ts';
import { appraise } from './appraise.ts';
import { verifierFaults } from './faults.ts';
import { forgeries } from './forgeries/all.ts';

const kindOf = (bytes: Uint8Array, options: object, without?: (typeof verifierFaults)[number]['without']): string => {
  const appraisal = appraise(bytes, { ...defaultOptions, ...options }, without);
  return appraisal.kind === 'unreadable' ? 'unreadable' : appraisal.verdict.kind;
};

test.each(verifierFaults)('$name: with it a forgery is believed, without it the forgery is denied', ({ without }) => {
  const caught = forgeries
    .filter(({ clause }) => clause === without)
    .map(({ options = {}, make }) => ({ options, bytes: make('a device') }))
    .filter(
      ({ options, bytes }) => kindOf(bytes, options) === 'denied' && kindOf(bytes, options, without) === 'proper',
    );
  expect(caught.length).toBeGreaterThan(0);
});

test('no two faults have one name', () => {
  expect(new Set(verifierFaults.map(({ name }) => name)).size).toBe(verifierFaults.length);
});
