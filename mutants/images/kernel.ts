/** Faults in how pvmfw reads kernels and what they say of themselves. */
import { kernelPartition } from '../../spec/images/kernel.ts';
import type { KernelFacts } from '../../spec/images/kernel.ts';
import type { DescriptorFacts, HashFacts } from '../../spec/images/descriptors.ts';
import type { Bytes } from '../../model/bytes.ts';
import { digestOf } from '../../model/images/digest.ts';
import { hashUnder } from '../../model/images/kernel.ts';
import { readVbmeta } from '../../model/images/vbmeta.ts';
import { kernel } from '../../properties/images/partition.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

const fault = faultOf(kernel);

/** A kernel whose digest is compared in another way. */
const withDigest =
  (isRight: (descriptor: HashFacts, bytes: Bytes) => boolean) =>
  (facts: KernelFacts, bytes: Bytes): KernelFacts => {
    const found = hashUnder(facts.vbmeta, kernelPartition);
    return { ...facts, isKernel: facts.isKernel || (found !== undefined && isRight(found, bytes)) };
  };
const byPrefix = withDigest((found, bytes) => digestOf(found, bytes)?.startsWith(found.digest) ?? false);
const withoutSalt = withDigest((found, bytes) => digestOf({ ...found, salt: '' }, bytes) === found.digest);

/** The image with what fills it up to where the description begins. */
const padded = ({ footer, ...facts }: KernelFacts, bytes: Bytes): KernelFacts => {
  const found = hashUnder(facts.vbmeta, kernelPartition);
  const isKernel = found !== undefined && digestOf({ ...found, imageSize: footer.offset }, bytes) === found.digest;
  return { ...facts, footer, isKernel };
};

const word = 2 ** 32;
const known = ['remote_attest', 'secretkeeper_protection'];
/** Capabilities that are found anywhere in the text. */
const bySubstring = (one: DescriptorFacts): DescriptorFacts =>
  one.kind === 'property' ? { ...one, value: known.filter((name) => one.value.includes(name)).join('|') } : one;

const ofWhatIsRead: readonly ImageFault[] = [
  fault({
    id: 'digest-by-prefix',
    title: 'as many bytes of the digest are compared as the description has',
    loses: 'a kernel has any digest that is short enough',
    clauses: ['AVB-KERNEL'],
    story:
      'The length of the digest comes from the description, and so does the number of bytes that are compared. With a digest of a few bytes a kernel that matches is found by trying; with one of none at all every kernel matches. Verified Boot itself gives a digest without bytes a meaning, that of a digest stored on the device, which pvmfw refuses.',
    reads: (piece, read) => byPrefix(read(piece), piece.bytes),
  }),
  fault({
    id: 'salt-left-out',
    title: 'the digest of a kernel is computed without the salt',
    loses: 'the digest of one kernel is that of another, prepared one',
    clauses: ['AVB-KERNEL'],
    story:
      'The salt goes before the image, so that collisions which somebody has computed once are worth nothing. A verifier that leaves it out accepts a description whose digest is that of the bare image.',
    reads: (piece, read) => withoutSalt(read(piece), piece.bytes),
  }),
  fault({
    id: 'padding-digested',
    title: 'the digest covers what fills up the image as well',
    loses: 'a kernel that is signed no longer boots',
    clauses: ['AVB-KERNEL'],
    story:
      'The digest is that of the image in the length that the description gives. A verifier that goes on to where the description begins also digests what fills up the block, so that a kernel boots or does not by the size of its partition.',
    reads: (piece, read) => padded(read(piece), piece.bytes),
  }),
  fault({
    id: 'footer-offset-truncated',
    title: 'the offset of the description is read in 32 bits',
    loses: 'two stages read two descriptions',
    clauses: ['FOOTER-BOUNDS'],
    story:
      'The offset in the footer has 64 bits and is signed by nobody. A verifier that keeps the lower half finds a description in the partition; a stage that reads all of it looks far outside, at bytes of the host’s that can change at any time.',
    reads: ({ bytes, ...piece }, read) => {
      const facts = read({ bytes, ...piece });
      const offset = facts.footer.offset % word;
      if (offset === facts.footer.offset) return facts;
      const vbmeta = readVbmeta(bytes.subarray(offset, offset + facts.footer.size), offset);
      const found = hashUnder(vbmeta, kernelPartition);
      const isKernel = found !== undefined && digestOf(found, bytes) === found.digest;
      return { ...facts, footer: { ...facts.footer, offset }, vbmeta, isKernel };
    },
  }),
  fault({
    id: 'capability-by-substring',
    title: 'a capability is looked for anywhere in the text',
    loses: 'a kernel gets rules that it has not asked for',
    clauses: ['AVB-CAPABILITIES'],
    story:
      'The capabilities of a kernel are a list of names. A verifier that looks for a name anywhere in the text takes `no_remote_attest` for the kernel that signs certificates, with the salt and the checks of that one.',
    reads: (piece, read) => {
      const facts = read(piece);
      return { ...facts, vbmeta: { ...facts.vbmeta, list: facts.vbmeta.list.map(bySubstring) } };
    },
  }),
];

const isFirst = (one: DescriptorFacts, at: number, list: readonly DescriptorFacts[]): boolean =>
  one.kind !== 'hash' || list.findIndex((each) => each.kind === 'hash' && each.partition === one.partition) === at;

const ofWhatIsAsked: readonly ImageFault[] = [
  fault({
    id: 'second-digest-accepted',
    title: 'of two digests under one name the first is taken',
    loses: 'it is not one kernel that is described',
    clauses: ['AVB-DESCRIPTORS'],
    story:
      'The description has the digest of the kernel twice, and the second one is another. pvmfw verifies by the first; what is recorded of the kernel and goes into the secrets may be the second, so that one instance runs two kernels.',
    reads: (piece, read) => {
      const facts = read(piece);
      return { ...facts, vbmeta: { ...facts.vbmeta, list: facts.vbmeta.list.filter(isFirst) } };
    },
  }),
  fault({
    id: 'flags-not-looked-at',
    title: 'the flags of the description are passed over',
    loses: 'a build of developers boots with everything unverified',
    clauses: ['AVB-ENFORCED'],
    story:
      'A flag of the description turns off the verification of what it describes, and libavb obeys it: no digest is compared. An image that was signed so for a laboratory boots in any protected VM, with any kernel.',
    unasked: ['AVB-ENFORCED'],
  }),
  fault({
    id: 'key-of-the-kernel',
    title: 'pvmfw believes the key that a kernel brings along',
    loses: 'a kernel of anybody runs in a protected VM',
    clauses: ['AVB-KEY'],
    story:
      'The kernel is signed, and with the key in its description. A firmware that does not compare that key with its own starts the kernel of whoever has made a key.',
    unasked: ['AVB-KEY'],
  }),
  fault({
    id: 'ramdisk-not-expected',
    title: 'digests of ramdisks are only looked at if there is a ramdisk',
    loses: 'a kernel starts without the ramdisk that is signed with it',
    clauses: ['AVB-RAMDISK-LISTED'],
    known: 'AOSP Virtualization 86383df1',
    story:
      'The description lists the ramdisks that may go with the kernel. The host loads none, and no digest is left to compare. The kernel starts without its first process, and takes what else it can find, a disk of the host’s.',
    unasked: ['AVB-RAMDISK-LISTED'],
  }),
  fault({
    id: 'other-description-named',
    title: 'a kernel may name a description elsewhere',
    loses: 'what is verified is not what the kernel says of itself',
    clauses: ['AVB-SIGNED'],
    known: 'AOSP Virtualization 9dfb2968',
    story:
      'The description of a kernel names one of another partition, with a key for it. That key is none that pvmfw trusts, and still its owner says what belongs to the kernel.',
    unasked: ['AVB-SIGNED'],
  }),
];

export const kernelFaults: readonly ImageFault[] = [...ofWhatIsRead, ...ofWhatIsAsked];
