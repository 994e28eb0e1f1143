/** Key attestations on the command line: paths of certificates, and what a relying party demands of them. */
import { readFileSync } from 'node:fs';
import { readKeyCertificate, rootKeyOf } from '../../model/evidence/key-certificate.ts';
import type { Inquiry } from '../../spec/evidence/verdict.ts';
import type { KeyCertificateFacts, KeyPolicy } from '../../spec/evidence/key.ts';
import { inquireKey } from '../../spec/evidence/key.ts';

export interface KeyFlags {
  readonly root?: readonly string[];
  readonly challenge?: string;
  readonly bootKey?: readonly string[];
  readonly revoked?: readonly string[];
}

const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g;

/** The certificates in PEM, or in DER one after the other; nothing if the bytes are something else. */
export function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const inPem = [...text.matchAll(pem)].map(([, digits = '']) => new Uint8Array(Buffer.from(digits, 'base64')));
  if (inPem.length > 0) return inPem;
  return bytes[0] === 0x30 && bytes[1] === 0x82 ? elementsOf(bytes) : undefined;
}

/** What follows the last whole element counts as one more, which is none. */
function elementsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, form, high = 0, low = 0] = bytes.subarray(at, at + 4);
    const size = tag === 0x30 && form === 0x82 ? 4 + high * 256 + low : bytes.length - at;
    found.push(bytes.slice(at, at + size));
    at += size;
  }
  return found;
}

const isHex = (text: string): boolean => /^(?:[0-9a-f]{2})*$/.test(text);

/** The policy that flags state, or what is wrong with one of them. */
export function keyPolicyOf(flags: KeyFlags, at: number | undefined): KeyPolicy | string {
  const { root = [], challenge, bootKey = [], revoked = [] } = flags;
  const digits = [challenge ?? '', ...bootKey, ...revoked].map((text) => text.toLowerCase());
  const strange = digits.find((text) => !isHex(text));
  if (strange !== undefined) return `--challenge, --boot-key and --revoked take hexadecimal digits, got ${strange}`;
  if (root.length === 0) return 'a key attestation is judged by a root: --root FILE';
  const rootKeys: string[] = [];
  for (const file of root) {
    const keys = keysIn(file);
    if (typeof keys === 'string') return keys;
    rootKeys.push(...keys);
  }
  return {
    rootKeys,
    revoked: revoked.map((text) => text.toLowerCase()),
    bootKeys: bootKey.map((text) => text.toLowerCase()),
    ...(at === undefined ? {} : { at }),
    ...(challenge === undefined ? {} : { challenge: challenge.toLowerCase() }),
  };
}

function keysIn(file: string): readonly string[] | string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return `cannot read ${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`;
  }
  const keys = (certificatesIn(new Uint8Array(bytes)) ?? []).map(rootKeyOf);
  const known = keys.filter((key) => key !== undefined);
  return known.length > 0 && known.length === keys.length ? known : `${file} holds no certificate of a root`;
}

interface KeyAppraisal {
  readonly facts: KeyCertificateFacts;
  readonly inquiry: Inquiry;
}

export function appraiseKeyPath(path: readonly Uint8Array[], policy: KeyPolicy): KeyAppraisal {
  const facts = readKeyCertificate(path);
  return { facts, inquiry: inquireKey(facts, policy) };
}

/** What the first certificate says, line by line; nobody vouches for it unless the verdict says so. */
export function linesOfKey({ described, serials }: KeyCertificateFacts, { challenge }: KeyPolicy): readonly string[] {
  if (described === undefined) return [`${serials.length} certificates`];
  const { version, level, keyMintLevel, rootOfTrust: trust } = described;
  return [
    `${serials.length} certificates, version ${version}, statement of ${level}, key in ${keyMintLevel}`,
    `challenge ${described.challenge || '(empty)'}${challenge === undefined ? ' (not judged: no --challenge)' : ''}`,
    ...(trust === undefined
      ? ['nothing is said of the device']
      : [
          `device ${trust.isLocked ? 'locked' : 'unlocked'}, boot state ${trust.state}`,
          `boot key ${trust.bootKey || '(empty)'}, boot hash ${trust.bootHash ?? '(none)'}`,
        ]),
  ];
}
