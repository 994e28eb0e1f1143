/** Signatures on certificates: Ed25519, ECDSA on P-256 and P-384, and RSA with PKCS #1 v1.5. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { AsnConvert } from '@peculiar/asn1-schema';
import { RSAPublicKey } from '@peculiar/asn1-rsa';
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, sameBytes, unhex, unsigned } from '../bytes.ts';
import { isPoint } from '../cose/key.ts';
import type { PublicKey } from '../cose/key.ts';
import type { SubjectKey } from './certificate.ts';

const oids = {
  ed25519: '1.3.101.112',
  ec: '1.2.840.10045.2.1',
  rsa: '1.2.840.113549.1.1.1',
} as const;

/** The curves that keys are on, by the DER of their object identifiers. */
const curves: ReadonlyMap<string, 'P-256' | 'P-384'> = new Map([
  ['06082a8648ce3d030107', 'P-256'],
  ['06052b81040022', 'P-384'],
] as const);

type Hash = (bytes: Bytes) => Bytes;

const ecdsaHashes: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ['1.2.840.10045.4.3.2', sha256],
  ['1.2.840.10045.4.3.3', sha384],
  ['1.2.840.10045.4.3.4', sha512],
]);

/** With the DER that PKCS #1 puts before the hash. */
const rsaHashes: ReadonlyMap<string, readonly [Hash, string]> = new Map<string, readonly [Hash, string]>([
  ['1.2.840.113549.1.1.11', [sha256, '3031300d060960864801650304020105000420']],
  ['1.2.840.113549.1.1.12', [sha384, '3041300d060960864801650304020205000430']],
  ['1.2.840.113549.1.1.13', [sha512, '3051300d060960864801650304020305000440']],
]);

/** The key as a point, where it is one on a curve that DICE knows. */
export function pointKeyOf({ algorithm, parameters, bits }: SubjectKey): PublicKey | undefined {
  if (algorithm === oids.ed25519) return isPoint('Ed25519', bits) ? { keyKind: 'Ed25519', raw: bits } : undefined;
  const keyKind = algorithm === oids.ec ? curves.get(parameters) : undefined;
  if (keyKind === undefined || bits[0] !== 0x04) return undefined;
  const raw = bits.slice(1);
  return isPoint(keyKind, raw) ? { keyKind, raw } : undefined;
}

/** Whether the key is of a type that certificate paths may have. */
export const isSupported = (key: SubjectKey): boolean => key.algorithm === oids.rsa || pointKeyOf(key) !== undefined;

/** Whether a key of that type makes signatures of that algorithm. */
export const signsWith = ({ algorithm }: SubjectKey, signature: string): boolean =>
  algorithm === oids.rsa
    ? rsaHashes.has(signature)
    : algorithm === oids.ec
      ? ecdsaHashes.has(signature)
      : algorithm === signature;

/** Whether the signature is one of the key over the message. Never throws. */
export function verifiesX509(key: SubjectKey, algorithm: string, message: Bytes, signature: Bytes): boolean {
  try {
    if (key.algorithm === oids.rsa) return verifiesRsa(key.bits, algorithm, message, signature);
    const point = pointKeyOf(key);
    if (point === undefined) return false;
    if (point.keyKind === 'Ed25519') {
      return algorithm === oids.ed25519 && ed25519.verify(signature, message, point.raw, { zip215: false });
    }
    const hash = ecdsaHashes.get(algorithm);
    if (hash === undefined) return false;
    const curve = point.keyKind === 'P-256' ? p256 : p384;
    const options = { prehash: false, lowS: false, format: 'der' } as const;
    return curve.verify(signature, hash(message), Uint8Array.of(0x04, ...point.raw), options);
  } catch {
    // Both libraries throw for signatures and keys that are not well-formed.
    return false;
  }
}

/** Larger moduli than any authority uses would only cost time. */
const largestModulus = 1024;

function verifiesRsa(bits: Bytes, algorithm: string, message: Bytes, signature: Bytes): boolean {
  const key = AsnConvert.parse(bits, RSAPublicKey);
  const [modulus, exponent] = [unsigned(new Uint8Array(key.modulus)), unsigned(new Uint8Array(key.publicExponent))];
  const size = Math.ceil(modulus.toString(16).length / 2);
  const [hash, prefix] = rsaHashes.get(algorithm) ?? [];
  const power = unsigned(signature);
  if (hash === undefined || prefix === undefined || size > largestModulus || signature.length !== size) return false;
  if (power >= modulus || exponent > 0xffff_ffffn) return false;
  const digest = concat(unhex(prefix), hash(message));
  const padding = new Uint8Array(Math.max(size - digest.length - 3, 8)).fill(0xff);
  const expected = concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), digest);
  return sameBytes(bigEndian(modularPower(power, exponent, modulus), size), expected);
}

export function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
