import { vm } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { isLive, lifeOf, noneLoaded } from '../../vocabulary/vms.ts';

/** The VM will never run again; from here on the host may take its pages back one by one. */
export const startTeardownVm = hypercall(
  'start_teardown_vm',
  { vm },
  {
    guards: [must('TEARDOWN-LIVE', isLive('vm'), 'EINVAL'), must('TEARDOWN-UNLOADED', noneLoaded('vm'), 'EINVAL')],
    effects: [lifeOf('vm').becomes('DYING')],
  },
);
