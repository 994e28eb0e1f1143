/** RSA over whole numbers, in both paddings of PKCS #1: verifying anybody's signatures, and making those of test keys. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from './bytes.ts';
import { Kept } from './kept.ts';
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

/** A power takes milliseconds, and most images that are judged or made have some signature in common. */
const openings = new Kept<Bytes>();
const raisings = new Kept<Bytes>();

/** What somebody has raised to a private power; nothing where the key or the number cannot be one. */
function opened({ modulus, exponent }: RsaPublicKey, signature: Bytes): Bytes | undefined {
  const [size, power] = [sizeOf(modulus), unsigned(signature)];
  if (size > largestModulus || signature.length !== size || exponent > largestExponent) return undefined;
  if (power >= modulus) return undefined;
  const key = [modulus.toString(16), exponent.toString(16), signature];
  return openings.of(key, () => bigEndian(modularPower(power, exponent, modulus), size)).slice();
}

/** Raised to the private power, by way of the primes. */
const raised = (key: RsaPrivateKey, bytes: Bytes): Bytes =>
  raisings.of([key.p.toString(16), key.q.toString(16), bytes], () => raisedOnce(key, bytes)).slice();

function raisedOnce({ p, q }: RsaPrivateKey, bytes: Bytes): Bytes {
  const message = unsigned(bytes);
  const [ofP, ofQ] = [p, q].map((prime) => {
    const exponent = modularInverse(usualExponent, prime - 1n);
    return modularPower(message % prime, exponent, prime);
  }) as [bigint, bigint];
  const difference = (((ofP - ofQ) * modularInverse(q, p)) % p) + p;
  return bigEndian(ofQ + q * (difference % p), sizeOf(p * q));
}

/** Whether the signature, in the padding of PKCS #1 v1.5, is one of the key over the digest. */
export function verifiesRsa(key: RsaPublicKey, hash: SignedHash, digest: Bytes, signature: Bytes): boolean {
  const found = opened(key, signature);
  return found !== undefined && sameBytes(found, encoded(digest, hash, found.length));
}

export const signRsa = (key: RsaPrivateKey, hash: SignedHash, digest: Bytes): Bytes =>
  raised(key, encoded(digest, hash, sizeOf(key.p * key.q)));

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

type Hash = (bytes: Bytes) => Bytes;
const bitsIn = (modulus: bigint): number => modulus.toString(2).length;
const trailer = 0xbc;
const pssHash = (hash: Hash, digest: Bytes, salt: Bytes): Bytes => hash(concat(new Uint8Array(8), digest, salt));

function mask(hash: Hash, seed: Bytes, length: number): Bytes {
  const blocks: Bytes[] = [];
  for (let made = 0, count = 0; made < length; count++) {
    const block = hash(concat(seed, bigEndian(BigInt(count), 4)));
    blocks.push(block);
    made += block.length;
  }
  return concat(...blocks).subarray(0, length);
}

const xor = (one: Bytes, other: Bytes): Bytes => one.map((byte, at) => byte ^ (other[at] ?? 0));

/** Whether a signature in the padding PSS is that of a message, with a salt as long as the hash or of another length. */
export function verifiesPss(
  key: RsaPublicKey,
  { of: hash, size: digestSize }: Pick<SignedHash, 'of' | 'size'>,
  message: Bytes,
  signature: Bytes,
  saltSize = digestSize,
): boolean {
  const found = opened(key, signature);
  if (found === undefined) return false;
  const digest = hash(message);
  const bits = bitsIn(key.modulus) - 1;
  const size = Math.ceil(bits / 8);
  const encoded = found.subarray(found.length - size);
  const room = size - digest.length - 1;
  if (room < saltSize + 1 || encoded[size - 1] !== trailer) return false;
  if (found.length > size && found[0] !== 0) return false;
  const tag = encoded.subarray(room, size - 1);
  const block = xor(encoded.subarray(0, room), mask(hash, tag, room));
  const unused = 8 * size - bits;
  if (unused > 0 && (encoded[0] ?? 0) >> (8 - unused) !== 0) return false;
  block[0] = (block[0] ?? 0) & (0xff >> unused);
  const zeros = room - saltSize - 1;
  if (block[zeros] !== 1 || block.subarray(0, zeros).some((byte) => byte !== 0)) return false;
  return sameBytes(pssHash(hash, digest, block.subarray(zeros + 1)), tag);
}

/** The salt is all zeros, so that one message has one signature. */
export function signPss(key: RsaPrivateKey, { of: hash }: SignedHash, message: Bytes): Bytes {
  const digest = hash(message);
  const modulus = key.p * key.q;
  const bits = bitsIn(modulus) - 1;
  const size = Math.ceil(bits / 8);
  const salt = new Uint8Array(digest.length);
  const tag = pssHash(hash, digest, salt);
  const room = size - digest.length - 1;
  const zeros = new Uint8Array(room - digest.length - 1);
  const block = xor(concat(zeros, Uint8Array.of(1), salt), mask(hash, tag, room));
  block[0] = (block[0] ?? 0) & (0xff >> (8 * size - bits));
  return raised(key, concat(block, tag, Uint8Array.of(trailer)));
}
