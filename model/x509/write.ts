/** DER out of its parts, and certificates out of theirs. */
import type { Bytes } from '../bytes.ts';
import { ascii, bigEndian, concat } from '../bytes.ts';
import type { PublicKey } from '../cose/key.ts';
import type { PrivateKey } from '../cose/signature.ts';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { RsaPrivateKey } from '../rsa.ts';
import { publicKeyOf, signRsa, signedHashes } from '../rsa.ts';

/** An authority with a key of RSA, which signs with SHA-256. */
export interface RsaAuthority extends RsaPrivateKey {
  readonly keyKind: 'RSA';
}

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

function element(tag: number | Bytes, ...parts: readonly Bytes[]): Bytes {
  const body = concat(...parts);
  const size = BigInt(body.length);
  const bytes = body.length < 0x80 ? 0 : Math.ceil(size.toString(16).length / 2);
  const length = bytes === 0 ? [body.length] : [0x80 | bytes, ...bigEndian(size, bytes)];
  return concat(typeof tag === 'number' ? Uint8Array.of(tag) : tag, Uint8Array.from(length), body);
}

export const sequence = (...parts: readonly Bytes[]): Bytes => element(tags.sequence, ...parts);
export const octetString = (bytes: Bytes): Bytes => element(tags.octetString, bytes);
export const utf8String = (text: Bytes): Bytes => element(tags.utf8, text);
export const enumerated = (value: number): Bytes => element(tags.enumerated, Uint8Array.of(value));
export const truth = (value: boolean): Bytes => element(tags.boolean, Uint8Array.of(value ? 0xff : 0));
/** A part with the number that tells it from other optional parts. */
export const explicit = (number: number, part: Bytes): Bytes =>
  element(number < 0x1f ? 0xa0 | number : Uint8Array.of(0xbf, ...base128(number)), part);
const implicit = (number: number, bytes: Bytes): Bytes => element(0x80 | number, bytes);
export const setOf = (...parts: readonly Bytes[]): Bytes => element(tags.set, ...parts);
const bitString = (bytes: Bytes, unused = 0): Bytes => element(tags.bitString, Uint8Array.of(unused), bytes);

/** An integer that is not negative: no more zeros in front than its sign takes. */
export function integer(value: bigint): Bytes {
  const size = Math.max(1, Math.ceil((value.toString(2).length + 1) / 8));
  return element(tags.integer, bigEndian(value, size));
}

function oid(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(tags.oid, Uint8Array.from([40 * first + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const low = value % 128;
  const above = Math.floor(value / 128);
  return above === 0 ? [low] : [...base128(above).map((byte) => byte | 0x80), low];
}

/** A time as X.509 writes it: with two digits of the year up to 2049. */
const time = (digits: string): Bytes =>
  element(digits.length === 13 ? tags.utcTime : tags.generalizedTime, ascii(digits));

/** A name of one part: what the part is, and its text. */
export const name = (part: string, text: string): Bytes => nameOf(part, element(tags.printable, ascii(text)));
export const nameInUtf8 = (part: string, text: string): Bytes => nameOf(part, element(tags.utf8, ascii(text)));

const nameOf = (part: string, text: Bytes): Bytes => sequence(element(tags.set, sequence(oid(part), text)));

export const nameParts = { serialNumber: '2.5.4.5', commonName: '2.5.4.3' } as const;

export interface Extension {
  readonly id: string;
  readonly critical?: boolean;
  readonly value: Bytes;
}

const extension = ({ id, critical = false, value }: Extension): Bytes =>
  sequence(oid(id), ...(critical ? [truth(true)] : []), octetString(value));

/** The usual extensions, by what they say. */
export const extensions = {
  authorityKeyId: (id: Bytes): Extension => ({ id: '2.5.29.35', value: sequence(implicit(0, id)) }),
  subjectKeyId: (id: Bytes): Extension => ({ id: '2.5.29.14', value: octetString(id) }),
  /** For signing certificates and nothing else. */
  keyCertSign: (): Extension => ({ id: '2.5.29.15', critical: true, value: bitString(Uint8Array.of(0x04), 2) }),
  authority: (pathLength?: number): Extension => ({
    id: '2.5.29.19',
    critical: true,
    value: sequence(truth(true), ...(pathLength === undefined ? [] : [integer(BigInt(pathLength))])),
  }),
} as const;

const signatureAlgorithms = {
  RSA: '1.2.840.113549.1.1.11',
  Ed25519: '1.3.101.112',
  'P-256': '1.2.840.10045.4.3.2',
  'P-384': '1.2.840.10045.4.3.3',
} as const;

const ecPublicKey = '1.2.840.10045.2.1';
const namedCurves = { 'P-256': '1.2.840.10045.3.1.7', 'P-384': '1.3.132.0.34' } as const;

const rsaEncryption = '1.2.840.113549.1.1.1';
const asNull = Uint8Array.of(0x05, 0);

function subjectKeyInfo(key: PublicKey | RsaAuthority, parameters?: Bytes): Bytes {
  if (key.keyKind === 'RSA') {
    const algorithm = sequence(oid(rsaEncryption), asNull);
    const { modulus, exponent } = publicKeyOf(key);
    return sequence(algorithm, bitString(sequence(integer(modulus), integer(exponent))));
  }
  const { keyKind, raw } = key;
  if (keyKind === 'Ed25519') {
    return sequence(sequence(oid(signatureAlgorithms.Ed25519), parameters ?? new Uint8Array()), bitString(raw));
  }
  const algorithm = sequence(oid(ecPublicKey), oid(namedCurves[keyKind]));
  return sequence(algorithm, bitString(concat(Uint8Array.of(0x04), raw)));
}

/** What is signed, by which algorithm, and the signature: the outermost form of a certificate. */
export const signedSequence = (signed: Bytes, algorithm: Bytes, signature: Bytes): Bytes =>
  sequence(signed, algorithm, bitString(signature));

export interface CertificateParts {
  readonly serial: bigint;
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: PublicKey | RsaAuthority;
  readonly extensions: readonly Extension[];
  /** In place of the parameters that the algorithm of the signature has. */
  readonly parameters?: Bytes;
  /** The parameters of a key of Ed25519, which has none. */
  readonly keyParameters?: Bytes;
}

/** The certificate, signed; ECDSA signatures are in DER, as X.509 has them. */
export function writeCertificate(parts: CertificateParts, signer: PrivateKey | RsaAuthority): Bytes {
  const parameters = signer.keyKind === 'RSA' ? asNull : new Uint8Array();
  const algorithm = sequence(oid(signatureAlgorithms[signer.keyKind]), parts.parameters ?? parameters);
  const signed = sequence(
    explicit(0, integer(2n)),
    integer(parts.serial),
    algorithm,
    parts.issuer,
    sequence(time(parts.notBefore), time(parts.notAfter)),
    parts.subject,
    subjectKeyInfo(parts.key, parts.keyParameters),
    explicit(3, sequence(...parts.extensions.map(extension))),
  );
  return signedSequence(signed, algorithm, signatureOf(signer, signed));
}

function signatureOf(signer: PrivateKey | RsaAuthority, message: Bytes): Bytes {
  if (signer.keyKind === 'RSA') return signRsa(signer, signedHashes.sha256, sha256(message));
  const { keyKind, secret } = signer;
  if (keyKind === 'Ed25519') return ed25519.sign(message, secret);
  return (keyKind === 'P-256' ? p256 : p384).sign(message, secret, { format: 'der', lowS: false });
}
