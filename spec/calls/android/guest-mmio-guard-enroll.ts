import { vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { isProtected, mmioGuard } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

const hostSeesAll = { waiver: 'of a VM that is not protected the host sees everything' };

/** MMIO_GUARD_ENROLL: from here on the host sees a VM's device accesses only where the VM guards the frame. */
export const guestMmioGuardEnroll = call(
  'guest',
  'guest_mmio_guard_enroll',
  { vm, vcpu: vcpuIndex },
  {
    guards: [...entersGuest, must('GUARD-ENROLL-PROTECTED', isProtected('vm'), 'hvc', hostSeesAll)],
    effects: [mmioGuard('vm').becomes(1)],
  },
);
