/** A signed description of images (`vbmeta`): what every verifier asks of its header, its signature and its descriptors. */
import { must, mustEach } from '../evidence/check.ts';
import type { DescriptorFacts } from './descriptors.ts';
import type { ImageCheck } from './image.ts';

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
const blockUnit = 64;
const version = { major: 1, minor: 3 } as const;

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

const field =
  (name: keyof typeof vbmetaFields) =>
  ({ at }: VbmetaFacts): number =>
    at + vbmetaFields[name];

const fits = ({ offset, size }: Range, block: number): boolean => offset + size <= block;
const algorithmOf = ({ algorithm }: VbmetaFacts) => vbmetaAlgorithms[algorithm] ?? vbmetaAlgorithms[0];

export const vbmetaChecks: readonly ImageCheck<VbmetaFacts>[] = [
  must(
    'VBMETA-HEADER',
    'the description is shorter than its header',
    ({ room }) => room >= vbmetaHeaderSize,
    field('magic'),
  ),
  must(
    'VBMETA-HEADER',
    'the description does not begin with the magic number',
    ({ hasMagic }) => hasMagic,
    field('magic'),
  ),
  must(
    'VBMETA-VERSION',
    'the description needs a verifier of another version',
    ({ major, minor }) => major === version.major && minor <= version.minor,
    field('version'),
  ),
  must('VBMETA-HEADER', 'the release string does not end', ({ release }) => release !== undefined, field('release')),
  must(
    'VBMETA-BLOCKS',
    'the size of a block is no multiple of 64',
    ({ authentication, auxiliary }) => authentication % blockUnit === 0 && auxiliary % blockUnit === 0,
    field('blocks'),
  ),
  must(
    'VBMETA-BLOCKS',
    'the blocks are larger than the description can be',
    ({ authentication, auxiliary, room }) =>
      vbmetaHeaderSize + authentication + auxiliary <= Math.min(room, mostVbmeta),
    field('blocks'),
  ),
  must(
    'VBMETA-BOUNDS',
    'the hash lies outside its block',
    (facts) => fits(facts.hash, facts.authentication),
    field('hash'),
  ),
  must(
    'VBMETA-BOUNDS',
    'the signature lies outside its block',
    (facts) => fits(facts.signature, facts.authentication),
    field('signature'),
  ),
  must('VBMETA-BOUNDS', 'the key lies outside its block', (facts) => fits(facts.key, facts.auxiliary), field('key')),
  must(
    'VBMETA-BOUNDS',
    'the metadata of the key lies outside its block',
    ({ metadata, auxiliary }) => metadata.size === 0 || fits(metadata, auxiliary),
    field('metadata'),
  ),
  must(
    'VBMETA-BOUNDS',
    'the descriptors lie outside their block',
    (facts) => fits(facts.descriptors, facts.auxiliary),
    field('descriptors'),
  ),
  must(
    'VBMETA-ALGORITHM',
    'the description is not signed, or not with an algorithm that is known',
    (facts) => algorithmOf(facts).hash > 0,
    field('algorithm'),
  ),
  must(
    'VBMETA-ALGORITHM',
    'the hash has another length than the algorithm gives it',
    (facts) => facts.hash.size === algorithmOf(facts).hash,
    field('hash'),
  ),
  must('VBMETA-KEY', 'the key is none for the algorithm', ({ isKey }) => isKey, field('key')),
  must(
    'VBMETA-HASH',
    'the hash is not that of the header and the second block',
    ({ hashMatches }) => hashMatches,
    field('hash'),
  ),
  must('VBMETA-SIGNATURE', 'the signature does not hold', ({ verifies }) => verifies, field('signature')),
  must(
    'VBMETA-DESCRIPTOR',
    'a descriptor has a length that is no multiple of 8, or reaches beyond the last one',
    ({ brokenAt }) => brokenAt === undefined,
    ({ brokenAt }) => brokenAt,
  ),
  mustEach(
    'VBMETA-DESCRIPTOR',
    'what is in a descriptor is longer than it',
    ({ list }) => list,
    ({ fits: isIn }) => isIn,
  ),
  mustEach(
    'VBMETA-TEXT',
    'a text in a descriptor is not UTF-8, or does not end',
    ({ list }) => list,
    ({ isText }) => isText,
  ),
];
