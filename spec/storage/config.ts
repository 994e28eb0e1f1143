/**
 * The part of a configuration that VMs store things in: images that the host serves, an encrypted store, and a file
 * that a VM writes through AuthFS. Contents and keys are symbols.
 */

/** How the guest reads an image: through dm-verity, as a file of AuthFS that was measured before, or as it is. */
export const protections = ['verity', 'authfs', 'none'] as const;

export interface Partition {
  readonly name: string;
  readonly protection: (typeof protections)[number];
}

export interface StorageConfig {
  readonly partitions: readonly Partition[];
  /** Blocks of each of them that are followed. */
  readonly blocks: number;
  /** Instances that have a key of their own; one of them runs at a time. */
  readonly instances: number;
  /** Sectors of the encrypted store; the first one holds the root of the file system. */
  readonly sectors: number;
  /** Things that a VM writes. */
  readonly data: number;
  /** Chunks of the file that is written through AuthFS. */
  readonly chunks: number;
}

/** A configuration in which nobody stores anything. */
export const noStorage: StorageConfig = { partitions: [], blocks: 0, instances: 0, sectors: 0, data: 0, chunks: 0 };

/** What a part of a sector can stand for: nothing that anybody has written, the mark of a new store, or written data. */
export const contents = ['NOTHING', 'MARK', 'FILE_SYSTEM'] as const;
export const firstDatum = contents.length;
/** Parts of a sector that can be told apart: the first block of the cipher, and all others. */
export const parts = 2;
/** The host's own copy of a sector lies behind those of the store. */
export const spareOf = ({ sectors }: StorageConfig): number => sectors;
export const placesOf = ({ sectors }: StorageConfig): number => (sectors === 0 ? 0 : sectors + 1);
export const datumsOf = ({ data }: StorageConfig): number => (data === 0 ? 0 : firstDatum + data);
/** The secrets that are derived for an instance: what its payload is given, and the key of its store. */
export const purposes = ['PAYLOAD', 'STORE'] as const;
export const secretsOf = ({ instances }: StorageConfig): number => purposes.length * instances;
/** What a read answers has one digit for each part; no datum is larger. */
export const answerBase = 16;
