import { describe, expect, test } from 'vitest';
import { defaultOptions } from '../../spec/attestation/options.ts';
import { verifiers } from '../../spec/attestation/verifiers.ts';
import { appraise } from './appraise.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from './forge.ts';
import { forgeries } from './forgeries.ts';

describe('without a change', () => {
  test('a chain is proper', () => {
    expect(appraise(forgeChainBytes(soundPlan), defaultOptions)).toMatchObject({ verdict: { kind: 'proper' } });
  });

  test('a request is proper', () => {
    expect(appraise(forgeRequestBytes(soundPlan), defaultOptions)).toMatchObject({ verdict: { kind: 'proper' } });
  });
});

test.each(forgeries)('$clause › $says', ({ clause, entry, options, bytes }) => {
  const appraisal = appraise(bytes, { ...defaultOptions, ...options });
  expect(appraisal).toMatchObject({ verdict: { kind: 'denied', clause, entry } });
});

/** These need X.509 certificates, and are tested with them. */
const elsewhere = ['UDS-ISSUERS', 'UDS-KEY-KINDS', 'UDS-PATH-EXACT', 'UDS-ROOT-KEY', 'UDS-SIGNATURES', 'UDS-VALID'];

test('every check refuses some forgery', () => {
  const asked = new Set(verifiers.flatMap(({ checks }) => checks.map(({ clause }) => clause)));
  const refused = new Set(forgeries.map(({ clause }) => clause));
  expect([...asked].filter((clause) => !refused.has(clause)).sort()).toEqual(elsewhere);
});
