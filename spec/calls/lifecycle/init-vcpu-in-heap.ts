import { fault, firstOf, mpState, vcpuIndex, vm } from '../../parameters.ts';
import { hypercall, must, noSubject } from '../../rule.ts';
import { both, either, equals, isBelow, not, value, when } from '../../language/build.ts';
import { hasOwnAddresses, hasOwnMemory, vcpuPages } from '../../vocabulary/lifecycle.ts';
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
  primary,
  vcpu,
} from '../../vocabulary/vms.ts';

const made = vcpu('vm', 'index');
const allocator = { waiver: "the hypervisor's own allocator is not part of the state; when it is empty is its choice" };

/** Linux 7.4's: the structure lies in the hypervisor's heap, which is asked first, and the vCPU is made on or off. */
export const initVcpuInHeap = hypercall(
  'init_vcpu',
  { vm, hostVcpu: firstOf('vcpuPages'), index: vcpuIndex, mpState, full: fault, crowded: fault },
  {
    guards: [
      must('INIT-VCPU-SPACE', hasOwnAddresses('crowded'), 'E2BIG', allocator),
      must('INIT-VCPU-ALLOCATED', hasOwnMemory('full'), 'ENOMEM', allocator),
      must('INIT-VCPU-VM', isCreated('vm'), 'ENOENT', noSubject),
      must('INIT-VCPU-PINNABLE', areSharedWithHyp('hostVcpu', vcpuPages), 'EBUSY'),
      must('INIT-VCPU-FEATURES', featuresAgree('vm'), 'EINVAL'),
      must('INIT-VCPU-POWER', either(isUnprotected('vm'), isBelow('mpState', 2)), 'EINVAL', {
        waiver: 'a vCPU of which nobody says whether it is on would run like one that is',
      }),
      must('INIT-VCPU-FIRST', either(isUnprotected('vm'), not(equals('mpState', 1)), primary('vm').is(0)), 'EINVAL', {
        waiver: 'where a vCPU begins is not part of the state',
      }),
      must('INIT-VCPU-PLANNED', isPlanned('vm', 'index'), 'EINVAL'),
      must('INIT-VCPU-VACANT', isPresent(made).is(0), 'EINVAL'),
    ],
    effects: [
      pinAll('hostVcpu', vcpuPages),
      hostVcpuOf(made).becomes(value('hostVcpu')),
      emptyList(made),
      when(isProtected('vm'), powerOf(made).becomes(value('mpState'))),
      when(both(isProtected('vm'), equals('mpState', 1)), primary('vm').becomes(1)),
      when(isUnprotected('vm'), powerOf(made).becomes('ON')),
      isPresent(made).becomes(1),
    ],
  },
);
