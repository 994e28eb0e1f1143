import { readFileSync } from 'node:fs';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import { unhex } from '../bytes.ts';
import { verifies } from './signature.ts';

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}
interface Suite<G, C> {
  readonly testGroups: readonly (G & { readonly tests: readonly (C & Case)[] })[];
}

function suite<G, C>(name: string): Suite<G, C> {
  const url = new URL(`../vectors/wycheproof/${name}_test.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Suite<G, C>;
}

interface Signed {
  readonly msg: string;
  readonly sig: string;
}

describe('Wycheproof: each signature gets the published verdict', () => {
  test.each<[string, KeyKind, number]>([
    ['ed25519', 'Ed25519', 151],
    ['ecdsa_secp256r1_sha256_p1363', 'P-256', 262],
    ['ecdsa_secp384r1_sha384_p1363', 'P-384', 280],
  ])('%s', (name, keyKind, count) => {
    const { testGroups } = suite<
      { readonly publicKey: { readonly pk?: string; readonly uncompressed?: string } },
      Signed
    >(name);
    const verdicts = testGroups.flatMap(({ publicKey, tests }) => {
      const raw = unhex(publicKey.pk ?? publicKey.uncompressed?.slice(2) ?? '');
      return tests.map(({ tcId, msg, sig, result }) => ({
        tcId,
        result,
        got: verifies({ keyKind, raw }, unhex(msg), unhex(sig)) ? 'valid' : 'invalid',
      }));
    });
    expect(verdicts.filter(({ result, got }) => result !== got)).toEqual([]);
    expect(verdicts).toHaveLength(count);
  });

  test('HKDF-SHA-512', () => {
    interface Derivation {
      readonly ikm: string;
      readonly salt: string;
      readonly info: string;
      readonly size: number;
      readonly okm: string;
    }
    const cases = suite<object, Derivation>('hkdf_sha512').testGroups.flatMap(({ tests }) => tests);
    for (const { ikm, salt, info, size, okm, result } of cases) {
      const derive = (): Uint8Array => hkdf(sha512, unhex(ikm), unhex(salt), unhex(info), size);
      if (result === 'valid') expect(derive()).toEqual(unhex(okm));
      else expect(derive).toThrow();
    }
    expect(cases).toHaveLength(83);
  });

  test('HMAC-SHA-512', () => {
    interface Mac {
      readonly key: string;
      readonly msg: string;
      readonly tag: string;
    }
    const groups = suite<{ readonly tagSize: number }, Mac>('hmac_sha512').testGroups;
    const wrong = groups.flatMap(({ tagSize, tests }) =>
      tests.filter(({ key, msg, tag, result }) => {
        const mac = hmac(sha512, unhex(key), unhex(msg)).slice(0, tagSize / 8);
        return (Buffer.from(mac).toString('hex') === tag) !== (result === 'valid');
      }),
    );
    expect(wrong).toEqual([]);
    expect(groups.flatMap(({ tests }) => tests)).toHaveLength(174);
  });
});
