/** Images and measured files as they are signed, with what the host has put in place of some of their blocks. */
import type { Bytes } from '../bytes.ts';
import { concat, sameBytes } from '../bytes.ts';
import type { Medium } from './disks.ts';
import { chunkSize, measure, shape as chunks } from './fs-verity.ts';
import { digestSize, treeOf } from './merkle.ts';
import type { Shape } from './merkle.ts';
import { noise, smallSector } from './samples.ts';
import { formatImage, readSuperblock, superblockSize } from './verity.ts';

type Protection = Medium['kind'];

/** How many blocks there are: so many that the tree of an image has two levels. */
const count = 17;
const salt = noise('salt', 32);
const uuid = noise('uuid', 16);
export const blockSizeOf = (protection: Protection): number => (protection === 'authfs' ? chunkSize : smallSector);
const signedOf = (block: (number: number) => Bytes): Bytes =>
  concat(...Array.from({ length: count }, (_, number) => block(number)));

/** A medium as it was signed; `block` gives the bytes of each block. */
export function signedMedium(kind: Protection, block: (number: number) => Bytes): Medium {
  const data = signedOf(block);
  if (kind === 'none') return { kind, data };
  if (kind === 'verity') {
    const image = formatImage(data, { dataBlock: smallSector, hashBlock: smallSector, salt, uuid });
    const superblock = readSuperblock(image.hashes);
    if (superblock === undefined) throw new Error('unreachable: an image that we have made has a superblock');
    return { kind, data, hashes: image.hashes, trusted: { superblock, root: image.root } };
  }
  const { levels, root } = treeOf(data, chunks);
  const cut = (bytes: Bytes): Bytes[] =>
    Array.from({ length: bytes.length / chunkSize }, (_, i) => bytes.slice(i * chunkSize, (i + 1) * chunkSize));
  const served = { chunks: cut(data), levels: levels.map(cut), length: data.length, root };
  return { kind, trusted: measure(data), served };
}

export const copyOf = (medium: Medium): Medium => {
  if (medium.kind === 'authfs') {
    const { served } = medium;
    const levels = served.levels.map((level) => level.map((node) => node.slice()));
    return { ...medium, served: { ...served, chunks: [...served.chunks], levels } };
  }
  if (medium.kind === 'none') return { ...medium, data: medium.data.slice() };
  return { ...medium, data: medium.data.slice(), hashes: medium.hashes.slice() };
};

export function blockIn(medium: Medium, block: number): Bytes | undefined {
  if (medium.kind === 'authfs') return medium.served.chunks[block];
  return medium.data.subarray(block * smallSector, (block + 1) * smallSector);
}
export function setBlock(medium: Medium, block: number, bytes: Bytes): void {
  if (medium.kind === 'authfs') medium.served.chunks[block] = bytes;
  else medium.data.set(bytes, block * smallSector);
}

/** The place in the tree that holds the digest of a block, as long as it is one of the first node. */
export function digestIn(medium: Medium, block: number): Bytes | undefined {
  if (medium.kind === 'none') return undefined;
  const at = block * digestSize;
  if (medium.kind === 'authfs') return medium.served.levels[0]?.[0]?.subarray(at, at + digestSize);
  const { hashBlock } = medium.trusted.superblock;
  // Behind the superblock lies the topmost node, and behind that the first one above the data.
  const start = (Math.ceil(superblockSize / hashBlock) + 1) * hashBlock;
  return medium.hashes.subarray(start + at, start + at + digestSize);
}
export const shapeOf = (medium: Medium): Shape => (medium.kind === 'verity' ? medium.trusted.superblock : chunks);
/** What the host writes where it wants a digest to be wrong. */
export const noDigest: Bytes = new Uint8Array(digestSize).fill(0xee);
/** The number of the content whose digest stands in the tree; 2 if it is that of none. */
export function digestNumber(medium: Medium, block: number, digests: readonly Bytes[]): number {
  const there = digestIn(medium, block);
  if (there === undefined) return 0;
  const found = digests.findIndex((digest) => sameBytes(digest, there));
  return found < 0 ? digests.length : found;
}
