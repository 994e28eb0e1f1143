import { vm } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { forgetVm, unpinStructures } from '../../vocabulary/lifecycle.ts';
import { returnPages } from '../../vocabulary/memcache.ts';
import { dropStage2 } from '../../vocabulary/page-tables.ts';
import { isCreated, noneLoaded } from '../../vocabulary/vms.ts';

/** The VM is gone in one step: what was given up for it returns. */
export const teardownVm = hypercall(
  'teardown_vm',
  { vm },
  {
    guards: [
      must('TEARDOWN-VM', isCreated('vm'), 'ENOENT', { waiver: 'what does not exist is forgotten once more' }),
      must('TEARDOWN-UNLOADED', noneLoaded('vm'), 'EBUSY'),
    ],
    effects: [returnPages('vm'), unpinStructures('vm'), dropStage2('vm'), forgetVm('vm')],
  },
);
