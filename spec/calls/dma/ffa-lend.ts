import { fault, page } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { all } from '../../language/build.ts';
import { secureHold } from '../../vocabulary/devices.ts';
import { isWellFormed, startsAtPage } from '../../vocabulary/lifecycle.ts';
import { hostState, isMemory, isUnmappedForDma, ownerOf } from '../../vocabulary/pages.ts';

/** FFA_MEM_LEND: the host gives a page to the secure world for a time, and has no access until it is back. */
export const ffaLend = hypercall(
  'ffa_lend',
  { page, descFault: fault, addrFault: fault },
  {
    guards: [
      must('FFA-LEND-DESCRIPTOR', isWellFormed('descFault'), 'INVALID_PARAMETERS', {
        waiver: 'buffers and descriptors are not part of the state',
      }),
      must('FFA-LEND-ALIGNED', startsAtPage('page', 'addrFault'), 'DENIED', {
        waiver: 'addresses within a page are not part of the state',
      }),
      must('FFA-LEND-MEMORY', isMemory('page'), 'DENIED'),
      must('FFA-LEND-OWNED', hostState('page').is('OWNED'), 'DENIED'),
      must('FFA-LEND-UNPINNED', isUnmappedForDma('page'), 'DENIED'),
    ],
    effects: [
      all(hostState('page').becomes('NOPAGE'), ownerOf('page').becomes('FFA')),
      secureHold('page').becomes('LENT'),
    ],
  },
);
