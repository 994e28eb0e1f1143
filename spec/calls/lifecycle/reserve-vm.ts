import { hypercall, must, noSubject } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { firstFreeEntry, hasFreeEntry, lifeOf } from '../../vocabulary/vms.ts';

/** A handle for a VM to come: the first free entry of the VM table. */
export const reserveVm = hypercall(
  'reserve_vm',
  {},
  {
    guards: [must('RESERVE-ROOM', hasFreeEntry, 'ENOMEM', noSubject)],
    effects: [answers(firstFreeEntry), lifeOf(firstFreeEntry).becomes('RESERVED')],
    answer: 'vm',
  },
);
