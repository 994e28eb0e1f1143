import { fault, flag, page } from '../../parameters.ts';
import { hypercall, must } from '../../rule.ts';
import { all } from '../../language/build.ts';
import { hasMailbox, secureHold, withoutMailbox } from '../../vocabulary/devices.ts';
import { isNamedByRight, isTakenOver, isWellFormed, startsAtPage } from '../../vocabulary/lifecycle.ts';
import { hostState, isMemory, ownerOf } from '../../vocabulary/pages.ts';

const parameters = { page, descFault: fault, addrFault: fault };

const guards = [
  must('FFA-LEND-DESCRIPTOR', isWellFormed('descFault'), 'INVALID_PARAMETERS', {
    waiver: 'buffers and descriptors are not part of the state',
  }),
  must('FFA-LEND-ALIGNED', startsAtPage('page', 'addrFault'), 'DENIED', {
    waiver: 'addresses within a page are not part of the state',
  }),
  must('FFA-LEND-MEMORY', isMemory('page'), 'DENIED'),
  must('FFA-LEND-OWNED', hostState('page').is('OWNED'), 'DENIED'),
];

/** FFA_MEM_LEND: the host gives a page to the secure world for a time, and has no access until it is back. */
export const ffaLend = hypercall('ffa_lend', parameters, {
  guards,
  effects: [
    all(hostState('page').becomes('NOPAGE'), ownerOf('page').becomes('FFA')),
    secureHold('page').becomes('LENT'),
  ],
});

/** As a share of several ranges: no more than that is recorded, and the host keeps its access. */
export const ffaLendAsShare = hypercall(
  'ffa_lend',
  { ...parameters, rest: fault, refused: flag },
  {
    guards: [
      // why: what is wrong with a message is answered alike, wherever it is looked at.
      must('FFA-LEND-MAILBOX', hasMailbox, 'INVALID_PARAMETERS', withoutMailbox),
      ...guards,
      must('FFA-LEND-ALL', isNamedByRight('rest'), 'DENIED', {
        waiver: 'what a message names besides one page is not part of the state',
      }),
      must('FFA-LEND-TAKEN', isTakenOver('refused'), 'INVALID_PARAMETERS', {
        waiver: 'a share that nobody knows of costs the host a page, and no one else',
      }),
    ],
    effects: [hostState('page').becomes('SHARED_OWNED'), secureHold('page').becomes('SHARED')],
  },
);
