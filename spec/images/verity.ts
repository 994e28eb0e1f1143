/** A tree of hashes of dm-verity as a file of its own: its superblock, then its levels. */
import { must } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';

/** The fields of the superblock, by their offsets. */
export const verityFields = {
  magic: 0,
  version: 8,
  uuid: 16,
  algorithm: 32,
  dataBlock: 64,
  hashBlock: 68,
  dataBlocks: 72,
  saltSize: 80,
  salt: 88,
} as const;
export const veritySuperblockSize = 512;

export interface VerityFacts {
  readonly room: number;
  /** What the superblock says, if it is one. */
  readonly superblock:
    | {
        readonly dataBlock: number;
        readonly hashBlock: number;
        readonly dataBlocks: number;
        /** In hexadecimal digits. */
        readonly salt: string;
      }
    | undefined;
  /** Where the levels end that a tree of this shape has. */
  readonly end: number;
  /** The root digest, as far as it is known: that over a single block needs the block. */
  readonly root: string | undefined;
  /** The first block of the tree whose digest is not in the block above it. */
  readonly strayAt: number | undefined;
  /** Whether the data has these digests, where it was handed over. */
  readonly isData: boolean | undefined;
}

export const verityChecks: readonly ImageCheck<VerityFacts>[] = [
  must(
    'VERITY-SUPERBLOCK',
    'it does not begin with a superblock that is understood',
    ({ superblock }) => superblock !== undefined,
    () => verityFields.magic,
  ),
  must(
    'VERITY-WHOLE',
    'it ends before its tree does',
    ({ end, room }) => end <= room,
    () => verityFields.dataBlocks,
  ),
  must(
    'VERITY-ROOT',
    'the root digest is another',
    (facts, { root }) => root === undefined || facts.root === root,
    () => veritySuperblockSize,
  ),
  must(
    'VERITY-TREE',
    'a block of the tree does not have the digest in the block above it',
    ({ strayAt }) => strayAt === undefined,
    ({ strayAt }) => strayAt,
  ),
  must(
    'VERITY-DATA',
    'the data does not have the digests in the tree',
    ({ isData }) => isData !== false,
    () => verityFields.dataBlocks,
  ),
];
