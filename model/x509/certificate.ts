/** X.509 certificates: what a path is checked by, out of DER. */
import { AsnConvert } from '@peculiar/asn1-schema';
import type { OctetString } from '@peculiar/asn1-schema';
import type { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as Asn1Certificate,
  SubjectPublicKeyInfo,
  KeyUsage,
  KeyUsageFlags,
  SubjectKeyIdentifier,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import type { Bytes } from '../bytes.ts';
import { hex, sameBytes } from '../bytes.ts';
import { isDer } from './der.ts';
import { canonicalName, readableName } from './name.ts';
import { signedSequence } from './write.ts';

export interface Certificate {
  readonly der: Bytes;
  readonly serial: string;
  /** The number, and the name of its issuer, by which a certificate says who issued it; undefined where it does not. */
  readonly authoritySerial: string | undefined;
  readonly authorityIssuer: string | undefined;
  /** The received bytes that the issuer has signed. */
  readonly signed: Bytes;
  readonly signature: Bytes;
  readonly signatureAlgorithm: string;
  /** Its parameters as DER, in hexadecimal digits; empty where there are none. */
  readonly signatureParameters: string;
  /** The parameters of the algorithm are those that it has: NULL for RSA, and none for the others. */
  readonly hasPlainAlgorithm: boolean;
  /** Names in the form in which they are compared. */
  readonly issuer: string;
  readonly subject: string;
  /** The same as a reader reads them. */
  readonly readable: { readonly issuer: string; readonly subject: string };
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: SubjectKey;
  /** The same in DER. */
  readonly keyInfo: Bytes;
  readonly isAuthority: boolean;
  /** How many authorities may stand between this one and the leaf; undefined means any number. */
  readonly pathLength: number | undefined;
  /** Undefined where no key usage is given, which permits all. */
  readonly maySignCertificates: boolean | undefined;
  /** What the key may be used for, as bits; undefined where nothing is said. */
  readonly keyUsageBits: number | undefined;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** The extensions that are critical, by their object identifiers, and those of them that nothing here acts upon. */
  readonly critical: readonly string[];
  readonly otherCritical: readonly string[];
  /** What each extension holds, by its object identifier. */
  readonly extensions: ReadonlyMap<string, Bytes>;
}

/** The algorithm by its object identifier, its parameters as DER, and the key itself. */
export interface SubjectKey {
  readonly algorithm: string;
  readonly parameters: string;
  readonly bits: Bytes;
}

/** Reads a certificate, or gives undefined for whatever is not one in DER. Never throws. */
export const readCertificate = (der: Bytes): Certificate | undefined => readRepeating(der, () => false);

/** The same where some extensions may stand twice. */
export function readRepeating(der: Bytes, mayRepeat: (id: string) => boolean): Certificate | undefined {
  if (!isDer(der)) return undefined;
  try {
    return parse(der, mayRepeat);
  } catch {
    // The library throws for whatever does not fit the schema.
    return undefined;
  }
}

const subjectKeyOf = ({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): SubjectKey => ({
  algorithm: algorithm.algorithm,
  parameters: parametersOf(algorithm),
  bits: new Uint8Array(subjectPublicKey),
});

/** Reads a key in the form in which certificates have it, or gives undefined for what is none. Never throws. */
export function readSubjectKey(der: Bytes): SubjectKey | undefined {
  if (!isDer(der)) return undefined;
  try {
    return subjectKeyOf(AsnConvert.parse(der, SubjectPublicKeyInfo));
  } catch {
    // The library throws for whatever does not fit the schema.
    return undefined;
  }
}

const understood: readonly string[] = [
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  id_ce_authorityKeyIdentifier,
];

function parse(der: Bytes, mayRepeat: (id: string) => boolean): Certificate | undefined {
  const certificate = AsnConvert.parse(der, Asn1Certificate);
  const { tbsCertificate, tbsCertificateRaw } = certificate;
  if (tbsCertificateRaw === undefined) return undefined;
  const [signed, signature] = [new Uint8Array(tbsCertificateRaw), new Uint8Array(certificate.signatureValue)];
  // why: what is around the signed part is under no signature, and the library takes it in more than one form.
  const algorithm = new Uint8Array(AsnConvert.serialize(certificate.signatureAlgorithm));
  if (!sameBytes(der, signedSequence(signed, algorithm, signature))) return undefined;
  // why: under the signature the algorithm stands once more, and there with its parameters too.
  if (!sameBytes(algorithm, new Uint8Array(AsnConvert.serialize(tbsCertificate.signature)))) return undefined;
  const extensions = Array.from(tbsCertificate.extensions ?? []);
  const ids = extensions.map(({ extnID }) => extnID).filter((id) => !mayRepeat(id));
  if (new Set(ids).size !== ids.length) return undefined;
  const find = <T>(id: string, type: new () => T): T | undefined => {
    const found = extensions.find(({ extnID }) => extnID === id);
    return found && AsnConvert.parse(found.extnValue.buffer, type);
  };
  const constraints = find(id_ce_basicConstraints, BasicConstraints);
  const usage = find(id_ce_keyUsage, KeyUsage);
  const authority = find(id_ce_authorityKeyIdentifier, AuthorityKeyIdentifier);
  const info = tbsCertificate.subjectPublicKeyInfo;
  const critical = extensions.filter((one) => one.critical).map(({ extnID }) => extnID);
  return {
    der,
    serial: hex(new Uint8Array(tbsCertificate.serialNumber)),
    signed,
    signature,
    signatureAlgorithm: certificate.signatureAlgorithm.algorithm,
    signatureParameters: parametersOf(certificate.signatureAlgorithm),
    hasPlainAlgorithm: isPlain(certificate.signatureAlgorithm),
    issuer: nameOf(tbsCertificate.issuer),
    subject: nameOf(tbsCertificate.subject),
    readable: { issuer: readableOf(tbsCertificate.issuer), subject: readableOf(tbsCertificate.subject) },
    notBefore: tbsCertificate.validity.notBefore.getTime().getTime(),
    notAfter: tbsCertificate.validity.notAfter.getTime().getTime(),
    key: subjectKeyOf(info),
    keyInfo: new Uint8Array(AsnConvert.serialize(info)),
    isAuthority: constraints?.cA === true,
    pathLength: constraints?.pathLenConstraint,
    keyUsageBits: usage?.toNumber(),
    maySignCertificates: usage && (usage.toNumber() & KeyUsageFlags.keyCertSign) !== 0,
    subjectKeyId: keyId(find(id_ce_subjectKeyIdentifier, SubjectKeyIdentifier)),
    authorityKeyId: keyId(authority?.keyIdentifier),
    authoritySerial: authority?.authorityCertSerialNumber && hex(new Uint8Array(authority.authorityCertSerialNumber)),
    authorityIssuer: authority?.authorityCertIssuer?.flatMap(({ directoryName: one }) => (one ? [nameOf(one)] : []))[0],
    critical,
    otherCritical: critical.filter((id) => !understood.includes(id)),
    extensions: new Map(extensions.map(({ extnID, extnValue }) => [extnID, new Uint8Array(extnValue.buffer)])),
  };
}

const nameOf = (name: object): string => canonicalName(new Uint8Array(AsnConvert.serialize(name)));
const readableOf = (name: object): string => readableName(new Uint8Array(AsnConvert.serialize(name)));

const rsaAlgorithms = '1.2.840.113549.1.1.';
const asNull = '0500';

/** The parameters in DER; the library has null for NULL, and nothing for none. */
const parametersOf = ({ parameters }: AlgorithmIdentifier): string =>
  parameters ? hex(new Uint8Array(parameters)) : parameters === null ? asNull : '';

/** Whether the parameters are what the algorithm has (RFC 4055, RFC 5758, RFC 8410). */
const isPlain = (algorithm: AlgorithmIdentifier): boolean =>
  parametersOf(algorithm) === (algorithm.algorithm.startsWith(rsaAlgorithms) ? asNull : '');

const keyId = (id: OctetString | undefined): string | undefined => id && hex(new Uint8Array(id.buffer));
