/** X.509 certificates (RFC 5280), as far as they vouch for the root key of a chain. */
import { verify } from 'node:crypto';
import { need } from './cbor.ts';
import type { Key } from './cose.ts';
import { isOnCurve } from './curves.ts';
import type { Element } from './der.ts';
import { childrenOf, elementOf, integerOf, nameOf, oidOf, timeOf } from './der.ts';

interface Algorithm {
  readonly oid: string;
  /** The parameters in DER, as hexadecimal digits; empty where there are none. */
  readonly parameters: string;
}

interface Certificate {
  readonly der: Buffer;
  readonly serial: string;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly algorithm: Algorithm;
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyInfo: Buffer;
  readonly keyAlgorithm: Algorithm;
  readonly keyBits: Buffer;
  readonly extensions: ReadonlyMap<string, { readonly isCritical: boolean; readonly value: Buffer }>;
}

const ids = { subjectKey: '2.5.29.14', keyUsage: '2.5.29.15', constraints: '2.5.29.19', authorityKey: '2.5.29.35' };
const nameConstraints = '2.5.29.30';
const rsa = '1.2.840.113549.1.1.1';
const ec = '1.2.840.10045.2.1';
const ed25519 = '1.3.101.112';
const rsaHashes: Readonly<Partial<Record<string, string>>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
};
const ecHashes: Readonly<Partial<Record<string, string>>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
const curves: Readonly<Partial<Record<string, 'P-256' | 'P-384'>>> = {
  '06082a8648ce3d030107': 'P-256',
  '06052b81040022': 'P-384',
};

function readCertificate(der: Buffer): Certificate {
  const [tbs, outer, signature] = childrenOf(elementOf(der), 3);
  const parts = childrenOf(tbs);
  const at = parts[0]?.tag === 0xa0 ? 1 : 0;
  const [serial, inner, issuer, validity, subject, keyInfo] = parts.slice(at, at + 6);
  need(serial?.tag === 0x02, 'no serial number');
  need(inner?.whole.equals(outer.whole) === true, 'the algorithm is not the same in both places');
  need(signature.tag === 0x03 && signature.body[0] === 0, 'no signature');
  const [notBefore, notAfter] = childrenOf(validity, 2);
  const [keyAlgorithm, keyBits] = childrenOf(keyInfo, 2);
  need(keyBits.tag === 0x03 && keyBits.body[0] === 0, 'no key');
  const extensions = parts.find(({ tag }) => tag === 0xa3);
  return {
    der,
    serial: serial.body.toString('hex'),
    signed: tbs.whole,
    signature: signature.body.subarray(1),
    algorithm: algorithmOf(outer),
    issuer: nameOf(issuer),
    subject: nameOf(subject),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    keyInfo: keyInfo?.whole ?? Buffer.of(),
    keyAlgorithm: algorithmOf(keyAlgorithm),
    keyBits: keyBits.body.subarray(1),
    extensions: extensions ? extensionsOf(childrenOf(extensions)[0]) : new Map(),
  };
}

function algorithmOf(element: Element): Algorithm {
  const [oid, ...parameters] = childrenOf(element);
  return { oid: oidOf(oid), parameters: parameters.map(({ whole }) => whole.toString('hex')).join('') };
}

function extensionsOf(element: Element | undefined): Certificate['extensions'] {
  const found = new Map<string, { readonly isCritical: boolean; readonly value: Buffer }>();
  for (const extension of childrenOf(element)) {
    const [id, ...rest] = childrenOf(extension);
    const value = rest.at(-1);
    need(value?.tag === 0x04, 'no extension');
    need(!found.has(oidOf(id)), 'an extension is there twice');
    found.set(oidOf(id), { isCritical: rest.length === 2 && rest[0]?.body[0] === 0xff, value: value.body });
  }
  return found;
}

/** Whether it may sign certificates, with so many authorities between it and the last one. */
function mayIssue({ extensions }: Certificate, below: number): boolean {
  const [constraints, usage] = [extensions.get(ids.constraints), extensions.get(ids.keyUsage)];
  if (constraints === undefined) return false;
  const [isAuthority, pathLength] = childrenOf(elementOf(constraints.value));
  if (isAuthority?.tag !== 0x01 || isAuthority.body[0] !== 0xff) return false;
  if (usage && ((elementOf(usage.value).body[1] ?? 0) & 0x04) === 0) return false;
  return pathLength === undefined || below <= integerOf(pathLength);
}

function subjectKeyIdOf({ extensions }: Certificate): string | undefined {
  const found = extensions.get(ids.subjectKey);
  return found && elementOf(found.value).body.toString('hex');
}

/** How a certificate tells by which other it was issued: the key, and the issuer and number of its certificate. */
function authorityOf({ extensions }: Certificate): Readonly<Record<'keyId' | 'issuer' | 'serial', string | undefined>> {
  const found = extensions.get(ids.authorityKey);
  const parts = found ? childrenOf(elementOf(found.value)) : [];
  const part = (wanted: number): Element | undefined => parts.find(({ tag }) => tag === wanted);
  const name = part(0xa1) && childrenOf(part(0xa1)).find(({ tag }) => tag === 0xa4);
  return {
    keyId: part(0x80)?.body.toString('hex'),
    issuer: name && nameOf(childrenOf(name)[0]),
    serial: part(0x82)?.body.toString('hex'),
  };
}

function signsWith({ oid }: Algorithm, signature: string): boolean {
  if (oid === rsa) return rsaHashes[signature] !== undefined;
  return oid === ec ? ecHashes[signature] !== undefined : oid === signature;
}

/** Whether one seems to have issued the other: by names, kinds of keys, and key identifiers. */
function issues(issuer: Certificate, subject: Certificate): boolean {
  const [wanted, own] = [authorityOf(subject), subjectKeyIdOf(issuer)];
  return (
    issuer.subject === subject.issuer &&
    signsWith(issuer.keyAlgorithm, subject.algorithm.oid) &&
    (wanted.keyId === undefined || own === undefined || wanted.keyId === own) &&
    (wanted.issuer === undefined || wanted.issuer === issuer.issuer) &&
    (wanted.serial === undefined || wanted.serial === issuer.serial)
  );
}

/** From the last certificate up: the first that issued it among the first and then the others from the end. */
function checkPath(path: readonly Certificate[]): void {
  const [root, ...others] = path;
  const found = others.splice(-1);
  for (let last = found[0]; last && root && !issues(last, last);) {
    need(found.length < path.length, 'a cycle of issuers');
    const subject = last;
    last = [root, ...others.toReversed()].find((one) => issues(one, subject));
    need(last !== undefined, 'an issuer is missing');
    found.push(last);
  }
  need(found.length === path.length, 'certificates that lead nowhere');
  need(
    found.toReversed().every(({ der }, at) => path[at]?.der.equals(der)),
    'certificates in another order',
  );
}

function pointOf({ keyAlgorithm: { oid, parameters }, keyBits }: Certificate): Pick<Key, 'kind' | 'point'> | undefined {
  if (oid === ed25519) {
    return parameters === '' && isOnCurve('Ed25519', keyBits) ? { kind: 'Ed25519', point: keyBits } : undefined;
  }
  const kind = oid === ec ? curves[parameters] : undefined;
  if (kind === undefined || keyBits[0] !== 4) return undefined;
  const point = keyBits.subarray(1);
  return point.length === (kind === 'P-256' ? 64 : 96) && isOnCurve(kind, point) ? { kind, point } : undefined;
}

function isSignedBy({ keyInfo, keyAlgorithm }: Certificate, { algorithm, signed, signature }: Certificate): boolean {
  const hash = keyAlgorithm.oid === ed25519 ? null : (rsaHashes[algorithm.oid] ?? ecHashes[algorithm.oid]);
  if (hash === undefined || !signsWith(keyAlgorithm, algorithm.oid)) return false;
  return verify(hash, signed, { key: keyInfo, format: 'der', type: 'spki' }, signature);
}

/** Checks certificates from a root to that of the root key of a chain. */
export function checkUdsPath(ders: readonly Buffer[], rootKey: Key, at: number | undefined): void {
  need(ders.length <= 16, 'too many certificates');
  need(ders.length >= 2, 'fewer than two certificates');
  const path = ders.map(readCertificate);
  for (const one of path) {
    need(one.keyAlgorithm.oid === rsa || pointOf(one) !== undefined, 'a key of another kind');
    const { oid, parameters } = one.algorithm;
    need(parameters === (rsaHashes[oid] ? '0500' : ''), 'parameters that the algorithm does not have');
  }
  checkPath(path);
  for (const [index, one] of path.entries()) {
    const isLast = index === path.length - 1;
    const below = path.slice(index + 1, -1).filter(({ issuer, subject }) => issuer !== subject).length;
    need(isLast || mayIssue(one, below), 'an issuer that may not issue');
    need(!one.extensions.has(nameConstraints), 'name constraints');
    for (const [id, { isCritical }] of one.extensions) {
      need(!isCritical || Object.values(ids).includes(id), 'a critical extension that is not acted upon');
    }
    need(isSignedBy(path[Math.max(index - 1, 0)] ?? one, one), 'a signature does not hold');
    need(at === undefined || (one.notBefore <= at && at <= one.notAfter), 'not valid at that time');
  }
  const leaf = path.at(-1);
  const key = leaf && pointOf(leaf);
  need(key?.kind === rootKey.kind && key.point.equals(rootKey.point), 'not for the root key');
}
