import { fault, page } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { both, either } from '../../language/build.ts';
import { hasMailbox, secureHold, withoutMailbox } from '../../vocabulary/devices.ts';
import { isWellFormed } from '../../vocabulary/lifecycle.ts';
import { giveToHost, guestShares, hostState, hypState, isMemory, ownerOf } from '../../vocabulary/pages.ts';

const isLent = ownerOf('page').is('FFA');
const isKept = hostState('page').isOneOf('OWNED', 'SHARED_OWNED', 'SHARED_BORROWED');

/** FFA_MEM_RECLAIM: the host takes back what it has shared with, or lent to, the secure world. */
export const ffaReclaim = hypercall(
  'ffa_reclaim',
  { page, descFault: fault },
  {
    guards: [
      must('FFA-RECLAIM-DESCRIPTOR', isWellFormed('descFault'), 'INVALID_PARAMETERS', {
        waiver: 'buffers and descriptors are not part of the state',
      }),
      must('FFA-RECLAIM-MEMORY', isMemory('page'), 'DENIED', { waiver: 'what is no memory was never given' }),
      must('FFA-RECLAIM-RETURNED', secureHold('page').is('NONE'), 'DENIED'),
      must('FFA-RECLAIM-GIVEN', hostState('page').isOneOf('NOPAGE', 'SHARED_OWNED'), 'DENIED'),
      // why: a page that the host has lost may have gone to anyone.
      must('FFA-RECLAIM-OWNER', either(isKept, isLent), 'DENIED'),
      // why: a page that the host shares may be shared with the hypervisor or with VMs.
      must(
        'FFA-RECLAIM-BORROWER',
        either(isLent, both(hypState('page').is('NOPAGE'), guestShares('page').is(0))),
        'DENIED',
      ),
    ],
    effects: [giveToHost('page')],
  },
);

/** The same where a page comes back by the handle that the secure world has given for it, and by nothing else. */
export const ffaReclaimByHandle = hypercall(
  'ffa_reclaim',
  { page },
  {
    guards: [
      must('FFA-RECLAIM-MAILBOX', hasMailbox, 'INVALID_PARAMETERS', withoutMailbox),
      must(
        'FFA-RECLAIM-KNOWN',
        both(hostState('page').is('SHARED_OWNED'), hypState('page').is('NOPAGE'), guestShares('page').is(0)),
        'INVALID_PARAMETERS',
      ),
      must('FFA-RECLAIM-RETURNED', secureHold('page').is('NONE'), 'DENIED'),
    ],
    effects: [hostState('page').becomes('OWNED')],
  },
);
