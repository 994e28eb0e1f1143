/** What is counted is there: shares, pins, and the pages that the host gave to the hypervisor. */
import { none } from '../../spec/config.ts';
import {
  both,
  cell,
  choose,
  compare,
  compute,
  countOf,
  either,
  equals,
  every,
  implies,
  quantity,
  sum,
} from '../../spec/language/build.ts';
import { mailboxUses } from '../../spec/vocabulary/devices.ts';
import { guestShares, hostState, hypState, isMemory, pins } from '../../spec/vocabulary/pages.ts';
import { isCreated, metadataPages, stage2Pages, vcpu } from '../../spec/vocabulary/vms.ts';
import type { Always, Property } from '../property.ts';
import { everLent, relied, structures, tables } from '../tallies.ts';

export const sharesAreConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-SHARES',
  statement: 'the share count of a page is the number of mappings that borrow it',
  loss: 'a share is lost count of',
  over: 'page',
  holds: equals(guestShares('page').value, everLent('page')),
};

export const pinsAreConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  statement:
    'the pins of a page are as many as the VMs and vCPUs whose structures lie in it, and the buffers of the mailbox that it is',
  loss: 'a pin is lost count of',
  over: 'page',
  holds: equals(pins('page').value, compute(relied('page'), '+', mailboxUses('page'))),
};

const pinsHold: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  statement: 'a page on which a VM or a vCPU relies stays shared with the hypervisor',
  loss: 'a page that is relied on is taken away',
  over: 'page',
  holds: either(
    equals(relied('page'), 0),
    both(hostState('page').is('SHARED_OWNED'), hypState('page').is('SHARED_BORROWED')),
  ),
};

export const donatedPagesServe: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  statement: 'a page that the host gave to the hypervisor serves one VM that exists, for one use',
  loss: 'a donated page serves nobody',
  over: 'page',
  holds: implies(
    isMemory('page'),
    either(
      both(cell('use', 'page').isNot('NONE'), hypState('page').is('OWNED'), cell('useVm', 'page').isNot(none)),
      both(cell('use', 'page').is('NONE'), hypState('page').isNot('OWNED'), cell('useVm', 'page').is(none)),
    ),
  ),
};

export const donatedPagesAreCounted: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  statement: 'the hypervisor holds as many pages for a VM as it has counted, and none for a VM that does not exist',
  loss: 'a donated page is lost count of',
  over: 'vm',
  holds: both(
    equals(structures('vm'), choose(isCreated('vm'), metadataPages('vm').value, 0)),
    equals(tables('vm'), choose(isCreated('vm'), stage2Pages('vm').value, 0)),
  ),
};

const usedTables = countOf(
  0,
  quantity('tables'),
  'each table',
  compare(cell('tableEntries', 'vm', 'each table').value, '>', 0),
);
const cacheOf = cell('cache', vcpu('vm', 'each index')).value;
const spare = compute(cell('pool', 'vm').value, '+', sum(0, quantity('vcpus'), 'each index', cacheOf));

const tableMemoryIsConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  statement: 'each stage-2 page of a VM is its root, a table in use, spare in the VM, or in the cache of a vCPU',
  loss: 'a page table comes from nowhere',
  over: 'vm',
  holds: implies(
    isCreated('vm'),
    both(
      compare(cell('pool', 'vm').value, '≥', 0),
      every(0, quantity('tables'), 'each table', compare(cell('tableEntries', 'vm', 'each table').value, '≥', 0)),
      every(0, quantity('vcpus'), 'each index', compare(cacheOf, '≥', 0)),
      equals(stage2Pages('vm').value, compute(compute(quantity('pgdPages'), '+', usedTables), '+', spare)),
    ),
  ),
};

export const conservation: readonly Property[] = [
  sharesAreConserved,
  pinsAreConserved,
  pinsHold,
  donatedPagesServe,
  donatedPagesAreCounted,
  tableMemoryIsConserved,
];
