import { AsnConvert } from '@peculiar/asn1-schema';
import { NonStandardKeyDescription } from '@peculiar/asn1-android';
import { describe, expect, test } from 'vitest';
import { hex } from '../../model/bytes.ts';
import { readKeyCertificate } from '../../model/evidence/key-certificate.ts';
import { forgeKeyPath, soundDescription, soundTrust } from '../../model/forge/key.ts';
import { keyDescription, readKeyDescription } from '../../model/x509/key-description.ts';
import type { KeyPolicy } from '../../spec/evidence/key.ts';
import { appraiseKey, bootStates, keyChecks } from '../../spec/evidence/key.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { keyForgeries, keyPolicy, pinned } from './forgeries/keys-attested.ts';

const verdict = (path: readonly Uint8Array[], policy: Partial<KeyPolicy> = {}, ...unasked: ClauseId[]) =>
  appraiseKey(readKeyCertificate(path), { ...keyPolicy, ...policy }, new Set(unasked));

describe('without a change', () => {
  test('a key attestation is believed, at a time when it is valid', () => {
    for (const policy of [{}, { at: Date.parse('2026-06-01') }]) {
      expect(verdict(forgeKeyPath(), policy)).toEqual({ kind: 'proper' });
    }
  });

  test.each([1, 2])('so is one of version %i, which has no hash', (version) => {
    expect(verdict(forgeKeyPath({ described: { version }, trust: { bootHash: undefined } }))).toEqual({
      kind: 'proper',
    });
  });

  test('so is one of a system whose key is pinned', () => {
    const path = forgeKeyPath({ trust: { state: 'SelfSigned', bootKey: Uint8Array.from(Buffer.from(pinned, 'hex')) } });
    expect(verdict(path, { bootKeys: [pinned] })).toEqual({ kind: 'proper' });
  });
});

test.each(keyForgeries)('$clause › $description', ({ clause, policy, path }) => {
  expect(verdict(path(), policy)).toMatchObject({ kind: 'denied', clause });
});

test('every check refuses some forgery', () => {
  const refused = new Set(keyForgeries.map(({ clause }) => clause));
  expect(keyChecks.map(({ clause }) => clause).filter((clause) => !refused.has(clause))).toEqual([]);
});

test('each check is needed: without it some forgery is believed', () => {
  const believed = new Set(
    keyForgeries
      .filter(({ clause, policy, path }) => verdict(path(), policy, clause).kind === 'proper')
      .map(({ clause }) => clause),
  );
  // What cannot be read has no claim that another check would take.
  const others: ClauseId[] = ['KEY-ATTEST-FORM', 'KEY-ATTEST-EXTENSION', 'KEY-ATTEST-TRUST'];
  expect(keyChecks.map(({ clause }) => clause).filter((clause) => !believed.has(clause))).toEqual(others);
});

describe('the extension', () => {
  test('is read by another library as it was written', () => {
    for (const state of bootStates) {
      const { value } = keyDescription({ ...soundDescription, rootOfTrust: { ...soundTrust, state } });
      const read = AsnConvert.parse(value, NonStandardKeyDescription);
      const trust = read.hardwareEnforced.findProperty('rootOfTrust');
      expect([read.attestationVersion, read.attestationSecurityLevel, read.keyMintSecurityLevel]).toEqual([400, 1, 1]);
      expect(hex(new Uint8Array(read.attestationChallenge.buffer))).toBe(keyPolicy.challenge);
      expect([trust?.deviceLocked, trust?.verifiedBootState]).toEqual([true, bootStates.indexOf(state)]);
      expect(hex(new Uint8Array(trust?.verifiedBootHash?.buffer ?? new ArrayBuffer()))).toBe(
        hex(soundTrust.bootHash ?? new Uint8Array()),
      );
    }
  });

  test('is not read with a byte more, a byte less, or a length that is longer than it need be', () => {
    const { value } = keyDescription(soundDescription);
    expect(readKeyDescription(value)?.rootOfTrust?.isLocked).toBe(true);
    const long = Uint8Array.of(0x30, 0x82, 0, ...value.slice(2));
    for (const other of [Uint8Array.of(...value, 0), value.slice(0, -1), long, new Uint8Array()]) {
      expect(readKeyDescription(other)).toBeUndefined();
    }
  });
});
