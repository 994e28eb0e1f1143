import { gfn, vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { isProtected, mmioGuard } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

/** MMIO_GUARD_UNMAP: kept for older guests; the frame stays guarded. */
export const guestMmioGuardUnmap = call(
  'guest',
  'guest_mmio_guard_unmap',
  { vm, vcpu: vcpuIndex, gfn },
  {
    guards: [
      ...entersGuest,
      must('GUARD-UNMAP-PROTECTED', isProtected('vm'), 'hvc', {
        waiver: 'the call changes nothing',
      }),
      must('GUARD-UNMAP-ENROLLED', mmioGuard('vm').is(1), 'INVALID_PARAMETER', {
        waiver: 'the call changes nothing',
      }),
    ],
    effects: [],
  },
);
