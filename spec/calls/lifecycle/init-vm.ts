import { fault, firstOf, flag, vcpuCount, vm } from '../../parameters.ts';
import { hypercall, implied, must, noSubject, onFailure } from '../../rule.ts';
import type { Step } from '../../rule.ts';
import { answers, isBelow, note, value } from '../../language/build.ts';
import type { Effect } from '../../language/term.ts';
import type { Ref } from '../../language/build.ts';
import { employAll, hypVmPages, isAlignedRoot, startsAtPage, kvmPages, pgdPages } from '../../vocabulary/lifecycle.ts';
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
const offered = {
  kvm: firstOf('kvmPages'),
  created: vcpuCount,
  protected: flag,
  idRegs: flag,
  vmMem: firstOf('hypVmPages'),
  vmMemFault: fault,
  pgd: firstOf('pgdPages'),
  pgdFault: fault,
};

const takesStructure: readonly Step[] = [
  must('INIT-VM-PINNABLE', areSharedWithHyp('kvm', kvmPages), 'EPERM'),
  must('INIT-VM-VCPUS', isBelow(0, 'created'), 'EINVAL'),
];

const takesMemory: readonly Step[] = [
  must('INIT-VM-ALIGNED', startsAtPage('vmMem', 'vmMemFault'), 'ENOMEM', withinPage),
  must('INIT-VM-DONATED', areHostOwned('vmMem', hypVmPages), 'ENOMEM'),
  onFailure('LIFE-SCRUB', wipeAll('vmMem', hypVmPages)),
  must('INIT-VM-PGD-ALIGNED', startsAtPage('pgd', 'pgdFault'), 'ENOMEM', withinPage),
  must('INIT-VM-PGD-DONATED', areHostOwned('pgd', pgdPages), 'ENOMEM'),
  must('INIT-VM-PGD-DISTINCT', areDisjoint('vmMem', hypVmPages, 'pgd', pgdPages), 'ENOMEM'),
  onFailure('LIFE-SCRUB', wipeAll('pgd', pgdPages)),
];

/** The VM can be found under its handle only after the last of these: nothing can fail any more (LIFE-PUBLISH-LAST). */
const publishes = (entry: Ref): Effect[] => [
  pinAll('kvm', kvmPages),
  employAll('vmMem', hypVmPages, 'METADATA', entry),
  employAll('pgd', pgdPages, 'STAGE2', entry),
  metadataPages(entry).becomes(hypVmPages),
  stage2Pages(entry).becomes(pgdPages),
  kvmOf(entry).becomes(value('kvm')),
  protection(entry).becomes(value('protected')),
  idRegs(entry).becomes(value('idRegs')),
  createdVcpus(entry).becomes(value('created')),
  lifeOf(entry).becomes('LIVE'),
];

/** A reserved handle becomes a VM, in memory that the host gives up for it. */
export const initVm = hypercall(
  'init_vm',
  { vm, ...offered },
  {
    guards: [
      ...takesStructure,
      must(
        'INIT-VM-HANDLE',
        isHandle('vm'),
        'EINVAL',
        implied('INIT-VM-RESERVED', 'only the memory that the host offers is spared'),
      ),
      ...takesMemory,
      // Known crash: the real hypervisor stops the machine here.
      must('INIT-VM-PGD-ORDER', isAlignedRoot('pgd'), 'PANIC', withinPage),
      must('INIT-VM-RESERVED', isReserved('vm'), 'EINVAL'),
    ],
    effects: publishes('vm'),
  },
);

/** The older form: nothing is reserved, the hypervisor picks the handle and answers it. */
export const initVmUnreserved = hypercall('init_vm', offered, {
  guards: [...takesStructure, ...takesMemory, must('INIT-VM-ROOM', hasFreeEntry, 'ENOMEM', noSubject)],
  effects: [note('entry', firstFreeEntry), answers('entry'), ...publishes('entry')],
  answer: 'vm',
});
