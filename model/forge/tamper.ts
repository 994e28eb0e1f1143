/** Bytes changed as attackers and careless writers change them. */
import { p256, p384 } from '@noble/curves/nist.js';
import type { KeyKind } from '../../spec/evidence/facts.ts';
import { bigEndian, concat, unhex, unsigned } from '../bytes.ts';
import { encode } from '../cbor/encode.ts';

/** Bytes put in where one item stood, such as the same number in a longer form. */
export function replaced(bytes: Uint8Array, item: Uint8Array, other: Uint8Array): Uint8Array {
  for (let at = 0; at + item.length <= bytes.length; at++) {
    if (item.every((byte, i) => bytes[at + i] === byte)) {
      return concat(bytes.slice(0, at), other, bytes.slice(at + item.length));
    }
  }
  return bytes;
}

/** The first place where a negative label stands, with nine bytes where five are enough. */
export const withLongLabel = (bytes: Uint8Array, label: number): Uint8Array =>
  replaced(bytes, encode(label), concat(Uint8Array.of(0x3b), bigEndian(BigInt(-1 - label), 8)));

/** The encoding of a map with one entry more, whatever its keys are. */
export const withEntry = (bytes: Uint8Array, entry: Uint8Array): Uint8Array =>
  concat(Uint8Array.of((bytes[0] ?? 0) + 1), bytes.slice(1), entry);

/** r and the negative of s, which is as good a signature; Ed25519 has but one. */
export function twinOf(kind: KeyKind, signature: Uint8Array): Uint8Array {
  if (kind === 'Ed25519') return signature;
  const order = (kind === 'P-256' ? p256 : p384).Point.Fn.ORDER;
  const size = signature.length / 2;
  return concat(signature.slice(0, size), bigEndian(order - unsigned(signature.slice(size)), size));
}

/** The curve of a certified key, one number on, where there is a curve that nobody uses. */
export const withOtherCurve = (der: Uint8Array): Uint8Array =>
  replaced(der, unhex('06082a8648ce3d030107'), unhex('06082a8648ce3d030106'));

const ecdsaAlgorithm = unhex('300a06082a8648ce3d040302');
const withNull = unhex('300c06082a8648ce3d0403020500');

/** A certificate of ECDSA whose algorithm has NULL for its parameters outside the signature, where it has none inside. */
export const withOuterParameters = (der: Uint8Array): Uint8Array => withOuterAlgorithm(der, ecdsaAlgorithm, withNull);

/** Such a certificate as it was before; any other is left as it is. */
export const withoutOuterParameters = (der: Uint8Array): Uint8Array =>
  withOuterAlgorithm(der, withNull, ecdsaAlgorithm);

/** A certificate whose algorithm outside the signature is another, if it was the one. */
export function withOuterAlgorithm(der: Uint8Array, algorithm: Uint8Array, other: Uint8Array): Uint8Array {
  const at = lastPlaceOf(der, algorithm);
  if (at < 0) return der;
  const body = concat(der.slice(4, at), other, der.slice(at + algorithm.length));
  return concat(Uint8Array.of(0x30, 0x82, body.length >> 8, body.length & 0xff), body);
}

function lastPlaceOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = bytes.length - part.length; at >= 0; at--) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
