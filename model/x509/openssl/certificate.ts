/** Certificates as OpenSSL 3 reads them: what is under the signature in DER, what is around it in other forms too. */
import { AsnConvert } from '@peculiar/asn1-schema';
import { CRLDistributionPoints, ExtendedKeyUsage, NameConstraints, SubjectAlternativeName } from '@peculiar/asn1-x509';
import type { Bytes } from '../../bytes.ts';
import type { Certificate } from '../certificate.ts';
import { readRepeating } from '../certificate.ts';
import type { Element } from '../elements.ts';
import { elementsOf } from '../elements.ts';
import { sequence, signedSequence } from '../write.ts';

export const ids = {
  netscapeType: '2.16.840.1.113730.1.1',
  keyUsage: '2.5.29.15',
  alternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  distributionPoints: '2.5.29.31',
  extendedKeyUsage: '2.5.29.37',
  proxy: '1.3.6.1.5.5.7.1.14',
} as const;
const keyIds: readonly string[] = ['2.5.29.14', '2.5.29.35'];

/** Extensions that may be critical: those on which it acts, or of which it thinks so. */
const supported: readonly string[] = [
  ...Object.values(ids),
  ...['2.5.29.32', '2.5.29.33', '2.5.29.36', '2.5.29.54', '1.3.6.1.5.5.7.48.1.5'],
  ...['1.3.6.1.5.5.7.1.7', '1.3.6.1.5.5.7.1.8'],
];

/** What it reads of every certificate, whether anything asks for it or not; malformed, they spoil the certificate. */
const schemas: ReadonlyMap<string, new () => object> = new Map<string, new () => object>([
  [ids.alternativeName, SubjectAlternativeName],
  [ids.nameConstraints, NameConstraints],
  [ids.distributionPoints, CRLDistributionPoints],
  [ids.extendedKeyUsage, ExtendedKeyUsage],
]);

export interface OpenSslCertificate extends Certificate {
  /** Critical extensions that it does not act upon. */
  readonly unhandled: readonly string[];
  /** Of the first edition, which has no extensions. */
  readonly isFirstEdition: boolean;
  /** The name of its subject in DER. */
  readonly subjectName: Bytes;
}

/** Reads a certificate, and passes over what follows it. Never throws. */
export function readOpenSslCertificate(bytes: Bytes): OpenSslCertificate | undefined {
  const der = withPlainOutside(bytes);
  const certificate = der && readRepeating(der, (id) => !supported.includes(id) && !keyIds.includes(id));
  if (certificate === undefined || !hasSoundExtensions(certificate)) return undefined;
  const parts = elementsOf(elementsOf(certificate.signed)[0]?.body ?? certificate.signed);
  const isFirstEdition = parts[0]?.tag !== versionTag;
  const [validity, subject] = parts.slice(isFirstEdition ? 3 : 4);
  if (validity === undefined || subject === undefined || !elementsOf(validity.body).every(isTime)) return undefined;
  const unhandled = certificate.critical.filter((id) => !supported.includes(id));
  return { ...certificate, unhandled, isFirstEdition, subjectName: subject.whole };
}

const versionTag = 0xa0;
const times: ReadonlyMap<number, RegExp> = new Map([
  [0x17, /^\d{12}Z$/],
  [0x18, /^\d{14}Z$/],
]);
const isTime = ({ tag, body }: Element): boolean => times.get(tag)?.test(String.fromCharCode(...body)) === true;

function hasSoundExtensions({ extensions, keyUsageBits }: Certificate): boolean {
  try {
    for (const [id, schema] of schemas) {
      const value = extensions.get(id);
      if (value) AsnConvert.parse(value, schema);
    }
    return keyUsageBits === undefined || keyUsageBits > 0;
  } catch {
    // The library throws for whatever does not fit the schema.
    return false;
  }
}

/** The certificate with its outermost lengths in their shortest form, and without what follows it. */
function withPlainOutside(bytes: Bytes): Bytes | undefined {
  const outer = looseElement(bytes, 0);
  if (outer?.tag !== tags.sequence) return undefined;
  const signed = looseElement(bytes, outer.body);
  const algorithm = signed && looseElement(bytes, signed.end);
  const signature = algorithm && looseElement(bytes, algorithm.end);
  if (algorithm?.tag !== tags.sequence || signature?.tag !== tags.bitString || bytes[signature.body] !== 0) {
    return undefined;
  }
  const isOver = outer.isOpen
    ? bytes[signature.end] === 0 && bytes[signature.end + 1] === 0
    : signature.end === outer.end;
  if (!isOver) return undefined;
  return signedSequence(
    bytes.slice(outer.body, signed?.end),
    sequence(bytes.slice(algorithm.body, algorithm.end)),
    bytes.slice(signature.body + 1, signature.end),
  );
}

const tags = { sequence: 0x30, bitString: 0x03 } as const;
const openLength = 0x80;
const mostLengthBytes = 8;

interface Loose {
  readonly tag: number;
  /** Where it begins, and where it ends; an open length ends with two zeros somewhere. */
  readonly body: number;
  readonly end: number;
  readonly isOpen: boolean;
}

/** An element whose length may have zeros in front, or be left open. */
function looseElement(bytes: Bytes, at: number): Loose | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  if (first === openLength) return { tag, body: at + 2, end: bytes.length, isOpen: true };
  const more = first < openLength ? 0 : first & 0x7f;
  if (more > mostLengthBytes) return undefined;
  const body = at + 2 + more;
  const size = more === 0 ? first : bytes.slice(at + 2, body).reduce((sum, byte) => sum * 256 + byte, 0);
  return body + size <= bytes.length ? { tag, body, end: body + size, isOpen: false } : undefined;
}
