import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { afterAll, describe, expect, test } from 'vitest';
import { ascii, unsigned } from './bytes.ts';
import { signPss, signRsa, signedHashes, verifiesPss, verifiesRsa } from './rsa.ts';

const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-rsa-'));
afterAll(() => rmSync(folder, { recursive: true }));
const message = ascii('what is signed');
const file = (name: string): string => join(folder, name);
const openssl = (...args: readonly string[]): Buffer =>
  execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;
if (!hasOpenssl) console.warn('not held against openssl: it is not installed (Debian: openssl)');

const big = (digits: string | undefined): bigint => unsigned(Uint8Array.from(Buffer.from(digits ?? '', 'base64url')));

/** A key of so many bits, of which the modulus need not fill its bytes. */
function keyOf(bits: number) {
  const pem = openssl('genrsa', String(bits)).toString();
  const { n, e, p, q } = createPrivateKey(pem).export({ format: 'jwk' });
  writeFileSync(file('key.pem'), pem);
  writeFileSync(file('key.pub'), createPublicKey(pem).export({ type: 'spki', format: 'pem' }));
  writeFileSync(file('message'), message);
  return { open: { modulus: big(n), exponent: big(e) }, secret: { p: big(p), q: big(q) } };
}
const pss = (hash: string, salt: number) => [
  `-${hash}`,
  '-sigopt',
  'rsa_padding_mode:pss',
  '-sigopt',
  `rsa_pss_saltlen:${salt}`,
];
const verifies = (signature: Uint8Array, ...how: readonly string[]): boolean => {
  writeFileSync(file('signature'), signature);
  const args = ['dgst', ...how, '-verify', file('key.pub'), '-signature', file('signature'), file('message')];
  return spawnSync('openssl', args).status === 0;
};
const signedBy = (...how: readonly string[]): Uint8Array => {
  openssl('dgst', ...how, '-sign', file('key.pem'), '-out', file('signature'), file('message'));
  return Uint8Array.from(readFileSync(file('signature')));
};

describe.skipIf(!hasOpenssl)('openssl and this agree', () => {
  test.each([1024, 1025, 1031, 2048])('about signatures of a key of %i bits', (bits) => {
    const { open, secret } = keyOf(bits);
    const digest = sha256(message);
    expect(verifies(signRsa(secret, signedHashes.sha256, digest), '-sha256')).toBe(true);
    expect(verifiesRsa(open, signedHashes.sha256, digest, signedBy('-sha256'))).toBe(true);
    expect(verifiesRsa(open, signedHashes.sha256, digest, signedBy('-sha512'))).toBe(false);
    const other = { ...open, modulus: open.modulus + 2n };
    expect(verifiesRsa(other, signedHashes.sha256, digest, signedBy('-sha256'))).toBe(false);
    expect(verifies(signPss(secret, signedHashes.sha256, message), ...pss('sha256', 32))).toBe(true);
    expect(verifiesPss(open, signedHashes.sha256, message, signedBy(...pss('sha256', 32)))).toBe(true);
    expect(verifiesPss(open, signedHashes.sha256, message, signedBy(...pss('sha256', 20)))).toBe(false);
    expect(verifiesPss(open, signedHashes.sha256, ascii('another'), signedBy(...pss('sha256', 32)))).toBe(false);
    expect(verifiesPss(open, signedHashes.sha512, message, signedBy(...pss('sha256', 32)))).toBe(false);
  });
});
