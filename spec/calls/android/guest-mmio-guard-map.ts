import { fault, gfn, vcpuIndex, vm } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { either, not, when } from '../../language/build.ts';
import { startsAtPage } from '../../vocabulary/lifecycle.ts';
import { guard, tablesSuffice } from '../../vocabulary/page-tables.ts';
import { isGuarded, isInRange, isUnmapped } from '../../vocabulary/stage2.ts';
import { isProtected, mmioGuard, vcpu } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

const running = vcpu('vm', 'vcpu');

/** MMIO_GUARD_MAP: a VM says that at this frame it means a device, so that the host may see what it writes there. */
export const guestMmioGuardMap = call(
  'guest',
  'guest_mmio_guard_map',
  { vm, vcpu: vcpuIndex, gfn, addrFault: fault },
  {
    guards: [
      ...entersGuest,
      must('GUARD-MAP-PROTECTED', isProtected('vm'), 'hvc', {
        waiver: 'of a VM that is not protected the host sees everything',
      }),
      must('GUARD-MAP-ENROLLED', mmioGuard('vm').is(1), 'INVALID_PARAMETER', {
        waiver: 'what the host sees of a device access is not part of the state',
      }),
      must('GUARD-MAP-ALIGNED', startsAtPage('gfn', 'addrFault'), 'INVALID_PARAMETER', {
        waiver: 'addresses within a page are not part of the state',
      }),
      must('GUARD-MAP-GFN', isInRange('gfn'), 'INVALID_PARAMETER', noSubject),
      // A frame may be guarded twice: a guest that boots in stages does not know what an earlier one did.
      must('GUARD-MAP-FREE', either(isUnmapped('vm', 'gfn'), isGuarded('vm', 'gfn')), 'INVALID_PARAMETER'),
      must('GUARD-MAP-TABLES', either(isGuarded('vm', 'gfn'), tablesSuffice(running, 'vm', 'gfn')), 'hvc'),
    ],
    effects: [when(not(isGuarded('vm', 'gfn')), guard(running, 'vm', 'gfn'))],
  },
);
