import { vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { isProtected, powerOf, vcpu } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

/** PSCI CPU_OFF: a vCPU switches itself off; the host cannot run it until its VM switches it on again. */
export const guestCpuOff = call(
  'guest',
  'guest_cpu_off',
  { vm, vcpu: vcpuIndex },
  {
    guards: [
      ...entersGuest,
      must('CPU-OFF-PROTECTED', isProtected('vm'), 'hvc', { waiver: 'the host keeps the power state of its own VMs' }),
    ],
    effects: [powerOf(vcpu('vm', 'vcpu')).becomes('OFF')],
  },
);
