import { fault, firstPage, flag, vcpuCount, vm } from '../parameters.ts';
import { hypercall, keeps, must } from '../rule.ts';
import { isBelow, value } from '../term.ts';
import { employAll, hypVmPages, isRight, kvmPages, pgdPages } from '../vocabulary/lifecycle.ts';
import { areDisjoint, areHostOwned, areSharedWithHyp, pinAll, wipeAll } from '../vocabulary/pages.ts';
import {
  createdVcpus,
  idRegs,
  isHandle,
  isReserved,
  kvmOf,
  lifeOf,
  metadataPages,
  protection,
  stage2Pages,
} from '../vocabulary/vms.ts';

/** A reserved handle becomes a VM, in memory that the host gives up for it. */
export const initVm = hypercall(
  'init_vm',
  {
    vm,
    kvm: firstPage,
    created: vcpuCount,
    protected: flag,
    idRegs: flag,
    vmMem: firstPage,
    vmMemFault: fault,
    pgd: firstPage,
    pgdFault: fault,
  },
  {
    guards: [
      must('INIT-VM-PINNABLE', areSharedWithHyp('kvm', kvmPages), 'EPERM'),
      must('INIT-VM-VCPUS', isBelow(0, 'created'), 'EINVAL'),
      must('INIT-VM-HANDLE', isHandle('vm'), 'EINVAL', {
        excuse: 'INIT-VM-RESERVED refuses the same handles; only the memory offered is spared',
      }),
      must('INIT-VM-ALIGNED', isRight('vmMemFault'), 'ENOMEM', {
        excuse: 'addresses within a page are not part of the state',
      }),
      must('INIT-VM-DONATED', areHostOwned('vmMem', hypVmPages), 'ENOMEM'),
      keeps('LIFE-SCRUB', wipeAll('vmMem', hypVmPages)),
      must('INIT-VM-PGD-ALIGNED', isRight('pgdFault'), 'ENOMEM', {
        excuse: 'addresses within a page are not part of the state',
      }),
      must('INIT-VM-PGD-DONATED', areHostOwned('pgd', pgdPages), 'ENOMEM'),
      must('INIT-VM-PGD-DISTINCT', areDisjoint('vmMem', hypVmPages, 'pgd', pgdPages), 'ENOMEM'),
      keeps('LIFE-SCRUB', wipeAll('pgd', pgdPages)),
      must('INIT-VM-RESERVED', isReserved('vm'), 'EINVAL'),
    ],
    // The VM can be found under its handle only from here on: nothing after this can fail (LIFE-PUBLISH-LAST).
    effects: [
      pinAll('kvm', kvmPages),
      employAll('vmMem', hypVmPages, 'METADATA', 'vm'),
      employAll('pgd', pgdPages, 'STAGE2', 'vm'),
      metadataPages('vm').becomes(hypVmPages),
      stage2Pages('vm').becomes(pgdPages),
      kvmOf('vm').becomes(value('kvm')),
      protection('vm').becomes(value('protected')),
      idRegs('vm').becomes(value('idRegs')),
      createdVcpus('vm').becomes(value('created')),
      lifeOf('vm').becomes('LIVE'),
    ],
  },
);
