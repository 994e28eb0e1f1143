import { fault, vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { answers, quantity } from '../../language/build.ts';
import { reservedAreZero } from '../../vocabulary/lifecycle.ts';
import { isProtected } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

/** HYP_MEMINFO: a VM asks in what pieces it can share its memory. */
export const guestHypMeminfo = call(
  'guest',
  'guest_hyp_meminfo',
  { vm, vcpu: vcpuIndex, argFault: fault },
  {
    guards: [
      ...entersGuest,
      must('MEMINFO-PROTECTED', isProtected('vm'), 'hvc', {
        waiver: 'the host answers its own VMs, and nothing changes either way',
      }),
      must('MEMINFO-ARGS', reservedAreZero('argFault'), 'INVALID_PARAMETER', {
        waiver: 'reserved arguments are not part of the state',
      }),
    ],
    effects: [answers(quantity('granule'))],
    answer: 'number',
  },
);
