import { fault, flag, page } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { hasMailbox, secureHold, withoutMailbox } from '../../vocabulary/devices.ts';
import { isNamedByRight, isTakenOver, isWellFormed, startsAtPage } from '../../vocabulary/lifecycle.ts';
import { hostState, isMemory } from '../../vocabulary/pages.ts';

const parameters = { page, descFault: fault, addrFault: fault };

const guards = [
  must('FFA-SHARE-DESCRIPTOR', isWellFormed('descFault'), 'INVALID_PARAMETERS', {
    waiver: 'buffers and descriptors are not part of the state',
  }),
  must('FFA-SHARE-ALIGNED', startsAtPage('page', 'addrFault'), 'DENIED', {
    waiver: 'addresses within a page are not part of the state',
  }),
  must('FFA-SHARE-MEMORY', isMemory('page'), 'DENIED'),
  must('FFA-SHARE-OWNED', hostState('page').is('OWNED'), 'DENIED'),
];

// The hypervisor's record of it is SHARED_OWNED with no borrower that it could name.
const effects = [hostState('page').becomes('SHARED_OWNED'), secureHold('page').becomes('SHARED')];

/** FFA_MEM_SHARE: the host lets the secure world use a page as well, and keeps owning it. */
export const ffaShare = hypercall('ffa_share', parameters, { guards, effects });

/** The same in a message of several ranges, or of several fragments, and with a secure world that may refuse. */
export const ffaShareOrNot = hypercall(
  'ffa_share',
  { ...parameters, rest: fault, refused: flag },
  {
    guards: [
      // why: what is wrong with a message is answered alike, wherever it is looked at.
      must('FFA-SHARE-MAILBOX', hasMailbox, 'INVALID_PARAMETERS', withoutMailbox),
      ...guards,
      must('FFA-SHARE-ALL', isNamedByRight('rest'), 'DENIED', {
        waiver: 'what a message names besides one page is not part of the state',
      }),
      must('FFA-SHARE-TAKEN', isTakenOver('refused'), 'INVALID_PARAMETERS', {
        waiver: 'a share that nobody knows of costs the host a page, and no one else',
      }),
    ],
    effects,
  },
);
