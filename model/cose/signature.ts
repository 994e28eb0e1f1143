/** Signatures as COSE has them: 64 bytes of Ed25519, or r and s side by side. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { concat, sameBytes } from '../bytes.ts';
import { Kept } from '../kept.ts';
import type { PublicKey } from './key.ts';

export interface PrivateKey extends PublicKey {
  readonly secret: Bytes;
}

// why: without these, three of four real ECDSA signatures are refused, and Ed25519 takes encodings that others refuse.
const ecdsaOptions = { lowS: false, format: 'compact' } as const;
const eddsaOptions = { zip215: false } as const;

/** Evidence of one device has most of its certificates in common, and each signature takes milliseconds. */
const verdicts = new Kept<boolean>();
const signed = new Kept<Bytes>();

/** Whether the signature is one of that key over that message. Never throws. */
export const verifies = ({ keyKind, raw }: PublicKey, message: Bytes, signature: Bytes): boolean =>
  verdicts.of([keyKind, raw, message, signature], () => holds({ keyKind, raw }, message, signature));

function holds({ keyKind, raw }: PublicKey, message: Bytes, signature: Bytes): boolean {
  try {
    if (keyKind === 'Ed25519') return ed25519.verify(signature, message, raw, eddsaOptions);
    return curveOf(keyKind).verify(signature, message, uncompressed(raw), ecdsaOptions);
  } catch {
    // The library throws where a signature has the wrong length or numbers out of range.
    return false;
  }
}

/**
 * Whether an Ed25519 signature holds as OpenSSL and BoringSSL find it, whatever the key: [S]B - [k]A in its one encoding
 * is R, and A is read without asking for its one encoding. Never throws.
 */
export function verifiesUnderAnyPoint(raw: Bytes, message: Bytes, signature: Bytes): boolean {
  const [r, s] = [signature.slice(0, 32), bytesToNumberLE(signature.slice(32))];
  const { Point } = ed25519;
  if (signature.length !== 64 || s >= Point.Fn.ORDER) return false;
  try {
    const challenge = bytesToNumberLE(sha512(concat(r, raw, message))) % Point.Fn.ORDER;
    const key = Point.fromBytes(raw, true);
    const found = Point.BASE.multiplyUnsafe(s).subtract(key.multiplyUnsafe(challenge));
    return sameBytes(found.toBytes(), r);
  } catch {
    // The library throws for what is no point.
    return false;
  }
}

/** Signs; ECDSA takes its nonce from the message (RFC 6979), so that the same call gives the same bytes. */
export const signWith = ({ keyKind, secret }: PrivateKey, message: Bytes): Bytes =>
  signed
    .of([keyKind, secret, message], () =>
      keyKind === 'Ed25519' ? ed25519.sign(message, secret) : curveOf(keyKind).sign(message, secret, ecdsaOptions),
    )
    .slice();

/** With the public half of an Ed25519 seed or an ECDSA private number, which is worked out once it is asked for. */
export function withPublicHalf(keyKind: PublicKey['keyKind'], secret: Bytes): PrivateKey {
  let known: Bytes | undefined;
  return {
    keyKind,
    secret,
    get raw() {
      return (known ??= publicHalf(keyKind, secret));
    },
  };
}

const publicHalf = (keyKind: PublicKey['keyKind'], secret: Bytes): Bytes =>
  keyKind === 'Ed25519' ? ed25519.getPublicKey(secret) : curveOf(keyKind).getPublicKey(secret, false).slice(1);

/** A point of two coordinates, as SEC 1 writes it whole. */
const uncompressed = (raw: Bytes): Bytes => concat(Uint8Array.of(0x04), raw);

const curveOf = (keyKind: 'P-256' | 'P-384'): typeof p256 => (keyKind === 'P-256' ? p256 : p384);
