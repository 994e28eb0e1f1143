import { vm } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { isReserved, lifeOf } from '../../vocabulary/vms.ts';

/** The handle is given back before a VM was made under it. */
export const unreserveVm = hypercall(
  'unreserve_vm',
  { vm },
  {
    guards: [must('UNRESERVE-RESERVED', isReserved('vm'), 'IGNORED')],
    effects: [lifeOf('vm').becomes('NONE')],
  },
);
