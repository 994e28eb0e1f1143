/**
 * The image in an APEX, judged by what it ends with: a footer, and a description in the form of Android Verified Boot
 * with a key, a signature and the root of a hash tree. No other flag or descriptor of that form is looked at here.
 */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { PayloadFacts } from '../../spec/images/apex.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex, sameBytes, unsigned } from '../bytes.ts';
import { treeOf } from '../storage/merkle.ts';
import type { Shape } from '../storage/merkle.ts';
import { signedHashes, usualExponent, verifiesRsa } from '../rsa.ts';
import { moved, outside } from './spans.ts';
import type { Span } from './spans.ts';

const footerSize = 64;
const headerSize = 256;
const blockSize = 4096;
const footerMagic = ascii('AVBf');
const headerMagic = ascii('AVB0');
const inFooter = { vbmetaOffset: 20, vbmetaSize: 28, end: 36 } as const;
const inHeader = {
  authentication: 12,
  auxiliary: 20,
  algorithm: 28,
  hash: 32,
  signature: 48,
  key: 64,
  descriptors: 96,
};
const ofTree = {
  tag: 0,
  dataSize: 20,
  treeOffset: 28,
  treeSize: 36,
  nameSize: 104,
  saltSize: 108,
  rootSize: 112,
  end: 180,
};

/** A big-endian number of eight bytes; past the end of everything where it is larger than any image. */
const long = (bytes: Bytes, at: number): number => Number(unsigned(bytes.subarray(at, at + 8)));
const word = (bytes: Bytes, at: number): number => Number(unsigned(bytes.subarray(at, at + 4)));

const nothing: PayloadFacts = {
  footerAt: 0,
  isDescribed: false,
  vbmeta: { from: 0, to: 0 },
  key: '',
  isSigned: false,
  root: '',
  differsAt: undefined,
  free: [],
};

interface Described {
  readonly data: Span;
  readonly tree: Span;
  readonly salt: Bytes;
  readonly root: Bytes;
}

/** Judges the image that begins at `start` of the archive. Never throws. */
export function readPayload(image: Bytes, start: number): PayloadFacts {
  const footerAt = image.length - footerSize;
  const footer = image.subarray(Math.max(0, footerAt));
  const from = long(footer, inFooter.vbmetaOffset);
  const to = from + long(footer, inFooter.vbmetaSize);
  const none = { ...nothing, footerAt: start + Math.max(0, footerAt) };
  if (footerAt < 0 || !sameBytes(footer.subarray(0, 4), footerMagic)) return none;
  if (to > footerAt || to - from < headerSize) return none;
  const vbmeta = image.subarray(from, to);
  const signed = signatureIn(vbmeta);
  const described = signed && treeIn(signed.descriptors);
  if (signed === undefined || described === undefined || described.tree.to > from) return none;
  const differsAt = differenceIn(image, described);
  return {
    footerAt: none.footerAt,
    isDescribed: true,
    vbmeta: { from: start + from, to: start + to },
    key: hex(signed.key),
    isSigned: signed.holds,
    root: hex(described.root),
    differsAt: differsAt === undefined ? undefined : start + differsAt,
    free: freeIn(image, described, { from, to }, signed.unused).map((one) => ({
      from: start + one.from,
      to: start + one.to,
    })),
  };
}

interface Signed {
  readonly key: Bytes;
  readonly holds: boolean;
  readonly descriptors: Bytes;
  /** What of the description no check covers. */
  readonly unused: readonly Span[];
}

/** The description in its three blocks: the first and the last are signed, and the one between has the signature. */
function signatureIn(vbmeta: Bytes): Signed | undefined {
  const [first, last] = [long(vbmeta, inHeader.authentication), long(vbmeta, inHeader.auxiliary)];
  const end = headerSize + first;
  if (!sameBytes(vbmeta.subarray(0, 4), headerMagic) || end + last > vbmeta.length) return undefined;
  const [authentication, auxiliary] = [vbmeta.subarray(headerSize, end), vbmeta.subarray(end, end + last)];
  const within = (block: Bytes, field: number): [Bytes, Span] => {
    const [from, size] = [long(vbmeta, field), long(vbmeta, field + 8)];
    const to = from + size <= block.length ? from + size : from;
    return [block.subarray(from, to), { from, to }];
  };
  const [[hash, hashAt], [signature, signatureAt]] = [
    within(authentication, inHeader.hash),
    within(authentication, inHeader.signature),
  ];
  const [[key], [descriptors]] = [within(auxiliary, inHeader.key), within(auxiliary, inHeader.descriptors)];
  const digest = word(vbmeta, inHeader.algorithm) <= 3 ? sha256 : sha512;
  const made = digest(concat(vbmeta.subarray(0, headerSize), auxiliary));
  const holds = sameBytes(hash, made) && isSigned(key, word(vbmeta, inHeader.algorithm), made, signature);
  const unused = [
    ...outside([hashAt, signatureAt], { from: 0, to: first }).map((one) => moved(one, headerSize)),
    { from: end + last, to: vbmeta.length },
  ];
  return { key, holds, descriptors, unused };
}

/** Bits of the modulus, by the numbers of the algorithms, with SHA-256 and then with SHA-512. */
const bitsOf = [0, 2048, 4096, 8192, 2048, 4096, 8192];

function isSigned(key: Bytes, algorithm: number, digest: Bytes, signature: Bytes): boolean {
  const bits = word(key, 0);
  if (algorithm === 0 || bits !== bitsOf[algorithm] || key.length !== 8 + bits / 4) return false;
  const modulus = unsigned(key.subarray(8, 8 + bits / 8));
  const hash = digest.length === 32 ? signedHashes.sha256 : signedHashes.sha512;
  return verifiesRsa({ modulus, exponent: usualExponent }, hash, digest, signature);
}

/** The first tree that is described: of SHA-256, over blocks of 4096 bytes. */
function treeIn(descriptors: Bytes): Described | undefined {
  for (let at = 0; at + 16 <= descriptors.length; at += 16 + long(descriptors, at + 8)) {
    if (long(descriptors, at) === 1) return described(descriptors.subarray(at));
  }
  return undefined;
}

function described(bytes: Bytes): Described | undefined {
  const [name, saltSize, rootSize] = [ofTree.nameSize, ofTree.saltSize, ofTree.rootSize].map((at) =>
    word(bytes, at),
  ) as [number, number, number];
  const salt = ofTree.end + name;
  if (salt + saltSize + rootSize > bytes.length || word(bytes, 44) !== blockSize || word(bytes, 48) !== blockSize)
    return undefined;
  if (!sameBytes(bytes.subarray(72, 79), Uint8Array.of(...ascii('sha256'), 0))) return undefined;
  const [size, treeAt] = [long(bytes, ofTree.dataSize), long(bytes, ofTree.treeOffset)];
  if (size > treeAt) return undefined;
  return {
    data: { from: 0, to: size },
    tree: { from: treeAt, to: treeAt + long(bytes, ofTree.treeSize) },
    salt: bytes.slice(salt, salt + saltSize),
    root: bytes.slice(salt + saltSize, salt + saltSize + rootSize),
  };
}

const shapeOf = (salt: Bytes): Shape => ({ dataBlock: blockSize, hashBlock: blockSize, salt });

/** Where the image is other than the root says: in its tree, or else at its start. */
function differenceIn(image: Bytes, { data, tree, salt, root }: Described): number | undefined {
  const made = treeOf(image.subarray(data.from, data.to), shapeOf(salt));
  if (!sameBytes(made.root, root)) return data.from;
  const expected = concat(...made.levels.toReversed());
  const differs = expected.findIndex((byte, at) => tree.from + at >= tree.to || image[tree.from + at] !== byte);
  return differs === -1 ? undefined : tree.from + differs;
}

/** Between the tree and the description, behind it, and in the footer what is not about where it is. */
function freeIn(image: Bytes, { tree }: Described, vbmeta: Span, unused: readonly Span[]): readonly Span[] {
  const footerAt = image.length - footerSize;
  return [
    { from: tree.to, to: vbmeta.from },
    ...unused.map((one) => moved(one, vbmeta.from)),
    { from: vbmeta.to, to: footerAt },
    { from: footerAt + 4, to: footerAt + inFooter.vbmetaOffset },
    { from: footerAt + inFooter.end, to: image.length },
  ].filter(({ from, to }) => from < to);
}
