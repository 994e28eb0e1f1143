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
import { canonicalName } from './name.ts';
import { signedSequence } from './write.ts';

export interface Certificate {
  readonly der: Bytes;
  readonly serial: string;
  /** The received bytes that the issuer has signed. */
  readonly signed: Bytes;
  readonly signature: Bytes;
  readonly signatureAlgorithm: string;
  /** The parameters of the algorithm are those that it has: NULL for RSA, and none for the others. */
  readonly hasPlainAlgorithm: boolean;
  /** Names in the form in which they are compared. */
  readonly issuer: string;
  readonly subject: string;
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
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** The extensions that are critical and that nothing here acts upon, by their object identifiers. */
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
export function readCertificate(der: Bytes): Certificate | undefined {
  if (!isDer(der)) return undefined;
  try {
    return parse(der);
  } catch {
    // The library throws for whatever does not fit the schema.
    return undefined;
  }
}

const subjectKeyOf = ({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): SubjectKey => ({
  algorithm: algorithm.algorithm,
  parameters: algorithm.parameters ? hex(new Uint8Array(algorithm.parameters)) : '',
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

function parse(der: Bytes): Certificate | undefined {
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
  if (new Set(extensions.map(({ extnID }) => extnID)).size !== extensions.length) return undefined;
  const find = <T>(id: string, type: new () => T): T | undefined => {
    const found = extensions.find(({ extnID }) => extnID === id);
    return found && AsnConvert.parse(found.extnValue.buffer, type);
  };
  const constraints = find(id_ce_basicConstraints, BasicConstraints);
  const usage = find(id_ce_keyUsage, KeyUsage);
  const info = tbsCertificate.subjectPublicKeyInfo;
  return {
    der,
    serial: hex(new Uint8Array(tbsCertificate.serialNumber)),
    signed,
    signature,
    signatureAlgorithm: certificate.signatureAlgorithm.algorithm,
    hasPlainAlgorithm: isPlain(certificate.signatureAlgorithm),
    issuer: nameOf(tbsCertificate.issuer),
    subject: nameOf(tbsCertificate.subject),
    notBefore: tbsCertificate.validity.notBefore.getTime().getTime(),
    notAfter: tbsCertificate.validity.notAfter.getTime().getTime(),
    key: subjectKeyOf(info),
    keyInfo: new Uint8Array(AsnConvert.serialize(info)),
    isAuthority: constraints?.cA === true,
    pathLength: constraints?.pathLenConstraint,
    maySignCertificates: usage && (usage.toNumber() & KeyUsageFlags.keyCertSign) !== 0,
    subjectKeyId: keyId(find(id_ce_subjectKeyIdentifier, SubjectKeyIdentifier)),
    authorityKeyId: keyId(find(id_ce_authorityKeyIdentifier, AuthorityKeyIdentifier)?.keyIdentifier),
    otherCritical: extensions
      .filter(({ extnID, critical }) => critical && !understood.includes(extnID))
      .map(({ extnID }) => extnID),
    extensions: new Map(extensions.map(({ extnID, extnValue }) => [extnID, new Uint8Array(extnValue.buffer)])),
  };
}

const nameOf = (name: object): string => canonicalName(new Uint8Array(AsnConvert.serialize(name)));

const rsaAlgorithms = '1.2.840.113549.1.1.';
const asNull = '0500';

/** Whether the parameters are what the algorithm has (RFC 4055, RFC 5758, RFC 8410). */
function isPlain({ algorithm, parameters }: AlgorithmIdentifier): boolean {
  const found = parameters ? hex(new Uint8Array(parameters)) : parameters === null ? asNull : '';
  return found === (algorithm.startsWith(rsaAlgorithms) ? asNull : '');
}

const keyId = (id: OctetString | undefined): string | undefined => id && hex(new Uint8Array(id.buffer));
