/** The extension in which KeyMint says what it knows of a key, and of the device that has it: written, and read. */
import type { RootOfTrustFacts, SecurityLevel } from '../../spec/evidence/key.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { enumerated, explicit, integer, octetString, sequence, setOf, truth } from './write.ts';
import type { Extension } from './write.ts';

export const keyDescriptionId = '1.3.6.1.4.1.11129.2.1.17';

/** Numbers of the entries of an authorization list. */
export const keyTags = {
  purpose: 1,
  algorithm: 2,
  keySize: 3,
  digest: 5,
  ecCurve: 10,
  origin: 702,
  rootOfTrust: 704,
} as const;

/** In the order of their numbers. */
const securityLevels: readonly SecurityLevel[] = ['Software', 'TrustedEnvironment', 'StrongBox'];
const bootStates: readonly RootOfTrustFacts['state'][] = ['Verified', 'SelfSigned', 'Unverified', 'Failed'];

export interface RootOfTrust {
  readonly bootKey: Bytes;
  readonly isLocked: boolean;
  readonly state: RootOfTrustFacts['state'];
  /** From version 3 on. */
  readonly bootHash?: Bytes | undefined;
}

export interface KeyDescription {
  readonly version: number;
  readonly level: SecurityLevel;
  readonly keyMintVersion: number;
  readonly keyMintLevel: SecurityLevel;
  readonly challenge: Bytes;
  readonly rootOfTrust?: RootOfTrust | undefined;
  /** Where the root of trust stands, if not among what the hardware enforces. */
  readonly isSoftware?: true;
  /** Entries behind the others, wherever they belong. */
  readonly more?: readonly (readonly [number, Bytes])[];
}

export const writeRootOfTrust = ({ bootKey, isLocked, state, bootHash }: RootOfTrust): Bytes =>
  sequence(
    octetString(bootKey),
    truth(isLocked),
    enumerated(bootStates.indexOf(state)),
    ...(bootHash === undefined ? [] : [octetString(bootHash)]),
  );

/** A key for signing on P-256, which the hardware has made. */
const ofKey: readonly (readonly [number, Bytes])[] = [
  [keyTags.purpose, setOf(integer(2n))],
  [keyTags.algorithm, integer(3n)],
  [keyTags.keySize, integer(256n)],
  [keyTags.digest, setOf(integer(4n))],
  [keyTags.ecCurve, integer(1n)],
  [keyTags.origin, integer(0n)],
];

export function keyDescription(described: KeyDescription): Extension {
  const { version, level, keyMintVersion, keyMintLevel, challenge, rootOfTrust, isSoftware, more = [] } = described;
  const trust: readonly (readonly [number, Bytes])[] =
    rootOfTrust === undefined ? [] : [[keyTags.rootOfTrust, writeRootOfTrust(rootOfTrust)]];
  const list = (entries: typeof trust): Bytes => sequence(...entries.map(([tag, value]) => explicit(tag, value)));
  return {
    id: keyDescriptionId,
    value: sequence(
      integer(BigInt(version)),
      enumerated(securityLevels.indexOf(level)),
      integer(BigInt(keyMintVersion)),
      enumerated(securityLevels.indexOf(keyMintLevel)),
      octetString(challenge),
      octetString(new Uint8Array()),
      list(isSoftware ? trust : []),
      list([...ofKey, ...(isSoftware ? [] : trust), ...more]),
    ),
  };
}

/** What a key description says that a verifier asks for; byte strings as hexadecimal digits. */
export interface ReadDescription {
  readonly version: number;
  readonly level: SecurityLevel;
  readonly keyMintLevel: SecurityLevel;
  readonly challenge: string;
  /** Among what the hardware enforces. */
  readonly rootOfTrust: RootOfTrustFacts | undefined;
}

const universal = { boolean: 0x01, integer: 0x02, octetString: 0x04, enumerated: 0x0a, sequence: 0x30 } as const;

/** One element of DER: its identifier, with the number of a context tag apart, and what is in it. */
interface Element {
  readonly tag: number;
  readonly number: number;
  readonly body: Bytes;
}

/** What is no DER, or not what a key description has there. */
class NotDer extends Error {
  override readonly name = 'NotDer';
}
function ensure(condition: boolean): asserts condition {
  if (!condition) throw new NotDer();
}

/** The elements that the bytes consist of, each in its shortest form. */
function elementsOf(bytes: Bytes): readonly Element[] {
  const found: Element[] = [];
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    ensure(byte !== undefined);
    return byte;
  };
  while (at < bytes.length) {
    const tag = next();
    const number = (tag & 0x1f) === 0x1f ? longNumber(next) : tag & 0x1f;
    const size = lengthOf(next);
    ensure(at + size <= bytes.length);
    found.push({ tag, number, body: bytes.slice(at, at + size) });
    at += size;
  }
  return found;
}

function longNumber(next: () => number): number {
  let number = 0;
  for (let bytes = 0; bytes < 3; bytes++) {
    const byte = next();
    ensure(bytes > 0 || byte !== 0x80);
    number = number * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    ensure(number >= 0x1f);
    return number;
  }
  throw new NotDer();
}

function lengthOf(next: () => number): number {
  const first = next();
  if (first < 0x80) return first;
  const count = first & 0x7f;
  ensure(count > 0 && count <= 3);
  const size = Array.from({ length: count }, next).reduce((sum, byte) => sum * 256 + byte, 0);
  ensure(size >= (count === 1 ? 0x80 : 256 ** (count - 1)));
  return size;
}

function only(element: Element | undefined, tag: number): Bytes {
  ensure(element?.tag === tag);
  return element.body;
}
function small(body: Bytes): number {
  const [first = 0, second = 0] = body;
  ensure(body.length > 0 && body.length <= 4 && first < 0x80 && !(body.length > 1 && first === 0 && second < 0x80));
  return body.reduce((sum, byte) => sum * 256 + byte, 0);
}
function oneOf<T>(all: readonly T[], element: Element | undefined): T {
  const found = all[small(only(element, universal.enumerated))];
  ensure(found !== undefined);
  return found;
}
function flag(body: Bytes): boolean {
  ensure(body.length === 1 && (body[0] === 0 || body[0] === 0xff));
  return body[0] === 0xff;
}

const explicitTag = 0xa0;
/** The entries of an authorization list by their numbers, which ascend, so that none is there twice. */
function entriesOf(body: Bytes): ReadonlyMap<number, Bytes> {
  const elements = elementsOf(body);
  elements.forEach(({ tag, number }, at) => {
    ensure((tag & 0xe0) === explicitTag && number > (elements[at - 1]?.number ?? -1));
  });
  return new Map(elements.map(({ number, body: value }) => [number, value]));
}

function rootOfTrustIn(body: Bytes): RootOfTrustFacts {
  const [one, ...others] = elementsOf(body);
  ensure(others.length === 0);
  const [key, locked, state, hash, ...more] = elementsOf(only(one, universal.sequence));
  ensure(more.length === 0);
  return {
    bootKey: hex(only(key, universal.octetString)),
    isLocked: flag(only(locked, universal.boolean)),
    state: oneOf(bootStates, state),
    ...(hash === undefined ? {} : { bootHash: hex(only(hash, universal.octetString)) }),
  };
}

function read(der: Bytes): ReadDescription {
  const [whole, ...trailing] = elementsOf(der);
  ensure(trailing.length === 0);
  const parts = elementsOf(only(whole, universal.sequence));
  ensure(parts.length === 8);
  const [version, level, keyMintVersion, keyMintLevel, challenge, uniqueId, software, hardware] = parts;
  small(only(keyMintVersion, universal.integer));
  only(uniqueId, universal.octetString);
  entriesOf(only(software, universal.sequence));
  const trust = entriesOf(only(hardware, universal.sequence)).get(keyTags.rootOfTrust);
  return {
    version: small(only(version, universal.integer)),
    level: oneOf(securityLevels, level),
    keyMintLevel: oneOf(securityLevels, keyMintLevel),
    challenge: hex(only(challenge, universal.octetString)),
    rootOfTrust: trust && rootOfTrustIn(trust),
  };
}

/** Reads the extension, or gives undefined for what is not one in DER. Never throws. */
export function readKeyDescription(der: Bytes): ReadDescription | undefined {
  try {
    return read(der);
  } catch (error) {
    if (error instanceof NotDer) return undefined;
    throw error;
  }
}
