/** What a descriptor says: of a partition, of a property, of the command line, or of another description. */
interface Placed {
  /** Where it is in the image, and its length with its header. */
  readonly at: number;
  readonly size: number;
  /** The lengths that it gives for its parts add up to no more than its own. */
  readonly fits: boolean;
  /** Its texts are UTF-8, and those end that have to. */
  readonly isText: boolean;
}

interface OfPartition extends Placed {
  readonly partition: string;
  readonly imageSize: number;
  readonly algorithm: string;
  /** In hexadecimal digits. */
  readonly salt: string;
  readonly digest: string;
}

/** A partition by the digest of its image, all of it at once. */
export interface HashFacts extends OfPartition {
  readonly kind: 'hash';
}
/** A partition by the root digest of a tree of hashes, for dm-verity. */
export interface HashtreeFacts extends OfPartition {
  readonly kind: 'hash tree';
  readonly version: number;
  readonly treeOffset: number;
  readonly treeSize: number;
  readonly dataBlock: number;
  readonly hashBlock: number;
}
/** A partition that has a description of its own, by the key that has to sign it. */
export interface ChainFacts extends Placed {
  readonly kind: 'chained partition';
  readonly partition: string;
  readonly rollbackLocation: number;
  readonly publicKey: string;
}
export interface PropertyFacts extends Placed {
  readonly kind: 'property';
  readonly key: string;
  readonly value: string;
}
export interface CommandLineFacts extends Placed {
  readonly kind: 'command line';
  readonly flags: number;
  readonly text: string;
}
interface OtherFacts extends Placed {
  readonly kind: 'other';
  readonly tag: number;
}

export type DescriptorFacts = HashFacts | HashtreeFacts | ChainFacts | PropertyFacts | CommandLineFacts | OtherFacts;

export const isHash = (one: DescriptorFacts): one is HashFacts => one.kind === 'hash';
export const isChain = (one: DescriptorFacts): one is ChainFacts => one.kind === 'chained partition';
export const isProperty = (one: DescriptorFacts): one is PropertyFacts => one.kind === 'property';
