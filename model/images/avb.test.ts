import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha1 } from '@noble/hashes/legacy.js';
import { afterAll, describe, expect, test } from 'vitest';
import { ascii, concat, hex, unhex } from '../bytes.ts';
import type { Bytes } from '../bytes.ts';
import { publicKeyOf } from '../rsa.ts';
import type { RsaPrivateKey } from '../rsa.ts';
import { decodeAvbKey, encodeAvbKey } from './avb-key.ts';
import { writeHash, writeHashtree } from './descriptors-write.ts';
import { readAtFooter } from './footer.ts';
import { testKeys } from './test-keys.ts';
import { readVbmeta } from './vbmeta.ts';
import { writePartition, writeVbmeta } from './vbmeta-write.ts';

interface Footer {
  readonly imageSize: number;
  readonly salt: string;
  readonly partition: string;
  readonly auxiliary: number;
  readonly vbmetaOffset: number;
  readonly vbmetaSize: number;
}
const known = JSON.parse(readFileSync(new URL('../vectors/avb/known.json', import.meta.url), 'utf8')) as {
  readonly key: { readonly pem: readonly string[]; readonly sha1: string };
  readonly hashFooter: Footer & { readonly digest: string; readonly authentication: number };
  readonly hashtreeFooter: Footer & { readonly block: number; readonly treeOffset: number; readonly treeSize: number };
  readonly header: string;
};

/** The image of avbtool's own tests. */
const inStretch = (at: number): boolean =>
  [5, 205, 505].some((start) => at >= start * 1000 && at < (start + 100) * 1000);
const image = new Uint8Array(known.hashFooter.imageSize).map((_, at) => (inStretch(at) ? at & 3 : at));

const modulusOf = (pem: string): bigint =>
  BigInt(`0x${Buffer.from(createPublicKey(pem).export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`);

test('a public key is encoded as avbtool does, and read as it was written', () => {
  const modulus = modulusOf(known.key.pem.join('\n'));
  const encoded = encodeAvbKey(modulus);
  expect(hex(sha1(encoded))).toBe(known.key.sha1);
  expect(decodeAvbKey(encoded, 256)?.modulus).toBe(modulus);
  for (const at of [0, 3, 4, 7, 8, 263, 264, 519])
    expect(decodeAvbKey(encoded.with(at, encoded[at]! ^ 0x81), 256)).toBeUndefined();
});

test('a footer with a digest is laid out as avbtool does', () => {
  const { salt, partition, digest, authentication, auxiliary, vbmetaOffset, vbmetaSize } = known.hashFooter;
  const descriptor = writeHash(image, { partition, salt: unhex(salt) });
  const { footer, vbmeta } = readAtFooter(
    writePartition(image, writeVbmeta({ descriptors: [descriptor] }), undefined, 4096),
  );
  expect(vbmeta.list).toMatchObject([{ kind: 'hash', digest, partition, salt, imageSize: image.length }]);
  expect(vbmeta).toMatchObject({ authentication, auxiliary });
  expect(footer).toMatchObject({
    major: 1,
    minor: 0,
    originalSize: image.length,
    offset: vbmetaOffset,
    size: vbmetaSize,
  });
});

test('a footer with a tree of hashes is laid out as avbtool does', () => {
  const { salt, partition, block, treeOffset, treeSize, auxiliary, vbmetaOffset, vbmetaSize } = known.hashtreeFooter;
  const { descriptor, tree } = writeHashtree(image, { partition, salt: unhex(salt), block });
  const { footer, vbmeta } = readAtFooter(
    writePartition(image, writeVbmeta({ descriptors: [descriptor] }), tree, 4096),
  );
  expect(vbmeta.list).toMatchObject([{ kind: 'hash tree', treeOffset, treeSize, dataBlock: block, hashBlock: block }]);
  expect(vbmeta.auxiliary).toBe(auxiliary);
  expect(footer).toMatchObject({ offset: vbmetaOffset, size: vbmetaSize });
});

test('a header that avbtool wrote is read', () => {
  expect(readVbmeta(unhex(known.header))).toMatchObject({
    ...{ hasMagic: true, major: 1, minor: 0, release: 'avbtool 1.1.0', algorithm: 0, flags: 0 },
    ...{ authentication: 0, auxiliary: 256, descriptors: { offset: 0, size: 200 }, key: { offset: 200, size: 0 } },
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('other makers and readers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'avb-'));
  const at = (name: string): string => join(folder, name);
  const written = (name: string, bytes: Bytes | string): string => {
    writeFileSync(at(name), bytes);
    return at(name);
  };
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function pemOf(key: RsaPrivateKey): string {
    const encoded = { kty: 'RSA', n: base64(publicKeyOf(key).modulus), e: 'AQAB' };
    return createPublicKey({ key: encoded, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  }
  const base64 = (modulus: bigint): string => Buffer.from(modulus.toString(16), 'hex').toString('base64url');
  const signedOf = (vbmeta: Bytes): Bytes => {
    const { authentication } = readVbmeta(vbmeta);
    return concat(vbmeta.subarray(0, 256), vbmeta.subarray(256 + authentication));
  };

  test.skipIf(!hasOpenssl).each([
    ['sha256', 1, testKeys.maker],
    ['sha512', 4, testKeys.vendor],
    ['sha256', 2, testKeys.large],
    ['sha512', 5, testKeys.large],
  ] as const)(
    'openssl verifies our signatures with %s, as algorithm %i (skipped: no openssl)',
    (hash, algorithm, key) => {
      const vbmeta = writeVbmeta({
        algorithm,
        key,
        descriptors: [writeHash(ascii('x'), { partition: 'boot', salt: ascii('y') })],
      });
      const { signature } = readVbmeta(vbmeta);
      const start = 256 + signature.offset;
      const files = [
        written('key.pem', pemOf(key)),
        written('signature', vbmeta.subarray(start, start + signature.size)),
      ] as const;
      const verify = (bytes: Bytes): Buffer =>
        execFileSync(
          'openssl',
          ['dgst', `-${hash}`, '-verify', files[0], '-signature', files[1], written('signed', bytes)],
          {
            stdio: 'pipe',
          },
        );
      expect(verify(signedOf(vbmeta)).toString()).toContain('Verified OK');
      expect(() => verify(signedOf(vbmeta.with(112, 1)))).toThrow();
    },
  );

  test.skipIf(!hasOpenssl)('a description that openssl has signed is read (skipped: no openssl)', () => {
    const key = written('own.pem', execFileSync('openssl', ['genrsa', '2048'], { encoding: 'utf8', stdio: 'pipe' }));
    const modulus = modulusOf(
      execFileSync('openssl', ['rsa', '-in', key, '-pubout'], { encoding: 'utf8', stdio: 'pipe' }),
    );
    const ours = writeVbmeta({});
    const named = concat(ours.subarray(0, 576), encodeAvbKey(modulus), ours.subarray(576 + 520));
    const signed = written('signed', signedOf(named));
    const signature = execFileSync('openssl', ['dgst', '-sha256', '-sign', key, signed], { stdio: 'pipe' });
    const digest = execFileSync('openssl', ['dgst', '-sha256', '-binary', signed], { stdio: 'pipe' });
    const whole = concat(named.subarray(0, 256), digest, signature, named.subarray(256 + 288));
    expect(readVbmeta(whole)).toMatchObject({ isKey: true, hashMatches: true, verifies: true });
    expect(readVbmeta(named)).toMatchObject({ isKey: true, hashMatches: false, verifies: false });
  });
});
