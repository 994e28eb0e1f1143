/** Faults in how bootloaders read descriptions of images, partitions and trees of hashes. */
import type { HashtreeFacts } from '../../spec/images/descriptors.ts';
import { vbmetaAlgorithms, vbmetaHeaderSize } from '../../spec/images/vbmeta.ts';
import type { VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../../model/bytes.ts';
import { unhex } from '../../model/bytes.ts';
import { modulusIn } from '../../model/images/avb-key.ts';
import { signedHashes, usualExponent, verifiesRsa } from '../../model/rsa.ts';
import { partition } from '../../properties/images/partition.ts';
import { topLevel } from '../../properties/images/top-level.ts';
import { verity } from '../../properties/images/verity.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

/** Whether the signature is one over the hash in the description, which nobody has compared with what it describes. */
function verifiesStored(bytes: Bytes, { algorithm, hash, signature, publicKey }: VbmetaFacts): boolean {
  const { modulus, hash: size } = vbmetaAlgorithms[algorithm] ?? vbmetaAlgorithms[0];
  const cut = (offset: number, length: number): Bytes =>
    bytes.subarray(vbmetaHeaderSize + offset, vbmetaHeaderSize + offset + length);
  const key = { modulus: modulusIn(unhex(publicKey), modulus), exponent: usualExponent };
  const signed = size === 64 ? signedHashes.sha512 : signedHashes.sha256;
  return key.modulus > 0n && verifiesRsa(key, signed, cut(hash.offset, size), cut(signature.offset, signature.size));
}

/** A digest as long as it should be, of a tree that lies behind its image: more is not looked at. */
const hasShape = ({ digest, version, treeOffset, imageSize }: HashtreeFacts): boolean =>
  version === 1 && digest.length === 64 && treeOffset === imageSize;

const ofTopLevel = faultOf(topLevel);

const ofDescriptions: readonly ImageFault[] = [
  ofTopLevel({
    id: 'hash-not-recomputed',
    title: 'the signature is compared with the hash in the description, and that with nothing',
    loses: 'a description says whatever the host likes',
    clauses: ['VBMETA-HASH'],
    story:
      'The description holds a hash and a signature of it. The verifier checks the signature over that hash, and never computes the hash of what it is to cover. The host takes any description of the maker, leaves these two as they are, and changes digests, flags and rollback index as it likes.',
    reads: (piece, read) => {
      const facts = read(piece);
      const verifies = verifiesStored(piece.bytes, facts.vbmeta);
      return { ...facts, vbmeta: { ...facts.vbmeta, hashMatches: true, verifies } };
    },
  }),
  ofTopLevel({
    id: 'descriptors-unsigned',
    title: 'descriptors may lie behind the block that is signed',
    loses: 'what is described was signed by nobody',
    clauses: ['VBMETA-BOUNDS'],
    story:
      'The signature covers the header and the auxiliary block, and the verifier takes the descriptors from wherever the header says, as long as that is within the bytes that it was given. A description whose descriptors begin behind the block passes, and they can be exchanged after it was signed.',
    reads: (piece, read) => {
      const facts = read(piece);
      return { ...facts, vbmeta: { ...facts.vbmeta, descriptors: { offset: 0, size: 0 } } };
    },
  }),
  ofTopLevel({
    id: 'key-of-the-image',
    title: 'the key in the image is believed',
    loses: "a system of the attacker's own boots on a locked device",
    clauses: ['VBMETA-TRUSTED'],
    story:
      'The description is signed correctly, with the key that it brings along, and the verifier asks for no more. The attacker signs an image with a key that was made for it.',
    unasked: ['VBMETA-TRUSTED'],
  }),
  ofTopLevel({
    id: 'rollback-location-ignored',
    title: 'every rollback index is compared with the one at location 0',
    loses: 'an image with a known hole boots again',
    clauses: ['VBMETA-ROLLBACK'],
    story:
      'The description says at which location its index is stored, and the verifier looks at location 0, where another image has a lower one. An old image that was signed once, and should be refused, is accepted.',
    reads: (piece, read) => {
      const facts = read(piece);
      return { ...facts, vbmeta: { ...facts.vbmeta, rollbackLocation: 0 } };
    },
  }),
  ofTopLevel({
    id: 'chained-key-not-compared',
    title: 'a chained description may be signed with any key',
    loses: 'the system is one that the maker of the device has not signed',
    clauses: ['VBMETA-CHAIN-KEY'],
    story:
      'The top-level description names the key that has to sign the description of the system. The verifier checks that it is signed, and does not compare the keys. A thief with the partition writes a system and signs it.',
    unasked: ['VBMETA-CHAIN-KEY'],
  }),
  ofTopLevel({
    id: 'chained-flags-obeyed',
    title: 'a chained description may turn verification off',
    loses: 'whoever signs one partition turns off the verification of others',
    clauses: ['VBMETA-FLAGS'],
    story:
      'Flags belong into the top-level description alone. A verifier that passes over them in a chained one leaves it to later readers, such as the first process of the system, to obey them.',
    unasked: ['VBMETA-FLAGS'],
  }),
  ofTopLevel({
    id: 'chained-index-not-compared',
    title: 'only the index of the top-level description is compared',
    loses: 'an old system boots under a new description',
    clauses: ['VBMETA-CHAIN-ROLLBACK'],
    story:
      'The system is updated on its own, with an index of its own. The attacker puts back the partition of last year, with its description; the top-level one is as new as ever.',
    unasked: ['VBMETA-CHAIN-ROLLBACK'],
  }),
];

const ofPartitions: readonly ImageFault[] = [
  faultOf(partition)({
    id: 'tree-not-compared',
    title: 'the tree of hashes is not held against the root digest',
    loses: 'files that nobody has signed are mounted',
    clauses: ['PARTITION-TREE'],
    story:
      'The root digest is signed, and the tree is not. A reader that starts at the lowest level finds that each block has its digest there: the attacker has changed both.',
    reads: (piece, read) => {
      const facts = read(piece);
      const [first] = facts.described;
      return { ...facts, isDescribed: facts.isDescribed || (first?.kind === 'hash tree' && hasShape(first)) };
    },
  }),
  faultOf(partition)({
    id: 'other-partition-described',
    title: 'a description of several partitions is taken for that of any of them',
    loses: 'a partition is verified as another one',
    clauses: ['PARTITION-DESCRIBED'],
    story:
      'The description is that of a partition and of one more. The verifier takes the first descriptor that it finds; a later stage takes the last, and mounts what the first stage has not looked at.',
    reads: (piece, read) => {
      const facts = read(piece);
      return { ...facts, described: facts.described.slice(0, 1) };
    },
  }),
  faultOf(verity)({
    id: 'levels-not-compared',
    title: 'only the topmost block of a tree is compared',
    loses: 'all files but a few can be others',
    clauses: ['VERITY-TREE'],
    story:
      'The topmost block of the tree has the root digest, and the verifier takes all levels below it as they are. The host changes a block of the lowest level, and with it the data that hangs from there.',
    unasked: ['VERITY-TREE'],
  }),
];

export const vbmetaFaults: readonly ImageFault[] = [...ofDescriptions, ...ofPartitions];
