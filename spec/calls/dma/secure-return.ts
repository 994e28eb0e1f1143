import { page } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { secureHold } from '../../vocabulary/devices.ts';

/** FFA_MEM_RELINQUISH: the secure world gives a page back; the host has it again only when it reclaims it. */
export const secureReturn = call(
  'secure world',
  'secure_return',
  { page },
  {
    guards: [must('SECURE-RETURN-GIVEN', secureHold('page').isOneOf('SHARED', 'LENT'), 'DENIED', noSubject)],
    effects: [secureHold('page').becomes('NONE')],
  },
);
