import { fewPages, firstPage, vcpuIndex, vm } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { answers, every } from '../../language/build.ts';
import { listLength, offer } from '../../vocabulary/memcache.ts';
import { hostReaches } from '../../vocabulary/pages.ts';
import { isCreated, isPlanned, vcpu } from '../../vocabulary/vms.ts';

/** The host puts pages on the list from which a vCPU's page tables are made. They stay its own until they are taken. */
export const topupMemcache = call(
  'host',
  'topup_memcache',
  { vm, vcpu: vcpuIndex, first: firstPage, pages: fewPages },
  {
    guards: [
      must('TOPUP-VM', isCreated('vm'), 'EINVAL', noSubject),
      must('TOPUP-VCPU', isPlanned('vm', 'vcpu'), 'EINVAL', noSubject),
      must('TOPUP-REACHES', every('first', 'pages', 'each page', hostReaches('each page')), 'EFAULT', {
        waiver: 'the list is kept by the host, for whom this is an ordinary store',
      }),
    ],
    effects: [offer(vcpu('vm', 'vcpu'), 'first', 'pages'), answers(listLength(vcpu('vm', 'vcpu')).value)],
  },
);
