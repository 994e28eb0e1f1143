import { page } from '../../parameters.ts';
import { hypercall, implied, must } from '../../rule.ts';
import { endFits, hostState, hypState, isMemory, pins } from '../../vocabulary/pages.ts';

/** UNSHARE with the hypervisor: the host takes back a page that it lent. */
export const hostUnshareHyp = hypercall(
  'host_unshare_hyp',
  { page },
  {
    guards: [
      must('UNSHARE-HYP-RANGE', endFits('page'), 'EINVAL', implied('UNSHARE-HYP-MEMORY', 'only the error is another')),
      must(
        'UNSHARE-HYP-MEMORY',
        isMemory('page'),
        'EPERM',
        implied('UNSHARE-HYP-LENT', 'what is no memory is never lent'),
      ),
      must(
        'UNSHARE-HYP-LENT',
        hostState('page').is('SHARED_OWNED'),
        'EPERM',
        implied('UNSHARE-HYP-BORROWED', 'the hypervisor borrows only what the host lent'),
      ),
      must('UNSHARE-HYP-BORROWED', hypState('page').is('SHARED_BORROWED'), 'EPERM'),
      must('UNSHARE-HYP-UNPINNED', pins('page').is(0), 'EBUSY'),
    ],
    effects: [hostState('page').becomes('OWNED'), hypState('page').becomes('NOPAGE')],
  },
);
