/** Signatures on certificates: Ed25519, ECDSA on P-256 and P-384, and RSA with PKCS #1 v1.5. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { AsnConvert } from '@peculiar/asn1-schema';
import { RSAPublicKey } from '@peculiar/asn1-rsa';
import type { Bytes } from '../bytes.ts';
import { unsigned } from '../bytes.ts';
import { isPoint } from '../cose/key.ts';
import type { PublicKey } from '../cose/key.ts';
import type { RsaPublicKey, SignedHash } from '../rsa.ts';
import { signedHashes, verifiesRsa } from '../rsa.ts';
import type { SubjectKey } from './certificate.ts';

export const oids = {
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

const rsaHashes: ReadonlyMap<string, SignedHash> = new Map<string, SignedHash>([
  ['1.2.840.113549.1.1.11', signedHashes.sha256],
  ['1.2.840.113549.1.1.12', signedHashes.sha384],
  ['1.2.840.113549.1.1.13', signedHashes.sha512],
]);

/** The key as a point, where it is one on a curve that DICE knows. */
export function pointKeyOf({ algorithm, parameters, bits }: SubjectKey): PublicKey | undefined {
  if (algorithm === oids.ed25519) {
    return parameters === '' && isPoint('Ed25519', bits) ? { keyKind: 'Ed25519', raw: bits } : undefined;
  }
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
    if (key.algorithm === oids.rsa) return verifies(key.bits, algorithm, message, signature);
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

/** The key as numbers. Throws for bytes that are none. */
export function rsaKeyOf(bits: Bytes): RsaPublicKey {
  const { modulus, publicExponent } = AsnConvert.parse(bits, RSAPublicKey);
  return { modulus: unsigned(new Uint8Array(modulus)), exponent: unsigned(new Uint8Array(publicExponent)) };
}

function verifies(bits: Bytes, algorithm: string, message: Bytes, signature: Bytes): boolean {
  const hash = rsaHashes.get(algorithm);
  return hash !== undefined && verifiesRsa(rsaKeyOf(bits), hash, hash.of(message), signature);
}
