import { instruction, vcpuIndex, vm } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { not } from '../../language/build.ts';
import { isHidden, isLeftToHost, isSecureCall, isUndefined, isWait } from '../../vocabulary/instructions.ts';
import { isProtected } from '../../vocabulary/vms.ts';
import { entersGuest } from '../memory/guest-access.ts';

const changesNothing = { waiver: 'who answers is not part of the state, and nothing changes either way' };

/** A guest executes an instruction that traps, or that there is not. */
export const guestInstruction = call(
  'guest',
  'guest_instruction',
  { vm, vcpu: vcpuIndex, instruction },
  {
    guards: [
      ...entersGuest,
      must('TRAP-UNDEFINED', not(isUndefined('instruction')), 'undefined', changesNothing),
      must('TRAP-WAIT', not(isWait('instruction')), 'wfx', changesNothing),
      must('TRAP-SMC', not(isSecureCall('instruction')), 'smc', changesNothing),
      must('TRAP-PROTECTED', isProtected('vm'), 'sysreg', changesNothing),
      must('TRAP-LEFT', not(isLeftToHost('instruction')), 'sysreg', changesNothing),
      must('TRAP-HIDDEN', not(isHidden('instruction')), 'undefined'),
    ],
    effects: [],
  },
);
