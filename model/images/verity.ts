/** A tree of hashes as a file of its own, read from bytes. */
import type { VerityFacts } from '../../spec/images/verity.ts';
import type { Bytes } from '../bytes.ts';
import { hex, sameBytes } from '../bytes.ts';
import { digestOf, digestSize, levelSizes } from '../storage/merkle.ts';
import { levelStarts, readSuperblock } from '../storage/verity.ts';
import type { Superblock } from '../storage/verity.ts';
import type { Piece } from './reader.ts';

const nothing = { superblock: undefined, end: 0, root: undefined, strayAt: undefined, isData: undefined } as const;

/** What dm-verity finds of a tree, and of the data if it is there. Never throws. */
export function readVerity({ bytes, beside: { data } = {} }: Piece): VerityFacts {
  const superblock = readSuperblock(bytes);
  const room = bytes.length;
  if (superblock === undefined) return { ...nothing, room };
  const { dataBlock, hashBlock, dataBlocks, salt } = superblock;
  const said = { dataBlock, hashBlock, dataBlocks, salt: hex(salt) };
  const end = endOf(superblock);
  if (end > room) return { ...nothing, room, superblock: said, end };
  return { room, superblock: said, end, ...readTree(bytes, superblock, data) };
}

const endOf = (superblock: Superblock): number =>
  ((levelStarts(superblock)[0] ?? 1) + (levelSizes(superblock.dataBlocks, superblock)[0] ?? 0)) * superblock.hashBlock;

function readTree(
  bytes: Bytes,
  superblock: Superblock,
  data: Bytes | undefined,
): Pick<VerityFacts, 'root' | 'strayAt' | 'isData'> {
  const { hashBlock, dataBlock, dataBlocks } = superblock;
  const starts = levelStarts(superblock).map((start) => start * hashBlock);
  const sizes = levelSizes(dataBlocks, superblock);
  const blockAt = (at: number): Bytes => bytes.subarray(at, at + hashBlock);
  const top = starts.at(-1);
  const only = top === undefined ? data : blockAt(top);
  const root = only === undefined ? undefined : digestOf(only, superblock);
  const strays = sizes.slice(0, -1).flatMap((count, level) => {
    const [from = 0, above = 0] = starts.slice(level);
    const stray = strayAmong(superblock, count, (at) => blockAt(from + at * hashBlock), bytes.subarray(above));
    return stray === undefined ? [] : [from + stray * hashBlock];
  });
  const dataAt = (at: number): Bytes | undefined => data?.subarray(at * dataBlock, (at + 1) * dataBlock);
  const hasLength = data?.length === dataBlocks * dataBlock;
  const isData =
    data &&
    hasLength &&
    (top === undefined || strayAmong(superblock, dataBlocks, dataAt, bytes.subarray(starts[0])) === undefined);
  return { root: root && hex(root), strayAt: strays.at(-1), isData };
}

/** The first of some blocks whose digest is not where the level above has it. */
function strayAmong(
  shape: Superblock,
  count: number,
  blockAt: (at: number) => Bytes | undefined,
  above: Bytes,
): number | undefined {
  const perBlock = Math.floor(shape.hashBlock / digestSize);
  for (let at = 0; at < count; at++) {
    const place = Math.floor(at / perBlock) * shape.hashBlock + (at % perBlock) * digestSize;
    const block = blockAt(at);
    if (block === undefined || !sameBytes(digestOf(block, shape), above.subarray(place, place + digestSize))) return at;
  }
  return undefined;
}
