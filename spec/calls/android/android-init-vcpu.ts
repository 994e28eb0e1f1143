import { fault, firstOf, mpState, vcpuIndex, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { isBelow, value, when } from '../../language/build.ts';
import type { Effect } from '../../language/term.ts';
import { hasOwnMemory, vcpuPages } from '../../vocabulary/lifecycle.ts';
import { emptyList } from '../../vocabulary/memcache.ts';
import { areSharedWithHyp, pinAll } from '../../vocabulary/pages.ts';
import {
  featuresAgree,
  hostVcpuOf,
  isCreated,
  isPlanned,
  isPresent,
  isProtected,
  isUnprotected,
  powerOf,
  vcpu,
} from '../../vocabulary/vms.ts';

const made = vcpu('vm', 'index');
export const pinned = pinAll('hostVcpu', vcpuPages);
/** What becomes of a vCPU whose structure of the host's is pinned. */
export const madeVcpu: readonly Effect[] = [
  hostVcpuOf(made).becomes(value('hostVcpu')),
  emptyList(made),
  when(isProtected('vm'), powerOf(made).becomes(value('mpState'))),
  when(isUnprotected('vm'), powerOf(made).becomes('ON')),
  isPresent(made).becomes(1),
];

/** Android's: the structure comes from the hypervisor's own allocator, and the vCPU is made switched on or off. */
export const androidInitVcpu = hypercall(
  'init_vcpu',
  { vm, hostVcpu: firstOf('vcpuPages'), index: vcpuIndex, mpState, full: fault },
  {
    guards: [
      must('INIT-VCPU-VM', isCreated('vm'), 'ENOENT', noSubject),
      must('INIT-VCPU-ALLOCATED', hasOwnMemory('full'), 'ENOMEM', {
        waiver: "the hypervisor's own allocator is not part of the state; when it is empty is its choice",
      }),
      must('INIT-VCPU-PINNABLE', areSharedWithHyp('hostVcpu', vcpuPages), 'EBUSY'),
      must('INIT-VCPU-POWER', isBelow('mpState', 2), 'EINVAL', {
        waiver: 'a vCPU of which nobody says whether it is on would run like one that is',
      }),
      must('INIT-VCPU-FEATURES', featuresAgree('vm'), 'EINVAL'),
      must('INIT-VCPU-PLANNED', isPlanned('vm', 'index'), 'EINVAL'),
      must('INIT-VCPU-VACANT', isPresent(made).is(0), 'EINVAL'),
    ],
    effects: [pinned, ...madeVcpu],
  },
);
