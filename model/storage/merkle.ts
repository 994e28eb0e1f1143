/**
 * Trees of hashes as dm-verity and fs-verity have them: a block of the level above holds the digests of the blocks
 * below it, one after the other, and is filled up with zeros.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { concat, sameBytes } from '../bytes.ts';

export const digestSize = 32;

export interface Shape {
  /** Bytes of a block of data, and of a block of the tree. */
  readonly dataBlock: number;
  readonly hashBlock: number;
  /** Goes before each block that is hashed. */
  readonly salt: Bytes;
}

export const digestOf = (block: Bytes, { salt }: Shape): Bytes => sha256(concat(salt, block));
const digestsPerBlock = ({ hashBlock }: Shape): number => Math.floor(hashBlock / digestSize);

/** The blocks of some bytes; the last one is filled up with zeros. */
function blocksOf(bytes: Bytes, size: number): Bytes[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, at) => {
    const block = new Uint8Array(size);
    block.set(bytes.subarray(at * size, (at + 1) * size));
    return block;
  });
}

/** How many blocks each level has, from the one above the data up to the one that is a single block. */
export function levelSizes(dataBlocks: number, shape: Shape): number[] {
  const sizes: number[] = [];
  for (let below = dataBlocks; below > 1; below = sizes.at(-1) ?? 1) {
    sizes.push(Math.ceil(below / digestsPerBlock(shape)));
  }
  return sizes;
}

export interface Tree {
  /** Whole blocks, the level above the data first. */
  readonly levels: readonly Bytes[];
  readonly root: Bytes;
}

/** Whole blocks with the digests of those below; there can be more of them than a call may have arguments. */
function levelOver(below: readonly Bytes[], shape: Shape): Bytes {
  const level = new Uint8Array(Math.ceil(below.length / digestsPerBlock(shape)) * shape.hashBlock);
  below.forEach((block, at) => {
    const above = Math.floor(at / digestsPerBlock(shape));
    level.set(digestOf(block, shape), above * shape.hashBlock + (at % digestsPerBlock(shape)) * digestSize);
  });
  return level;
}

/** The tree over some data; that over a single block is its digest alone. */
export function treeOf(data: Bytes, shape: Shape): Tree {
  const levels: Bytes[] = [];
  let below = blocksOf(data, shape.dataBlock);
  while (below.length > 1) {
    const level = levelOver(below, shape);
    levels.push(level);
    below = blocksOf(level, shape.hashBlock);
  }
  const [top] = below;
  return { levels, root: top === undefined ? new Uint8Array(digestSize) : digestOf(top, shape) };
}

/** Reads a block: of the data at level 0, of the tree above it; nothing where the medium ends. */
export type ReadBlock = (level: number, block: number) => Bytes | undefined;

/**
 * Whether a block of data hangs from the root: the digest of every block on the way is in the one above it, as the
 * medium has it now. How many levels there are follows from `dataBlocks`, which the reader was told with the root.
 */
export function hangsFrom(root: Bytes, read: ReadBlock, at: number, dataBlocks: number, shape: Shape): boolean {
  const height = levelSizes(dataBlocks, shape).length;
  let wanted = root;
  for (let level = height; level >= 0; level--) {
    const index = Math.floor(at / digestsPerBlock(shape) ** level);
    const block = read(level, index);
    if (block === undefined || !sameBytes(digestOf(block, shape), wanted)) return false;
    const below = level === 0 ? 0 : Math.floor(at / digestsPerBlock(shape) ** (level - 1)) % digestsPerBlock(shape);
    wanted = block.slice(below * digestSize, (below + 1) * digestSize);
  }
  return true;
}
