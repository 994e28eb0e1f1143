/** The state of storage: what lies on the host's disks, what VMs keep in memory, and what was written when. */
import { none } from '../config.ts';
import { contents } from './config.ts';

/** What a block of an image holds: what was signed, or what the host has put there. */
export const blockContents = ['SIGNED', 'CHANGED'] as const;
/** Of which content the tree has the digest. */
export const blockDigests = ['OF_SIGNED', 'OF_CHANGED', 'OF_NOTHING'] as const;
const openFiles = ['CLOSED', 'OPEN'] as const;

export const storageFamilies = {
  block: ['partition', 'block'],
  part: ['sector', 'part'],
  derived: ['derived'],
  datum: ['datum'],
  writing: ['storing', 'sector', 'datum'],
  lastWriting: ['storing', 'sector'],
  chunk: ['chunk'],
  storage: [],
} as const;

export const storageFields = {
  blockContent: { over: 'block', name: 'the content of {block} of {partition}', values: blockContents },
  blockDigest: { over: 'block', name: 'the digest for {block} in the tree of {partition}', values: blockDigests },

  /** A part of a sector, by what it is the ciphertext of; `none` as the key: it is no ciphertext. */
  storedKey: { over: 'part', name: 'the key of {part} of {sector}', start: none },
  storedPlace: { over: 'part', name: 'the sector that {part} of {sector} was sealed for', start: none },
  storedDatum: { over: 'part', name: 'what {part} of {sector} holds', literals: contents },
  storedFlip: { over: 'part', flag: 'a bit of {part} of {sector} [is] flipped' },
  /** The instance whose VM has the store open. */
  storeOpenBy: { over: 'storage', name: 'the instance that runs', start: none },
  /** What the host has learnt. */
  knownKey: { over: 'derived', flag: 'the host [knows] {derived}' },
  knownDatum: { over: 'datum', flag: 'the host [knows] {datum}' },
  /** 1 where a VM of the instance has ever written that there. */
  written: { over: 'writing', flag: 'instance {storing} [has|has not] written {datum} to {sector}' },
  lastWritten: { over: 'lastWriting', name: 'what instance {storing} wrote last to {sector}', start: none },

  /** A file that a VM writes through AuthFS: what the host has of it, and the digests that the VM keeps. */
  fileOpen: { over: 'storage', name: 'the file of the VM', values: openFiles },
  fileThere: { over: 'storage', flag: 'the host [has|has not] a file of that name' },
  chunkStored: { over: 'chunk', name: 'what the host has as {chunk}', start: none },
  chunkLeaf: { over: 'chunk', name: 'the digest that the VM keeps for {chunk}', start: none },
  chunkWritten: { over: 'chunk', name: 'what the VM wrote last to {chunk}', start: none },
} as const;
