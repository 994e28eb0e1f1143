/** X.509 certificates: what a path is checked by, out of DER. */
import { AsnConvert } from '@peculiar/asn1-schema';
import type { OctetString } from '@peculiar/asn1-schema';
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
import { signedSequence } from './write.ts';

export interface Certificate {
  readonly der: Bytes;
  readonly serial: string;
  /** The received bytes that the issuer has signed. */
  readonly signed: Bytes;
  readonly signature: Bytes;
  readonly signatureAlgorithm: string;
  /** Names as their DER, for names are compared as bytes. */
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
  readonly unknownCritical: boolean;
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
  const signatureAlgorithm = certificate.signatureAlgorithm.algorithm;
  if (tbsCertificateRaw === undefined || tbsCertificate.signature.algorithm !== signatureAlgorithm) return undefined;
  const [signed, signature] = [new Uint8Array(tbsCertificateRaw), new Uint8Array(certificate.signatureValue)];
  // why: what is around the signed part is under no signature, and the library takes it in more than one form.
  const algorithm = new Uint8Array(AsnConvert.serialize(certificate.signatureAlgorithm));
  if (!sameBytes(der, signedSequence(signed, algorithm, signature))) return undefined;
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
    signatureAlgorithm,
    issuer: derOf(tbsCertificate.issuer),
    subject: derOf(tbsCertificate.subject),
    notBefore: tbsCertificate.validity.notBefore.getTime().getTime(),
    notAfter: tbsCertificate.validity.notAfter.getTime().getTime(),
    key: subjectKeyOf(info),
    keyInfo: new Uint8Array(AsnConvert.serialize(info)),
    isAuthority: constraints?.cA === true,
    pathLength: constraints?.pathLenConstraint,
    maySignCertificates: usage && (usage.toNumber() & KeyUsageFlags.keyCertSign) !== 0,
    subjectKeyId: keyId(find(id_ce_subjectKeyIdentifier, SubjectKeyIdentifier)),
    authorityKeyId: keyId(find(id_ce_authorityKeyIdentifier, AuthorityKeyIdentifier)?.keyIdentifier),
    unknownCritical: extensions.some(({ extnID, critical }) => critical && !understood.includes(extnID)),
    extensions: new Map(extensions.map(({ extnID, extnValue }) => [extnID, new Uint8Array(extnValue.buffer)])),
  };
}

const derOf = (value: object): string => hex(new Uint8Array(AsnConvert.serialize(value)));
const keyId = (id: OctetString | undefined): string | undefined => id && hex(new Uint8Array(id.buffer));
