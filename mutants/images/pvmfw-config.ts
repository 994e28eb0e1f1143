/** Faults in how pvmfw reads what the bootloader left behind it. */
import { pvmfwConfig } from '../../properties/images/pvmfw-config.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

const fault = faultOf(pvmfwConfig);
const word = 2 ** 32;

export const configFaults: readonly ImageFault[] = [
  fault({
    id: 'entry-end-wraps',
    title: 'the end of an entry is computed in 32 bits',
    loses: 'pvmfw patches memory far outside its configuration',
    clauses: ['CONFIG-BOUNDS'],
    story:
      'Offset and size of an entry are added in a word of 32 bits, so an entry just below 4 GiB ends at a small number that passes the check against the total size. pvmfw then writes its patches to an address of the table’s choosing, which may be the stack that it runs on.',
    reads: (piece, read) => {
      const facts = read(piece);
      const wrapped = facts.entries.map((entry) =>
        entry.offset + entry.size >= word ? { ...entry, offset: facts.totalSize - 1, size: 1 } : entry,
      );
      return { ...facts, entries: wrapped };
    },
  }),
  fault({
    id: 'total-size-believed',
    title: 'the total size is not compared with the region',
    loses: 'what lies behind the region is read as a handover',
    clauses: ['CONFIG-REGION'],
    story:
      'The header says how long the configuration is, and pvmfw takes its word. An entry behind the end of the region passes all checks against that size, and what other firmware has left there is taken for the secrets of the device.',
    reads: (piece, read) => ({ ...read(piece), room: word }),
  }),
  fault({
    id: 'overlap-not-seen',
    title: 'entries are compared with the bounds and not with each other',
    loses: 'patching an overlay changes the secrets of every VM',
    clauses: ['CONFIG-ORDER'],
    story:
      'Two entries name the same bytes. pvmfw patches the overlay in place, and so changes the handover from which it derives the secrets of all VMs: they no longer are what they were at the boot before.',
    unasked: ['CONFIG-ORDER'],
  }),
];
