import { vm } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { answers } from '../../language/build.ts';
import { forgetVm, unpinStructures } from '../../vocabulary/lifecycle.ts';
import { returnPages } from '../../vocabulary/memcache.ts';
import { dropStage2 } from '../../vocabulary/page-tables.ts';
import { isDying, stage2Pages } from '../../vocabulary/vms.ts';

/** A dying VM is gone: what was given up for it returns, and its handle is free for another. */
export const finalizeTeardownVm = hypercall(
  'finalize_teardown_vm',
  { vm },
  {
    guards: [must('FINALIZE-DYING', isDying('vm'), 'EINVAL')],
    effects: [
      answers(stage2Pages('vm').value),
      returnPages('vm'),
      unpinStructures('vm'),
      // LIFE-STRAND: pages that are still mapped keep their annotation of an owner that no longer exists.
      dropStage2('vm'),
      forgetVm('vm'),
    ],
    answer: 'number',
  },
);
