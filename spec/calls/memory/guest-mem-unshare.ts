import { fault, gfn, vcpuIndex, vm } from '../../parameters.ts';
import { call, implied, must, noSubject } from '../../rule.ts';
import { reservedAreZero } from '../../vocabulary/lifecycle.ts';
import { giveToVm } from '../../vocabulary/pages.ts';
import { isMapped, mappedPage, mappingOf } from '../../vocabulary/stage2.ts';
import { isProtected } from '../../vocabulary/vms.ts';
import { entersGuest } from './guest-access.ts';

/** MEM_UNSHARE: a protected VM takes back what it let the host use. */
export const guestMemUnshare = call(
  'guest',
  'guest_mem_unshare',
  { vm, vcpu: vcpuIndex, gfn, argFault: fault },
  {
    guards: [
      ...entersGuest,
      must(
        'MEM-UNSHARE-PROTECTED',
        isProtected('vm'),
        'hvc',
        implied('MEM-UNSHARE-SHARED', 'a VM that is not protected shares nothing'),
      ),
      must('MEM-UNSHARE-ARGS', reservedAreZero('argFault'), 'INVALID_PARAMETER', {
        waiver: 'reserved arguments are not part of the state',
      }),
      must('MEM-UNSHARE-MAPPED', isMapped('vm', 'gfn'), 'INVALID_PARAMETER', noSubject),
      must('MEM-UNSHARE-SHARED', mappingOf('vm', 'gfn').is('SHARED_OWNED'), 'INVALID_PARAMETER', {
        waiver: 'to unshare what is not shared changes nothing',
      }),
    ],
    effects: [giveToVm(mappedPage('vm', 'gfn'), 'vm', 'gfn'), mappingOf('vm', 'gfn').becomes('OWNED')],
  },
);
