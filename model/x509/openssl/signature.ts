/** Keys and signatures of certificates as OpenSSL 3 takes them: more curves, more hashes, and any point of Ed25519. */
import { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { RsaSaPssParams } from '@peculiar/asn1-rsa';
import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import type { Bytes } from '../../bytes.ts';
import { unhex } from '../../bytes.ts';
import type { PublicKey } from '../../cose/key.ts';
import { verifiesUnderAnyPoint } from '../../cose/signature.ts';
import type { RsaPublicKey, SignedHash } from '../../rsa.ts';
import { verifiesPss, verifiesRsa } from '../../rsa.ts';
import type { Certificate, SubjectKey } from '../certificate.ts';
import { oids, rsaKeyOf } from '../verify.ts';

type Hash = (bytes: Bytes) => Bytes;

/** The two of NIST that the library does not have, by their prime, coefficients, order and base point (SEC 2). */
const curveOf = (p: bigint, b: bigint, n: bigint, gx: bigint, gy: bigint): typeof p256 =>
  ecdsa(weierstrass({ p, a: p - 3n, b, n, h: 1n, Gx: gx, Gy: gy }), sha256);
const p192 = curveOf(
  0xfffffffffffffffffffffffffffffffeffffffffffffffffn,
  0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1n,
  0xffffffffffffffffffffffff99def836146bc9b1b4d22831n,
  0x188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012n,
  0x07192b95ffc8da78631011ed6b24cdd573f977a11e794811n,
);
const p224 = curveOf(
  0xffffffffffffffffffffffffffffffff000000000000000000000001n,
  0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
  0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
  0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
  0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
);

/** Curves with a name, by the DER of their object identifiers; written out as numbers, a curve is none. */
const curves: ReadonlyMap<string, typeof p256> = new Map<string, typeof p256>([
  ['06082a8648ce3d030101', p192],
  ['06052b81040021', p224],
  ['06082a8648ce3d030107', p256],
  ['06052b81040022', p384],
  ['06052b81040023', p521],
  ['06052b8104000a', secp256k1],
  ['06092b2403030208010107', brainpoolP256r1],
  ['06092b240303020801010b', brainpoolP384r1],
  ['06092b240303020801010d', brainpoolP512r1],
]);

const ecdsaHashes: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ['1.2.840.10045.4.1', sha1],
  ['1.2.840.10045.4.3.1', sha224],
  ['1.2.840.10045.4.3.2', sha256],
  ['1.2.840.10045.4.3.3', sha384],
  ['1.2.840.10045.4.3.4', sha512],
]);

/** A hash with the object identifier that PKCS #1 names it by, as DER. */
const signed = (of: Hash, size: number, oid: string): SignedHash => {
  const named = `06${byte(oid.length / 2)}${oid}0500`;
  const inner = `30${byte(named.length / 2)}${named}04${byte(size)}`;
  return { of, size, prefix: unhex(`30${byte(inner.length / 2 + size)}${inner}`) };
};
const byte = (value: number): string => value.toString(16).padStart(2, '0');
const nist = '6086480165030402';

const rsaHashes: ReadonlyMap<string, SignedHash> = new Map([
  ['1.2.840.113549.1.1.4', signed(md5, 16, '2a864886f70d0205')],
  ['1.2.840.113549.1.1.5', signed(sha1, 20, '2b0e03021a')],
  ['1.2.840.113549.1.1.11', signed(sha256, 32, `${nist}01`)],
  ['1.2.840.113549.1.1.12', signed(sha384, 48, `${nist}02`)],
  ['1.2.840.113549.1.1.13', signed(sha512, 64, `${nist}03`)],
  ['1.2.840.113549.1.1.14', signed(sha224, 28, `${nist}04`)],
  ['2.16.840.1.101.3.4.3.13', signed(sha3_224, 28, `${nist}07`)],
  ['2.16.840.1.101.3.4.3.14', signed(sha3_256, 32, `${nist}08`)],
  ['2.16.840.1.101.3.4.3.15', signed(sha3_384, 48, `${nist}09`)],
  ['2.16.840.1.101.3.4.3.16', signed(sha3_512, 64, `${nist}0a`)],
]);

const ed25519Bytes = 32;

/** Whether the key is one of RSA, of Ed25519, or a point of a curve with a name, in any form of SEC 1. */
export function isOpenSslKey({ algorithm, parameters, bits }: SubjectKey): boolean {
  if (algorithm === oids.ed25519) return parameters === '' && bits.length === ed25519Bytes;
  const curve = curves.get(parameters);
  try {
    if (algorithm === oids.rsa) return rsaKeyOf(bits).modulus > 0n;
    return algorithm === oids.ec && curve !== undefined && pointOf(curve, bits) !== undefined;
  } catch {
    // Both libraries throw for what is no key.
    return false;
  }
}

/** The point, which may be written whole, by one coordinate, or whole with the sign of the other (SEC 1, 2.3.3). */
function pointOf(curve: typeof p256, bits: Bytes) {
  const [first = 0, last = 0] = [bits[0], bits.at(-1)];
  const isHybrid = first === 0x06 || first === 0x07;
  if (isHybrid && (first & 1) !== (last & 1)) return undefined;
  const point = curve.Point.fromBytes(isHybrid ? Uint8Array.of(0x04, ...bits.subarray(1)) : bits);
  point.assertValidity();
  return point;
}

/** Whether both are the same key. */
export function isSameKey({ algorithm, parameters, bits }: SubjectKey, { keyKind, raw }: PublicKey): boolean {
  const named = keyKind === 'Ed25519' ? '' : keyKind === 'P-256' ? '06082a8648ce3d030107' : '06052b81040022';
  if (parameters !== named || (algorithm === oids.ed25519) !== (keyKind === 'Ed25519')) return false;
  const curve = curves.get(named);
  try {
    const found = curve === undefined ? bits : pointOf(curve, bits)?.toBytes(false).slice(1);
    return found?.length === raw.length && found.every((one, at) => one === raw[at]);
  } catch {
    // The library throws for what is no point.
    return false;
  }
}

const pss = '1.2.840.113549.1.1.10';
const maskByHash = '1.2.840.113549.1.1.8';
/** The hashes that PSS goes by, by their object identifiers. */
const pssHashes: ReadonlyMap<string, Pick<SignedHash, 'of' | 'size'>> = new Map([
  ['1.3.14.3.2.26', { of: sha1, size: 20 }],
  ['2.16.840.1.101.3.4.2.4', { of: sha224, size: 28 }],
  ['2.16.840.1.101.3.4.2.1', { of: sha256, size: 32 }],
  ['2.16.840.1.101.3.4.2.2', { of: sha384, size: 48 }],
  ['2.16.840.1.101.3.4.2.3', { of: sha512, size: 64 }],
]);

/** Whether a key of that type makes signatures of that algorithm. */
export const signsWithOpenSsl = ({ algorithm }: SubjectKey, signature: string): boolean =>
  algorithm === oids.rsa
    ? rsaHashes.has(signature) || signature === pss
    : algorithm === oids.ec
      ? ecdsaHashes.has(signature)
      : algorithm === signature;

type Signed = Pick<Certificate, 'signatureAlgorithm' | 'signatureParameters' | 'signed' | 'signature'>;

/** Whether the signature is one of the key over the message. Never throws. */
export function verifiesOpenSsl(key: SubjectKey, one: Signed): boolean {
  const { signatureAlgorithm: algorithm, signed: message, signature } = one;
  try {
    if (key.algorithm === oids.ed25519) {
      return algorithm === oids.ed25519 && verifiesUnderAnyPoint(key.bits, message, signature);
    }
    if (key.algorithm === oids.rsa) return verifiesAsRsa(rsaKeyOf(key.bits), one);
    const [curve, hash] = [curves.get(key.parameters), ecdsaHashes.get(algorithm)];
    const point = curve && pointOf(curve, key.bits)?.toBytes(false);
    const options = { prehash: false, lowS: false, format: 'der' } as const;
    return (
      point !== undefined && hash !== undefined && curve?.verify(signature, hash(message), point, options) === true
    );
  } catch {
    // The libraries throw for signatures and keys that are not well-formed.
    return false;
  }
}

function verifiesAsRsa(key: RsaPublicKey, one: Signed): boolean {
  const { signatureAlgorithm: algorithm, signatureParameters: parameters, signed: message, signature } = one;
  const hash = rsaHashes.get(algorithm);
  if (hash) return verifiesRsa(key, hash, hash.of(message), signature);
  if (algorithm !== pss) return false;
  const { hashAlgorithm, maskGenAlgorithm, saltLength } = AsnConvert.parse(unhex(parameters), RsaSaPssParams);
  const ofPss = pssHashes.get(hashAlgorithm.algorithm);
  const { parameters: ofMask } = maskGenAlgorithm;
  // why: masks by another hash than that of the message are in no certificate.
  const isSame = ofMask && AsnConvert.parse(ofMask, AlgorithmIdentifier).algorithm === hashAlgorithm.algorithm;
  if (ofPss === undefined || !isSame || maskGenAlgorithm.algorithm !== maskByHash) return false;
  return verifiesPss(key, ofPss, message, signature, saltLength);
}
