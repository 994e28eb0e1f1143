import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex, unhex } from '../bytes.ts';
import { modes, openSector, payloadSecret, sealSector, sectorSize, storeKey } from './crypt.ts';
import { hctr2 } from './hctr2.ts';
import { xts } from './xts.ts';

interface Case {
  readonly key: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}
const published = <T>(name: string): T[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T[];
const noise = (seed: string, length: number): Bytes =>
  concat(...Array.from({ length: Math.ceil(length / 64) }, (_, i) => sha512(ascii(`${seed} ${i}`)))).subarray(
    0,
    length,
  );

test('HCTR2 gives the published ciphertexts, and back', () => {
  const cases = published<Case & { readonly tweak: string }>('hctr2/aes256');
  expect(cases).toHaveLength(11);
  for (const { key, tweak, plaintext, ciphertext } of cases) {
    expect(hex(hctr2.encrypt(unhex(key), unhex(tweak), unhex(plaintext)))).toBe(ciphertext);
    expect(hex(hctr2.decrypt(unhex(key), unhex(tweak), unhex(ciphertext)))).toBe(plaintext);
  }
});

test('XTS gives the published ciphertexts, and back', () => {
  const cases = published<Case & { readonly sector: string }>('xts/nist');
  expect(cases).toHaveLength(3);
  for (const { key, sector, plaintext, ciphertext } of cases) {
    expect(hex(xts.encrypt(unhex(key), unhex(sector), unhex(plaintext)))).toBe(ciphertext);
    expect(hex(xts.decrypt(unhex(key), unhex(sector), unhex(ciphertext)))).toBe(plaintext);
  }
});

test('a whole sector in XTS with AES-256 is that of OpenSSL', () => {
  const [key, plain] = [noise('key', modes.xts.keySize), noise('plain', sectorSize)];
  const tweak = concat(Uint8Array.of(7), new Uint8Array(15));
  const other = createCipheriv('aes-256-xts', key, tweak);
  expect(hex(sealSector(modes.xts, key, 7, plain))).toBe(hex(concat(other.update(plain), other.final())));
});

test.each(['hctr2', 'xts'] as const)('%s: what was sealed opens under its key and its number alone', (name) => {
  const mode = modes[name];
  const [key, other] = [storeKey(noise('one', 32), mode), storeKey(noise('other', 32), mode)];
  const plain = noise('plain', sectorSize);
  const sealed = sealSector(mode, key, 3, plain);
  expect(hex(openSector(mode, key, 3, sealed))).toBe(hex(plain));
  for (const opened of [openSector(mode, other, 3, sealed), openSector(mode, key, 4, sealed)])
    expect(sameInPlaces(opened, plain)).toBeLessThan(60);
});

/** Bytes that two strings have in common at the same place: about one in 256 where they have nothing to do with each other. */
const sameInPlaces = (a: Bytes, b: Bytes): number => a.filter((byte, i) => byte === b[i]).length;

test('one changed bit turns a whole sector of HCTR2 into garbage, and 16 bytes of one of XTS', () => {
  const plain = noise('plain', sectorSize);
  const left = (['hctr2', 'xts'] as const).map((name) => {
    const [mode, key] = [modes[name], noise('key', modes[name].keySize)];
    const counts = Array.from({ length: 40 }, (_, i) => {
      const sealed = sealSector(mode, key, 0, plain);
      const bit = (i * 821) % (8 * sectorSize);
      sealed[bit >> 3] = sealed[bit >> 3]! ^ (1 << (bit & 7));
      return sameInPlaces(openSector(mode, key, 0, sealed), plain);
    });
    return counts;
  });
  expect(Math.max(...(left[0] ?? []))).toBeLessThan(60);
  expect(Math.min(...(left[1] ?? []))).toBeGreaterThanOrEqual(sectorSize - 16);
});

test('the secrets of a VM for its store and for its payload have nothing to do with each other', () => {
  const secret = noise('secret', 32);
  expect(hex(storeKey(secret, modes.hctr2))).not.toBe(hex(payloadSecret(secret, ascii('encryptedstore_key'), 32)));
});

/** The pieces of so many bytes that some writes share, each pair by its two writes. */
function equalPieces(name: 'hctr2' | 'xts', size: number): string[] {
  const mode = modes[name];
  const keys = [0, 1].map((instance) => storeKey(noise(`secret ${instance}`, 32), mode));
  // Two contents that are alike but for their first byte.
  const contents = [noise('plain', sectorSize), noise('plain', sectorSize)];
  contents[1] = contents[1]!.with(0, contents[1]![0]! ^ 1);
  const views = keys.flatMap((key, instance) =>
    [0, 1].flatMap((sector) =>
      contents.map((plain, content) => ({
        write: `${instance} ${sector} ${content}`,
        sealed: sealSector(mode, key, sector, plain),
      })),
    ),
  );
  const seen = new Map<string, Set<string>>();
  for (const { write, sealed } of views)
    for (let at = 0; at < sealed.length; at += size) {
      const piece = hex(sealed.subarray(at, at + size));
      seen.set(piece, (seen.get(piece) ?? new Set<string>()).add(write));
    }
  return [...new Set([...seen.values()].filter(({ size: of }) => of > 1).map((writes) => [...writes].join(' = ')))];
}

test('what the host sees tells contents, sectors and instances apart in no way but this', () => {
  // Of HCTR2, nothing at all; of XTS, that two contents of one sector agree in a block of 16 bytes.
  expect(equalPieces('hctr2', 16)).toEqual([]);
  expect(equalPieces('xts', 16)).toEqual(['0 0 0 = 0 0 1', '0 1 0 = 0 1 1', '1 0 0 = 1 0 1', '1 1 0 = 1 1 1']);
});
