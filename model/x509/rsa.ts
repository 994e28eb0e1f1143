/** RSA over big integers: the signatures of PKCS #1, in both of its paddings, made and checked. */
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, sameBytes, unhex, unsigned } from '../bytes.ts';

type Hash = (bytes: Bytes) => Bytes;

export interface RsaPublic {
  readonly modulus: bigint;
  readonly exponent: bigint;
}
export interface RsaPrivate {
  readonly p: bigint;
  readonly q: bigint;
  readonly exponent: bigint;
}

/** Larger moduli than any authority uses would only cost time. */
const largestModulus = 1024;
const largestExponent = 0xffff_ffffn;

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const bytesIn = (modulus: bigint): number => Math.ceil(modulus.toString(16).length / 2);
const bitsIn = (modulus: bigint): number => modulus.toString(2).length;

/** What somebody has raised to a private power, or nothing where the key or the number cannot be one. */
function opened({ modulus, exponent }: RsaPublic, signature: Bytes): Bytes | undefined {
  const size = bytesIn(modulus);
  const power = unsigned(signature);
  if (modulus < 2n || size > largestModulus || signature.length !== size) return undefined;
  if (power >= modulus || exponent > largestExponent) return undefined;
  return bigEndian(modularPower(power, exponent, modulus), size);
}

/** By the Chinese remainder theorem. */
function raised({ p, q, exponent }: RsaPrivate, message: Bytes): Bytes {
  const base = unsigned(message);
  const [mp, mq] = [p, q].map((prime) => {
    const secret = inverse(exponent, prime - 1n);
    return modularPower(base, secret, prime);
  }) as [bigint, bigint];
  const difference = (((mp - mq) % p) + p) % p;
  const value = mq + q * ((difference * inverse(q % p, p)) % p);
  return bigEndian(value, bytesIn(p * q));
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [before, now] = [modulus, value % modulus];
  let [factorBefore, factor] = [0n, 1n];
  while (now > 1n) {
    const times = before / now;
    [before, now] = [now, before - times * now];
    [factorBefore, factor] = [factor, factorBefore - times * factor];
  }
  return ((factor % modulus) + modulus) % modulus;
}

/** The DER that PKCS #1 v1.5 puts before a hash. */
export const pkcs1Prefixes = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const;

/** What PKCS #1 v1.5 raises. */
function padded(digest: Bytes, prefix: string, size: number): Bytes {
  const body = concat(unhex(prefix), digest);
  const padding = new Uint8Array(Math.max(size - body.length - 3, 8)).fill(0xff);
  return concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), body);
}

/** Whether a signature in the padding of PKCS #1 v1.5 is that of a digest. */
export function verifiesPkcs1(key: RsaPublic, prefix: string, digest: Bytes, signature: Bytes): boolean {
  const found = opened(key, signature);
  return found !== undefined && sameBytes(found, padded(digest, prefix, found.length));
}

export const signPkcs1 = (key: RsaPrivate, prefix: string, digest: Bytes): Bytes =>
  raised(key, padded(digest, prefix, bytesIn(key.p * key.q)));

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

/** Whether a signature in the padding PSS is that of a message, with a salt as long as the hash. */
export function verifiesPss(key: RsaPublic, hash: Hash, message: Bytes, signature: Bytes): boolean {
  const found = opened(key, signature);
  if (found === undefined) return false;
  const digest = hash(message);
  const bits = bitsIn(key.modulus) - 1;
  const size = Math.ceil(bits / 8);
  const encoded = found.subarray(found.length - size);
  const room = size - digest.length - 1;
  if (room < digest.length + 1 || encoded[size - 1] !== trailer) return false;
  if (found.length > size && found[0] !== 0) return false;
  const tag = encoded.subarray(room, size - 1);
  const block = xor(encoded.subarray(0, room), mask(hash, tag, room));
  const unused = 8 * size - bits;
  if (unused > 0 && (encoded[0] ?? 0) >> (8 - unused) !== 0) return false;
  block[0] = (block[0] ?? 0) & (0xff >> unused);
  const zeros = room - digest.length - 1;
  if (block[zeros] !== 1 || block.subarray(0, zeros).some((byte) => byte !== 0)) return false;
  return sameBytes(pssHash(hash, digest, block.subarray(zeros + 1)), tag);
}

/** The salt is all zeros, so that one message has one signature. */
export function signPss(key: RsaPrivate, hash: Hash, message: Bytes): Bytes {
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
