/** Public keys as Android Verified Boot writes them: the modulus, and two numbers that follow from it and save time. */
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, unsigned } from '../bytes.ts';
import type { RsaPublicKey } from '../rsa.ts';
import { modularInverse, usualExponent } from '../rsa.ts';

const headerSize = 8;
const word = 1n << 32n;
const bitsInByte = 8;

/** Minus the inverse of the modulus within a word. */
const inverseOf = (modulus: bigint): bigint => word - modularInverse(modulus, word);
/** The square of the power of two just beyond the modulus. */
const squareOf = (modulus: bigint, size: number): bigint => (1n << BigInt(2 * bitsInByte * size)) % modulus;

export function encodeAvbKey(modulus: bigint): Bytes {
  const size = Math.ceil(modulus.toString(2).length / bitsInByte);
  return concat(
    bigEndian(BigInt(size * bitsInByte), 4),
    bigEndian(inverseOf(modulus), 4),
    bigEndian(modulus, size),
    bigEndian(squareOf(modulus, size), size),
  );
}

/** The key with a modulus of `size` bytes that some bytes are; nothing if they are none, or not one of that size. */
export function decodeAvbKey(bytes: Bytes, size: number): RsaPublicKey | undefined {
  if (size === 0 || bytes.length !== headerSize + 2 * size) return undefined;
  const [bits, inverse] = [unsigned(bytes.subarray(0, 4)), unsigned(bytes.subarray(4, headerSize))];
  const modulus = unsigned(bytes.subarray(headerSize, headerSize + size));
  if (bits !== BigInt(size * bitsInByte) || modulus % 2n === 0n) return undefined;
  const square = unsigned(bytes.subarray(headerSize + size));
  const follows = inverse === inverseOf(modulus) && square === squareOf(modulus, size);
  return follows ? { modulus, exponent: usualExponent } : undefined;
}

/** The modulus of a key whose length and other numbers need not fit it. */
export const modulusIn = (bytes: Bytes, size: number): bigint =>
  unsigned(bytes.subarray(headerSize, headerSize + size));
