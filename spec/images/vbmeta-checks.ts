/** What every verifier asks of a description of images: of its header, its signature and its descriptors. */
import { must, mustEach } from '../evidence/check.ts';
import type { ImageCheck } from './image.ts';
import { mostVbmeta, vbmetaAlgorithms, vbmetaFields, vbmetaHeaderSize } from './vbmeta.ts';
import type { Range, VbmetaFacts } from './vbmeta.ts';

const blockUnit = 64;
const version = { major: 1, minor: 3 } as const;

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
