import { fault, page } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { secureHold } from '../../vocabulary/devices.ts';
import { isWellFormed, startsAtPage } from '../../vocabulary/lifecycle.ts';
import { hostState, isMemory, isUnmappedForDma } from '../../vocabulary/pages.ts';

/** FFA_MEM_SHARE: the host lets the secure world use a page as well, and keeps owning it. */
export const ffaShare = hypercall(
  'ffa_share',
  { page, descFault: fault, addrFault: fault },
  {
    guards: [
      must('FFA-SHARE-DESCRIPTOR', isWellFormed('descFault'), 'INVALID_PARAMETERS', {
        waiver: 'buffers and descriptors are not part of the state',
      }),
      must('FFA-SHARE-ALIGNED', startsAtPage('page', 'addrFault'), 'DENIED', {
        waiver: 'addresses within a page are not part of the state',
      }),
      must('FFA-SHARE-MEMORY', isMemory('page'), 'DENIED'),
      must('FFA-SHARE-OWNED', hostState('page').is('OWNED'), 'DENIED'),
      must('FFA-SHARE-UNPINNED', isUnmappedForDma('page'), 'DENIED'),
    ],
    // The hypervisor's record of it is SHARED_OWNED with no borrower that it could name.
    effects: [hostState('page').becomes('SHARED_OWNED'), secureHold('page').becomes('SHARED')],
  },
);
