/** A signed description of images (`vbmeta`): its fields, its algorithms, and what it says. */
import type { DescriptorFacts } from './descriptors.ts';

/** The fields of the header, by their offsets. */
export const vbmetaFields = {
  magic: 0,
  version: 4,
  blocks: 12,
  algorithm: 28,
  hash: 32,
  signature: 48,
  key: 64,
  metadata: 80,
  descriptors: 96,
  rollbackIndex: 112,
  flags: 120,
  rollbackLocation: 124,
  release: 128,
} as const;
export const vbmetaHeaderSize = 256;
/** Verifiers read no more of a description than this. */
export const mostVbmeta = 65_536;

/** By their numbers, 0 being none: the length of the hash, and of the modulus with which it is signed. */
export const vbmetaAlgorithms = [
  { name: 'none', hash: 0, modulus: 0 },
  { name: 'SHA-256 with RSA of 2048 bits', hash: 32, modulus: 256 },
  { name: 'SHA-256 with RSA of 4096 bits', hash: 32, modulus: 512 },
  { name: 'SHA-256 with RSA of 8192 bits', hash: 32, modulus: 1024 },
  { name: 'SHA-512 with RSA of 2048 bits', hash: 64, modulus: 256 },
  { name: 'SHA-512 with RSA of 4096 bits', hash: 64, modulus: 512 },
  { name: 'SHA-512 with RSA of 8192 bits', hash: 64, modulus: 1024 },
] as const;

/** Part of a block. */
export interface Range {
  readonly offset: number;
  readonly size: number;
}

export interface VbmetaFacts {
  /** Where it begins in the image, and how many bytes there are from there on. */
  readonly at: number;
  readonly room: number;
  readonly hasMagic: boolean;
  readonly major: number;
  readonly minor: number;
  /** The name of what wrote it, if it ends within its field. */
  readonly release: string | undefined;
  /** The sizes of the blocks behind the header: hash and signature, then keys and descriptors. */
  readonly authentication: number;
  readonly auxiliary: number;
  readonly algorithm: number;
  readonly hash: Range;
  readonly signature: Range;
  readonly key: Range;
  readonly metadata: Range;
  readonly descriptors: Range;
  readonly rollbackIndex: bigint;
  readonly rollbackLocation: number;
  readonly flags: number;
  /** The key in it, in hexadecimal digits, and whether that is a key for the algorithm. */
  readonly publicKey: string;
  readonly isKey: boolean;
  /** The hash in it begins as that of header and second block does. */
  readonly hashMatches: boolean;
  /** The signature is one of the key over that hash. */
  readonly verifies: boolean;
  readonly list: readonly DescriptorFacts[];
  /** Where the list of descriptors goes wrong, if it does. */
  readonly brokenAt: number | undefined;
}
