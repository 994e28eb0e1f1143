/** RSA with PKCS #1 v1.5, over whole numbers: verifying anybody's signatures, and making those of test keys. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from './bytes.ts';
import { bigEndian, concat, sameBytes, unhex, unsigned } from './bytes.ts';

/** A hash, with the DER that PKCS #1 puts before it. */
export interface SignedHash {
  readonly of: (bytes: Bytes) => Bytes;
  readonly size: number;
  readonly prefix: Bytes;
}
export const signedHashes = {
  sha256: { of: sha256, size: 32, prefix: unhex('3031300d060960864801650304020105000420') },
  sha384: { of: sha384, size: 48, prefix: unhex('3041300d060960864801650304020205000430') },
  sha512: { of: sha512, size: 64, prefix: unhex('3051300d060960864801650304020305000440') },
} as const satisfies Record<string, SignedHash>;

export interface RsaPublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}
/** By its two primes; the exponent is 65537. */
export interface RsaPrivateKey {
  readonly p: bigint;
  readonly q: bigint;
}
export const usualExponent = 65_537n;
export const publicKeyOf = ({ p, q }: RsaPrivateKey): RsaPublicKey => ({ modulus: p * q, exponent: usualExponent });

const leastPadding = 8;

/** What is raised to a power: the digest behind its prefix, filled up to the size of the modulus. */
function encoded(digest: Bytes, { prefix }: SignedHash, size: number): Bytes {
  const end = concat(prefix, digest);
  const padding = new Uint8Array(Math.max(size - end.length - 3, leastPadding)).fill(0xff);
  return concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), end);
}

/** Larger moduli than anybody uses would only cost time. */
const largestModulus = 1024;
const largestExponent = 0xffff_ffffn;

const sizeOf = (modulus: bigint): number => Math.ceil(modulus.toString(16).length / 2);

/** Whether the signature is one of the key over the digest. */
export function verifiesRsa(key: RsaPublicKey, hash: SignedHash, digest: Bytes, signature: Bytes): boolean {
  const { modulus, exponent } = key;
  const size = sizeOf(modulus);
  if (size > largestModulus || signature.length !== size || exponent > largestExponent) return false;
  const power = unsigned(signature);
  if (power >= modulus) return false;
  return sameBytes(bigEndian(modularPower(power, exponent, modulus), size), encoded(digest, hash, size));
}

/** The signature of a private key, by way of its primes. */
export function signRsa({ p, q }: RsaPrivateKey, hash: SignedHash, digest: Bytes): Bytes {
  const size = sizeOf(p * q);
  const message = unsigned(encoded(digest, hash, size));
  const [ofP, ofQ] = [p, q].map((prime) => {
    const exponent = modularInverse(usualExponent, prime - 1n);
    return modularPower(message % prime, exponent, prime);
  }) as [bigint, bigint];
  const difference = (((ofP - ofQ) * modularInverse(q, p)) % p) + p;
  return bigEndian(ofQ + q * (difference % p), size);
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The number that gives 1 with this one; both have no divisor in common. */
export function modularInverse(value: bigint, modulus: bigint): bigint {
  let [before, now] = [modulus, ((value % modulus) + modulus) % modulus];
  let [factorBefore, factor] = [0n, 1n];
  while (now > 0n) {
    const times = before / now;
    [before, now] = [now, before - times * now];
    [factorBefore, factor] = [factor, factorBefore - times * factor];
  }
  return ((factorBefore % modulus) + modulus) % modulus;
}
