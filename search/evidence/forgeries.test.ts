import { describe, expect, test } from 'vitest';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { verifiers } from '../../spec/evidence/verifiers.ts';
import { appraise, judge, without } from '../../properties/evidence/appraise.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../model/forge/chain.ts';
import { forgeries } from './forgeries/all.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import { issue, manufacturerKey, soundPath, soundRsaPath } from '../../model/forge/uds.ts';
import { asSpecified, readingOf } from '../../spec/evidence/appraiser.ts';
import { hwtrust } from '../../spec/evidence/appraisers/hwtrust.ts';

describe('without a change', () => {
  test('a chain is proper', () => {
    expect(appraise(forgeChainBytes(soundPlan), defaultOptions)).toMatchObject({ verdict: { kind: 'proper' } });
  });

  test('a request is proper', () => {
    expect(appraise(forgeRequestBytes(soundPlan), defaultOptions)).toMatchObject({ verdict: { kind: 'proper' } });
  });

  test('a request whose root key a manufacturer vouches for is proper, at a time when that is valid', () => {
    const bytes = forgeRequestBytes(soundPlan, { udsCerts: (key) => new Map([['maker', soundPath(key)]]) });
    for (const options of [{}, { at: Date.parse('2026-06-01') }]) {
      expect(appraise(bytes, { ...defaultOptions, ...options })).toMatchObject({ verdict: { kind: 'proper' } });
    }
  });

  test.each([
    ['a path of RSA', soundRsaPath],
    ['a path whose names differ in case, spaces and the type of their strings', respelt],
  ])('a request with %s is proper', (_, path) => {
    const bytes = forgeRequestBytes(soundPlan, { udsCerts: (key) => new Map([['maker', path(key)]]) });
    for (const appraiser of [asSpecified, hwtrust]) {
      expect(appraise(bytes, defaultOptions, appraiser)).toMatchObject({ verdict: { kind: 'proper' } });
    }
  });

  test('a request with a name that differs in a letter is not', () => {
    const path = (key: PublicKey): readonly Uint8Array[] => respelt(key, 'the makar');
    const bytes = forgeRequestBytes(soundPlan, { udsCerts: (key) => new Map([['maker', path(key)]]) });
    expect(appraise(bytes, defaultOptions)).toMatchObject({ verdict: { clause: 'UDS-PATH-EXACT' } });
  });
});

/** A root for itself, and what it issues under another spelling of its name. */
function respelt(key: PublicKey, name = ' The  MAKER'): readonly Uint8Array[] {
  const maker = manufacturerKey('maker');
  const named = { issuer: 'the maker', signer: maker };
  return [
    issue({ ...named, subject: 'the maker', key: maker, authority: {} }),
    issue({ ...named, issuer: name, subject: 'device', key, inUtf8: true }),
  ];
}

/** Each is read once, for signatures are slow. */
const read = forgeries.map((forgery) => ({
  ...forgery,
  evidence: readEvidence(forgery.make('a device'), readingOf(asSpecified)),
  options: { ...defaultOptions, ...forgery.options },
}));

test.each(read)('$clause › $description', ({ clause, entry, options, evidence }) => {
  const appraisal = judge(evidence, options);
  expect(appraisal).toMatchObject({ verdict: { kind: 'denied', clause, entry } });
});

test('every check refuses some forgery', () => {
  const asked = new Set(verifiers.flatMap(({ checks }) => checks.map(({ clause }) => clause)));
  const refused = new Set(forgeries.map(({ clause }) => clause));
  expect([...asked].filter((clause) => !refused.has(clause))).toEqual([]);
});

/**
 * Without these the next check refuses: they say that something can be read at all, and what cannot be read has no
 * claim that another check would take.
 */
const othersStandBehind = [
  'CBOR-BOUNDED',
  'CBOR-DEFINITE',
  'CBOR-KEYS-ONCE',
  'CBOR-PLAIN',
  'CBOR-SHORTEST',
  'CBOR-SORTED',
  'CBOR-TEXT',
  'CBOR-WELL-FORMED',
  'CBOR-WHOLE',
  'CHAIN-CLAIMS-MAP',
  'CHAIN-CONFIG-TYPES',
  'CHAIN-DESCRIPTOR-MAP',
  'CHAIN-FORM',
  'CHAIN-HASH-TYPES',
  'COSE-KEY-KIND',
  'COSE-KEY-MAP',
  'COSE-KEY-POINT',
  'COSE-SIGN1-FORM',
  'CSR-NOT-VERSION-2',
  'CSR-PAYLOAD-FORM',
  'CSR-SIGNED-PAIR',
  'DEVICE-INFO-MAP',
  'HANDOVER-CHAIN',
  'HANDOVER-FORM',
  'UDS-CERTIFICATES',
  'UDS-KEY-KINDS',
  'UDS-PATH-LENGTH',
  'UDS-TWO-CERTIFICATES',
];

test('each check is needed: without it some forgery is believed', () => {
  const believed = new Set<string>();
  for (const { clause, options, evidence } of read) {
    const appraisal = judge(evidence, options, without(clause));
    if (appraisal.kind !== 'unreadable' && appraisal.verdict.kind !== 'denied') believed.add(clause);
  }
  const never = new Set(forgeries.map(({ clause }) => clause).filter((clause) => !believed.has(clause)));
  expect([...never].sort()).toEqual(othersStandBehind);
});
