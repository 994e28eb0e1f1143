import { vcpuIndex, vm } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { both, value } from '../../language/build.ts';
import { askedFor, isPlanned, isPresent, isProtected, powerOf, vcpu } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

const target = vcpu('vm', 'target');

/** PSCI CPU_ON: a VM switches another of its vCPUs on, and the host is to run it, or to say that it cannot. */
export const guestCpuOn = call(
  'guest',
  'guest_cpu_on',
  { vm, vcpu: vcpuIndex, target: vcpuIndex },
  {
    guards: [
      ...entersGuest,
      must('CPU-ON-PROTECTED', isProtected('vm'), 'hvc', { waiver: 'the host keeps the power state of its own VMs' }),
      must('CPU-ON-TARGET', both(isPlanned('vm', 'target'), isPresent(target).is(1)), 'INVALID_PARAMETERS', noSubject),
      must('CPU-ON-STARTED', powerOf(target).isNot('PENDING'), 'ON_PENDING', {
        waiver: 'switching it on once more would set anew where it begins, which is not part of the state',
      }),
      must('CPU-ON-OFF', powerOf(target).is('OFF'), 'ALREADY_ON', {
        waiver: 'switching on what is on would reset the registers, which are not part of the state',
      }),
    ],
    effects: [powerOf(target).becomes('PENDING'), askedFor(vcpu('vm', 'vcpu')).becomes(value('target'))],
  },
);
