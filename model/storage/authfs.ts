/**
 * AuthFS: files that the host stores for a guest. One that was measured before is read chunk by chunk against its
 * digest; of one that the guest writes itself, it keeps the digests of all chunks in its own memory.
 */
import type { Bytes } from '../bytes.ts';
import { sameBytes } from '../bytes.ts';
import { chunkSize, fileDigest, shape } from './fs-verity.ts';
import { digestOf, digestSize, hangsFrom, levelSizes } from './merkle.ts';

/** What the host serves of a file: its chunks, the blocks of the tree, its length and the root of the tree. */
export interface Served {
  readonly chunks: Bytes[];
  /** Blocks of each level, that above the data first. */
  readonly levels: Bytes[][];
  readonly length: number;
  readonly root: Bytes;
}

/** A file to read: root and length are the host's word, and have to have the digest that is trusted. */
export function readMeasured(trusted: Bytes, served: Served, chunk: number): Bytes | 'EIO' {
  const { chunks, levels, length, root } = served;
  if (!sameBytes(fileDigest(root, length), trusted)) return 'EIO';
  const count = Math.ceil(length / chunkSize);
  const found = chunks[chunk];
  if (found === undefined || chunk >= count || levelSizes(count, shape).length > levels.length) return 'EIO';
  const read = (level: number, at: number): Bytes | undefined => (level === 0 ? found : levels[level - 1]?.[at]);
  return hangsFrom(root, read, chunk, count, shape) ? found : 'EIO';
}

/** A file that the guest has made: the digests of its chunks, in the guest's memory. */
export interface Written {
  readonly leaves: Bytes[];
}

/** The host stores a chunk; only its digest stays with the guest. */
export function writeChunk({ leaves }: Written, stored: Bytes[], chunk: number, bytes: Bytes): void {
  stored[chunk] = bytes;
  leaves[chunk] = digestOf(bytes, shape);
}

export function readChunk({ leaves }: Written, stored: readonly Bytes[], chunk: number): Bytes | 'EIO' {
  const [found, leaf] = [stored[chunk], leaves[chunk]];
  return found !== undefined && leaf?.length === digestSize && sameBytes(digestOf(found, shape), leaf) ? found : 'EIO';
}
