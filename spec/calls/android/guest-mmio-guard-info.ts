import { fault, vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { answers, quantity } from '../../language/build.ts';
import { reservedAreZero } from '../../vocabulary/lifecycle.ts';
import { entersGuest } from '../memory/guest-access.ts';

/** MMIO_GUARD_INFO: a VM asks in what pieces it can guard its frames. */
export const guestMmioGuardInfo = call(
  'guest',
  'guest_mmio_guard_info',
  { vm, vcpu: vcpuIndex, argFault: fault },
  {
    guards: [
      ...entersGuest,
      must('GUARD-INFO-ARGS', reservedAreZero('argFault'), 'INVALID_PARAMETER', {
        waiver: 'reserved arguments are not part of the state',
      }),
    ],
    effects: [answers(quantity('granule'))],
    answer: 'number',
  },
);
