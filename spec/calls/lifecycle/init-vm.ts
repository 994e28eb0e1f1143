import { fault, firstOf, flag, vcpuCount, vm } from '../../parameters.ts';
import { hypercall, implied, must, noSubject, onFailure } from '../../rule.ts';
import type { Step } from '../../rule.ts';
import { answers, isBelow, note, value } from '../../language/build.ts';
import type { Effect } from '../../language/term.ts';
import type { Ref } from '../../language/build.ts';
import {
  employAll,
  hasOwnAddresses,
  hasOwnMemory,
  hypVmPages,
  isAlignedRoot,
  startsAtPage,
  kvmPages,
  pgdPages,
} from '../../vocabulary/lifecycle.ts';
import { areDisjoint, areHostOwned, areSharedWithHyp, pinAll, wipeAll } from '../../vocabulary/pages.ts';
import {
  createdVcpus,
  firstFreeEntry,
  hasFreeEntry,
  idRegs,
  isHandle,
  isReserved,
  kvmOf,
  lifeOf,
  metadataPages,
  protection,
  stage2Pages,
} from '../../vocabulary/vms.ts';

const withinPage = { waiver: 'addresses within a page are not part of the state' };

/** What the host offers: its own structure, shared and then pinned, and memory for the hypervisor's. */
const structure = { kvm: firstOf('kvmPages'), created: vcpuCount, protected: flag, idRegs: flag };
const root = { pgd: firstOf('pgdPages'), pgdFault: fault };
const offered = { ...structure, vmMem: firstOf('hypVmPages'), vmMemFault: fault, ...root };

const takesStructure: readonly Step[] = [
  must('INIT-VM-PINNABLE', areSharedWithHyp('kvm', kvmPages), 'EPERM'),
  must('INIT-VM-VCPUS', isBelow(0, 'created'), 'EINVAL'),
];

const takesRoot: readonly Step[] = [
  must('INIT-VM-PGD-ALIGNED', startsAtPage('pgd', 'pgdFault'), 'ENOMEM', withinPage),
  must('INIT-VM-PGD-DONATED', areHostOwned('pgd', pgdPages), 'ENOMEM'),
];

const takesMemory: readonly Step[] = [
  must('INIT-VM-ALIGNED', startsAtPage('vmMem', 'vmMemFault'), 'ENOMEM', withinPage),
  must('INIT-VM-DONATED', areHostOwned('vmMem', hypVmPages), 'ENOMEM'),
  onFailure('LIFE-SCRUB', wipeAll('vmMem', hypVmPages)),
  ...takesRoot,
  must('INIT-VM-PGD-DISTINCT', areDisjoint('vmMem', hypVmPages, 'pgd', pgdPages), 'ENOMEM'),
  onFailure('LIFE-SCRUB', wipeAll('pgd', pgdPages)),
];

/** The VM can be found under its handle only after the last of these: nothing can fail any more (LIFE-PUBLISH-LAST). */
const publishes = (entry: Ref, isInHeap = false): Effect[] => [
  pinAll('kvm', kvmPages),
  ...(isInHeap ? [] : [employAll('vmMem', hypVmPages, 'METADATA', entry)]),
  employAll('pgd', pgdPages, 'STAGE2', entry),
  ...(isInHeap ? [] : [metadataPages(entry).becomes(hypVmPages)]),
  stage2Pages(entry).becomes(pgdPages),
  kvmOf(entry).becomes(value('kvm')),
  protection(entry).becomes(value('protected')),
  idRegs(entry).becomes(value('idRegs')),
  createdVcpus(entry).becomes(value('created')),
  lifeOf(entry).becomes('LIVE'),
];

const namesHandle = must(
  'INIT-VM-HANDLE',
  isHandle('vm'),
  'EINVAL',
  implied('INIT-VM-RESERVED', 'only the memory that the host offers is spared'),
);
/** What is only seen when the memory has been taken. */
const isLate: readonly Step[] = [
  // Known crash: the real hypervisor stops the machine here.
  must('INIT-VM-PGD-ORDER', isAlignedRoot('pgd'), 'PANIC', withinPage),
  must('INIT-VM-RESERVED', isReserved('vm'), 'EINVAL'),
];

/** A reserved handle becomes a VM, in memory that the host gives up for it. */
export const initVm = hypercall(
  'init_vm',
  { vm, ...offered },
  {
    guards: [...takesStructure, namesHandle, ...takesMemory, ...isLate],
    effects: publishes('vm'),
  },
);

/** The older form: nothing is reserved, the hypervisor picks the handle and answers it. */
export const initVmUnreserved = hypercall('init_vm', offered, {
  guards: [...takesStructure, ...takesMemory, must('INIT-VM-ROOM', hasFreeEntry, 'ENOMEM', noSubject)],
  effects: [note('entry', firstFreeEntry), answers('entry'), ...publishes('entry')],
  answer: 'vm',
});

const allocator = { waiver: "the hypervisor's own allocator is not part of the state; when it is empty is its choice" };

/** The newer form: the hypervisor's structure lies in its own heap, and only the root table is given up. */
export const initVmInHeap = hypercall(
  'init_vm',
  { vm, ...structure, ...root, full: fault, crowded: fault },
  {
    guards: [
      ...takesStructure,
      namesHandle,
      must('INIT-VM-SPACE', hasOwnAddresses('crowded'), 'E2BIG', allocator),
      must('INIT-VM-ALLOCATED', hasOwnMemory('full'), 'ENOMEM', allocator),
      ...takesRoot,
      onFailure('LIFE-SCRUB', wipeAll('pgd', pgdPages)),
      ...isLate,
    ],
    effects: publishes('vm', true),
  },
);
