/** RSA keys in X.509, and signatures of PKCS #1 v1.5 with SHA-256 under them. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, unhex, unsigned } from '../bytes.ts';
import { modularPower } from './verify.ts';

export interface RsaKey {
  readonly keyKind: 'RSA';
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly secret: bigint;
}

/** What PKCS #1 puts before a hash of SHA-256. */
const prefix = unhex('3031300d060960864801650304020105000420');

export function signRsa({ modulus, secret }: RsaKey, message: Bytes): Bytes {
  const size = Math.ceil(modulus.toString(16).length / 2);
  const digest = concat(prefix, sha256(message));
  const padding = new Uint8Array(size - digest.length - 3).fill(0xff);
  const padded = concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), digest);
  return bigEndian(modularPower(unsigned(padded), secret, modulus), size);
}
