/** Requests of version 2, opened with the keys that were published for tests. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Version2Facts } from '../../spec/evidence/facts.ts';
import type { Bytes } from '../bytes.ts';
import { compareBytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { decode, isArray, isBytes, isMap } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import type { Rules } from '../cbor/reader.ts';
import { openWithPublished } from '../cose/encrypt.ts';
import type { ReadSigned } from '../cose/sign1.ts';
import { isSoundHeader, readHeader, readSigned } from '../cose/sign1.ts';
import type { ReadChain } from './chain.ts';
import { chainOf } from './chain.ts';

export interface Opened {
  readonly facts: Version2Facts;
  readonly chain: ReadChain;
  readonly signed: ReadSigned;
  readonly deviceInfo: Cbor | undefined;
}

/** What the device says of itself, a challenge, protected data, and keys under a MAC. Throws an EncodingError. */
export function openVersion2(items: readonly Cbor[], rules: Rules): Opened {
  const [described, challenge, protectedData, keys] = [items[0], ...items.slice(-3)];
  const [deviceInfo] = isArray(described) ? described : [];
  const tag = macOf(keys, rules);
  const plaintext = protectedData === undefined ? undefined : openWithPublished(protectedData, rules);
  const inner = plaintext === undefined ? null : decode(plaintext, rules);
  const [mac = null, links = null, certificates = new Map()] = isArray(inner) ? inner : [];
  const chain = chainOf(links, rules);
  const isWhole =
    items.length >= 4 &&
    isArray(described) &&
    described.length === 2 &&
    isBytes(challenge) &&
    tag !== undefined &&
    isArray(inner) &&
    (inner.length === 2 || inner.length === 3) &&
    areCertificates(certificates);
  const isOpen = isWhole && isCanonical(deviceInfo);
  const aad = isOpen ? encode([challenge, deviceInfo ?? null, tag]) : undefined;
  const signed = readSigned(mac, chain.leafKey, rules, aad);
  return { facts: { isOpen }, chain, signed, deviceInfo };
}

/** The tag of a COSE_Mac0, if it is one. */
function macOf(value: Cbor | undefined, rules: Rules): Bytes | undefined {
  const [protectedBytes, unprotectedHeader, payload, tag] = isArray(value) ? value : [];
  if (!isArray(value) || value.length !== 4 || !isBytes(protectedBytes) || !isBytes(tag)) return undefined;
  if (!isBytes(payload) && payload !== null) return undefined;
  const header = readHeader(protectedBytes, rules);
  const areSound = header && [header, unprotectedHeader].every((one) => isMap(one) && isSoundHeader(one, rules));
  return areSound ? tag : undefined;
}

/** Certificates by the names of who signs; nobody looks into them. */
const areCertificates = (value: Cbor): boolean =>
  isMap(value) &&
  [...value].every(([signer, path]) => typeof signer === 'string' && isArray(path) && path.every(isBytes));

/** A map whose keys, which are texts, stand by their lengths first (RFC 8949, 4.2.3). */
function isCanonical(value: Cbor | undefined): boolean {
  if (!isMap(value)) return false;
  const keys = [...value.keys()].map((key) => (typeof key === 'string' ? utf8ToBytes(key) : undefined));
  return keys.every((key, at) => {
    const before = keys[at - 1];
    if (key === undefined || before === undefined) return key !== undefined;
    return before.length === key.length ? compareBytes(before, key) < 0 : before.length < key.length;
  });
}
