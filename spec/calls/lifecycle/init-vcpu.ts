import { fault, firstOf, vcpuIndex, vm } from '../../parameters.ts';
import { hypercall, must, noSubject, onFailure } from '../../rule.ts';
import { value } from '../../language/build.ts';
import { employAll, hypVcpuPages, startsAtPage, vcpuPages } from '../../vocabulary/lifecycle.ts';
import { emptyList } from '../../vocabulary/memcache.ts';
import { areHostOwned, areSharedWithHyp, pinAll, wipeAll } from '../../vocabulary/pages.ts';
import {
  featuresAgree,
  hostVcpuOf,
  isCreated,
  isPlanned,
  isPresent,
  metadataPages,
  vcpu,
} from '../../vocabulary/vms.ts';

/** A vCPU of a VM is made, in memory that the host gives up for it. */
export const initVcpu = hypercall(
  'init_vcpu',
  { vm, hostVcpu: firstOf('vcpuPages'), index: vcpuIndex, mem: firstOf('hypVcpuPages'), memFault: fault },
  {
    guards: [
      must('INIT-VCPU-ALIGNED', startsAtPage('mem', 'memFault'), 'ENOMEM', {
        waiver: 'addresses within a page are not part of the state',
      }),
      must('INIT-VCPU-DONATED', areHostOwned('mem', hypVcpuPages), 'ENOMEM'),
      onFailure('LIFE-SCRUB', wipeAll('mem', hypVcpuPages)),
      must('INIT-VCPU-VM', isCreated('vm'), 'ENOENT', noSubject),
      must('INIT-VCPU-PINNABLE', areSharedWithHyp('hostVcpu', vcpuPages), 'EBUSY'),
      must('INIT-VCPU-FEATURES', featuresAgree('vm'), 'EINVAL'),
      must('INIT-VCPU-PLANNED', isPlanned('vm', 'index'), 'EINVAL'),
      must('INIT-VCPU-VACANT', isPresent(vcpu('vm', 'index')).is(0), 'EINVAL'),
    ],
    effects: [
      pinAll('hostVcpu', vcpuPages),
      employAll('mem', hypVcpuPages, 'METADATA', 'vm'),
      metadataPages('vm').grows(hypVcpuPages),
      hostVcpuOf(vcpu('vm', 'index')).becomes(value('hostVcpu')),
      emptyList(vcpu('vm', 'index')),
      isPresent(vcpu('vm', 'index')).becomes(1),
    ],
  },
);
