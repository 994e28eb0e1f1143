/** A signed description of images, read from bytes. */
import type { Range, VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex, sameBytes, unsigned } from '../bytes.ts';
import type { SignedHash } from '../rsa.ts';
import { signedHashes, usualExponent, verifiesRsa } from '../rsa.ts';
import { decodeAvbKey, modulusIn } from './avb-key.ts';
import { readDescriptors } from './descriptors.ts';
import { big, textOf, within } from './reader.ts';

export const vbmetaMagic = ascii('AVB0');
export const vbmetaHeader = 256;
/** What lies beyond is no part of a description. */
const mostBytes = 65_536;
const releaseSize = 48;
const none = new Uint8Array();

/** By their numbers, 0 being none: a hash, and the bytes of the modulus. */
export const vbmetaSignatures: readonly (readonly [hash: SignedHash, modulus: number] | undefined)[] = [
  undefined,
  [signedHashes.sha256, 256],
  [signedHashes.sha256, 512],
  [signedHashes.sha256, 1024],
  [signedHashes.sha512, 256],
  [signedHashes.sha512, 512],
  [signedHashes.sha512, 1024],
];

const rangeAt = (bytes: Bytes, at: number): Range => ({ offset: big(bytes, at, 8), size: big(bytes, at + 8, 8) });
const cut = (block: Bytes, { offset, size }: Range): Bytes => within(block, offset, size) ?? none;

function releaseIn(bytes: Bytes): string | undefined {
  const field = bytes.subarray(128, 128 + releaseSize);
  if (field.at(-1) !== 0) return undefined;
  return textOf(field.subarray(0, field.indexOf(0))) ?? '?';
}

/** What the description at the start of some bytes says, which are at `at` in the image. Never throws. */
export function readVbmeta(image: Bytes, at = 0): VbmetaFacts {
  const bytes = image.subarray(0, mostBytes);
  const [authentication, auxiliary] = [big(bytes, 12, 8), big(bytes, 20, 8)];
  const first = within(bytes, vbmetaHeader, authentication) ?? none;
  const second = within(bytes, vbmetaHeader + authentication, auxiliary) ?? none;
  const facts = {
    ...{ at, room: image.length, authentication, auxiliary },
    hasMagic: sameBytes(bytes.subarray(0, vbmetaMagic.length), vbmetaMagic),
    major: big(bytes, 4, 4),
    minor: big(bytes, 8, 4),
    algorithm: big(bytes, 28, 4),
    hash: rangeAt(bytes, 32),
    signature: rangeAt(bytes, 48),
    key: rangeAt(bytes, 64),
    metadata: rangeAt(bytes, 80),
    descriptors: rangeAt(bytes, 96),
    rollbackIndex: unsigned(bytes.subarray(112, 120)),
    flags: big(bytes, 120, 4),
    rollbackLocation: big(bytes, 124, 4),
    release: releaseIn(bytes),
  };
  const behind = vbmetaHeader + authentication + facts.descriptors.offset;
  const list = within(bytes, behind, facts.descriptors.size) ?? none;
  const signed = concat(bytes.subarray(0, vbmetaHeader), second);
  return { ...facts, ...readSignature(facts, first, second, signed), ...readDescriptors(list, at + behind) };
}

type Header = Pick<VbmetaFacts, 'algorithm' | 'hash' | 'signature' | 'key'>;
type Signature = Pick<VbmetaFacts, 'publicKey' | 'isKey' | 'hashMatches' | 'verifies'>;

function readSignature(facts: Header, first: Bytes, second: Bytes, signed: Bytes): Signature {
  const key = cut(second, facts.key);
  const [hash, size] = vbmetaSignatures[facts.algorithm] ?? [undefined, 0];
  if (hash === undefined) return { publicKey: hex(key), isKey: false, hashMatches: false, verifies: false };
  const digest = hash.of(signed);
  const isKey = decodeAvbKey(key, size) !== undefined;
  const rsa = { modulus: modulusIn(key, size), exponent: usualExponent };
  return {
    publicKey: hex(key),
    isKey,
    hashMatches: sameBytes(cut(first, facts.hash).subarray(0, hash.size), digest),
    verifies: rsa.modulus > 0n && verifiesRsa(rsa, hash, digest, cut(first, facts.signature)),
  };
}

/** The bytes of a description without what follows it. */
export const bytesOfVbmeta = (bytes: Bytes, { authentication, auxiliary }: VbmetaFacts): Bytes =>
  bytes.subarray(0, vbmetaHeader + authentication + auxiliary);
