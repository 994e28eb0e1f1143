import { fault, firstOf, flag, vcpuCount } from '../../parameters.ts';
import { hypercall, must, noSubject, onFailure } from '../../rule.ts';
import { answers, isBelow, note, value } from '../../language/build.ts';
import {
  employAll,
  isAlignedRoot,
  hasOwnMemory,
  startsAtPage,
  kvmPages,
  pgdPages,
} from '../../vocabulary/lifecycle.ts';
import { areHostOwned, areSharedWithHyp, areUnmappedForDma, pinAll, wipeAll } from '../../vocabulary/pages.ts';
import {
  createdVcpus,
  firstFreeEntry,
  hasFreeEntry,
  idRegs,
  kvmOf,
  lifeOf,
  protection,
  stage2Pages,
} from '../../vocabulary/vms.ts';

const withinPage = { waiver: 'addresses within a page are not part of the state' };

/** Android's: handle and structure come from the hypervisor's own allocator, and only the root table is given. */
export const androidInitVm = hypercall(
  'init_vm',
  {
    kvm: firstOf('kvmPages'),
    created: vcpuCount,
    protected: flag,
    idRegs: flag,
    pgd: firstOf('pgdPages'),
    pgdFault: fault,
    full: fault,
  },
  {
    guards: [
      must('INIT-VM-PINNABLE', areSharedWithHyp('kvm', kvmPages), 'EPERM'),
      must('INIT-VM-VCPUS', isBelow(0, 'created'), 'EINVAL'),
      must('INIT-VM-ALLOCATED', hasOwnMemory('full'), 'ENOMEM', {
        waiver: "the hypervisor's own allocator is not part of the state; when it is empty is its choice",
      }),
      must('INIT-VM-PGD-ALIGNED', startsAtPage('pgd', 'pgdFault'), 'EINVAL', withinPage),
      must('INIT-VM-PGD-ORDER', isAlignedRoot('pgd'), 'EINVAL', withinPage),
      must('INIT-VM-PGD-DONATED', areHostOwned('pgd', pgdPages), 'EINVAL'),
      must('INIT-VM-PGD-UNPINNED', areUnmappedForDma('pgd', pgdPages), 'EINVAL'),
      onFailure('LIFE-SCRUB', wipeAll('pgd', pgdPages)),
      must('INIT-VM-ROOM', hasFreeEntry, 'ENOMEM', noSubject),
    ],
    // LIFE-PUBLISH-LAST: the entry is taken by the last of these.
    effects: [
      note('entry', firstFreeEntry),
      answers('entry'),
      pinAll('kvm', kvmPages),
      employAll('pgd', pgdPages, 'STAGE2', 'entry'),
      stage2Pages('entry').becomes(pgdPages),
      kvmOf('entry').becomes(value('kvm')),
      protection('entry').becomes(value('protected')),
      idRegs('entry').becomes(value('idRegs')),
      createdVcpus('entry').becomes(value('created')),
      lifeOf('entry').becomes('LIVE'),
    ],
    answer: 'vm',
  },
);
