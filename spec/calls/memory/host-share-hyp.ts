import { page } from '../../parameters.ts';
import { hypercall, implied, must, neverDecides } from '../../rule.ts';
import { endFits, hostState, hypState, isMemory } from '../../vocabulary/pages.ts';

/** SHARE with the hypervisor: the host lends it a page and keeps owning it. */
export const hostShareHyp = hypercall(
  'host_share_hyp',
  { page },
  {
    guards: [
      must('SHARE-HYP-RANGE', endFits('page'), 'EINVAL', implied('SHARE-HYP-MEMORY', 'only the error is another')),
      must('SHARE-HYP-MEMORY', isMemory('page'), 'EPERM'),
      must('SHARE-HYP-OWNED', hostState('page').is('OWNED'), 'EPERM'),
      must(
        'SHARE-HYP-UNLENT',
        hypState('page').is('NOPAGE'),
        'EPERM',
        neverDecides('MEM-LEGAL: what the host owns alone, the hypervisor has not'),
      ),
    ],
    effects: [hostState('page').becomes('SHARED_OWNED'), hypState('page').becomes('SHARED_BORROWED')],
  },
);
