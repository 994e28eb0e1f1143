/** Faults in how the index of hashes beside an APK is read. */
import { readIdsig } from '../../model/images/idsig.ts';
import { idsig } from '../../properties/images/apk.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

const fault = faultOf(idsig);

export const idsigFaults: readonly ImageFault[] = [
  fault({
    id: 'tree-size-believed',
    title: 'the size of the tree is what the index says',
    loses: 'a block of hashes is read as the code of an app',
    clauses: ['IDSIG-TREE'],
    story:
      'How many levels a tree has follows from the length of the app. Taken from the index, it is the host’s: a tree that is said to be higher makes data of hashes, and one that is said to be lower makes hashes of data, and each hangs from the same root.',
    unasked: ['IDSIG-TREE'],
  }),
  fault({
    id: 'salt-of-index-left-out',
    title: 'the tree is computed without its salt',
    loses: 'an app that was verified cannot be read, or is read as another',
    clauses: ['APK-CONTENT'],
    story:
      'The root is compared with a tree without salt, and dm-verity reads with the salt that the index names. What was verified is then not what is read: every block fails, or, where both are the host’s, another one holds.',
    reads: ({ bytes, beside = {} }) => readIdsig(bytes, beside.apk, () => new Uint8Array()),
  }),
  fault({
    id: 'block-size-believed',
    title: 'blocks are as large as the index says',
    loses: 'the tree that is verified is not the one that is mounted',
    clauses: ['IDSIG-HASHING'],
    story:
      'The index says how large a block is, and the device is mounted with blocks of 4096 bytes whatever it says. Who verifies with the size in the index and who reads with the other do not mean the same tree. The sources do not compare the two.',
    unasked: ['IDSIG-HASHING'],
  }),
];
