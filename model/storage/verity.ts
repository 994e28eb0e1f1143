/**
 * Images of dm-verity as `veritysetup` writes them: a superblock, the tree behind it with its topmost level first, and
 * the data elsewhere. The root digest is on neither: whoever opens the image brings it.
 */
import type { Bytes } from '../bytes.ts';
import { ascii, concat, sameBytes } from '../bytes.ts';
import { digestSize, hangsFrom, levelSizes, treeOf } from './merkle.ts';
import type { Shape } from './merkle.ts';

export const superblockSize = 512;
const magic = concat(ascii('verity'), new Uint8Array(2));
const offsets = { version: 8, type: 12, uuid: 16, algorithm: 32, dataBlock: 64, hashBlock: 68, count: 72, salt: 80 };
const saltAt = 88;
const mostSalt = 256;
const uuidSize = 16;
const nameSize = 32;

export interface Superblock extends Shape {
  readonly uuid: Bytes;
  readonly dataBlocks: number;
}

/** Blocks are as long as a power of two, and no shorter than a superblock. */
export const isBlockSize = (size: number): boolean => size >= superblockSize && (size & (size - 1)) === 0;

/** The superblock at the start of some bytes; nothing if it is none that this reader understands. */
export function readSuperblock(bytes: Bytes): Superblock | undefined {
  if (bytes.length < superblockSize || !sameBytes(bytes.subarray(0, magic.length), magic)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, superblockSize);
  const name = bytes.subarray(offsets.algorithm, offsets.algorithm + nameSize);
  const wanted = ascii('sha256'.padEnd(nameSize, '\0'));
  if (view.getUint32(offsets.version, true) !== 1 || view.getUint32(offsets.type, true) !== 1) return undefined;
  const [dataBlock, hashBlock] = [view.getUint32(offsets.dataBlock, true), view.getUint32(offsets.hashBlock, true)];
  const dataBlocks = Number(view.getBigUint64(offsets.count, true));
  const saltSize = view.getUint16(offsets.salt, true);
  if (!sameBytes(name, wanted) || !isBlockSize(dataBlock) || !isBlockSize(hashBlock)) return undefined;
  if (saltSize > mostSalt || !Number.isSafeInteger(dataBlocks)) return undefined;
  const uuid = bytes.slice(offsets.uuid, offsets.uuid + uuidSize);
  return { uuid, dataBlock, hashBlock, dataBlocks, salt: bytes.slice(saltAt, saltAt + saltSize) };
}

function writeSuperblock({ uuid, dataBlock, hashBlock, dataBlocks, salt }: Superblock): Bytes {
  const bytes = new Uint8Array(Math.ceil(superblockSize / hashBlock) * hashBlock);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(offsets.version, 1, true);
  view.setUint32(offsets.type, 1, true);
  bytes.set(uuid, offsets.uuid);
  bytes.set(ascii('sha256'), offsets.algorithm);
  view.setUint32(offsets.dataBlock, dataBlock, true);
  view.setUint32(offsets.hashBlock, hashBlock, true);
  view.setBigUint64(offsets.count, BigInt(dataBlocks), true);
  view.setUint16(offsets.salt, salt.length, true);
  bytes.set(salt, saltAt);
  return bytes;
}

/** Two files, both the host's, and the digest that is to be signed. */
export interface Image {
  readonly data: Bytes;
  readonly hashes: Bytes;
  readonly root: Bytes;
}

/** An image over data that is a whole number of blocks. */
export function formatImage(data: Bytes, shape: Shape & { readonly uuid: Bytes }): Image {
  const { levels, root } = treeOf(data, shape);
  const superblock = writeSuperblock({ ...shape, dataBlocks: data.length / shape.dataBlock });
  return { data, hashes: concat(superblock, ...levels.toReversed()), root };
}

/** What the guest takes from a signed description: how the image is made, and its root digest. */
export interface Trusted {
  readonly superblock: Superblock;
  readonly root: Bytes;
}

/** Where each level starts among the hashes, in blocks, that above the data first. */
export function levelStarts({ dataBlocks, ...shape }: Superblock): number[] {
  const sizes = levelSizes(dataBlocks, shape);
  let next = Math.ceil(superblockSize / shape.hashBlock);
  const starts = sizes.toReversed().map((size) => {
    next += size;
    return next - size;
  });
  return starts.reverse();
}

/** The block of an image, or an I/O error: never a block that does not hang from the root. */
export function readBlock(
  { superblock, root }: Trusted,
  { data, hashes }: Pick<Image, 'data' | 'hashes'>,
  block: number,
): Bytes | 'EIO' {
  const { dataBlock, hashBlock, dataBlocks } = superblock;
  if (block < 0 || block >= dataBlocks || root.length !== digestSize) return 'EIO';
  const starts = levelStarts(superblock);
  const within = (bytes: Bytes, at: number, size: number): Bytes | undefined =>
    (at + 1) * size <= bytes.length ? bytes.slice(at * size, (at + 1) * size) : undefined;
  const found = within(data, block, dataBlock);
  const read = (level: number, at: number): Bytes | undefined =>
    level === 0 ? found : within(hashes, (starts[level - 1] ?? 0) + at, hashBlock);
  return found !== undefined && hangsFrom(root, read, block, dataBlocks, superblock) ? found : 'EIO';
}
