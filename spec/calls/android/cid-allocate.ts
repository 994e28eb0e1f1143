import { call, must, noSubject, onFailure } from '../../rule.ts';
import { answers, compute, isBelow, quantity } from '../../language/build.ts';
import {
  cidAbove,
  grant,
  grantNext,
  lastCid,
  liveWith,
  nextCid,
  openGrantsOf,
  remembered,
  someCidIsFree,
} from '../../vocabulary/cids.ts';

/** The service grants the next CID to a new VM, and the host's kernel gives the VM that address. */
export const allocateCid = call(
  'service',
  'allocate_cid',
  {},
  {
    guards: [
      must('CID-ALLOCATE-FREE', someCidIsFree, 'ILLEGAL_STATE', noSubject),
      onFailure('CID-ALLOCATE-SPENT', grantNext),
      must('CID-ALLOCATE-UNUSED', liveWith(lastCid).is(0), 'EADDRINUSE'),
    ],
    effects: [answers(lastCid), remembered(lastCid).becomes(1), liveWith(lastCid).grows()],
    answer: 'number',
  },
);

/** Android 13's: upwards from the lowest, whoever holds what, and an error at the end. */
export const allocateCidUpwards = call(
  'service',
  'allocate_cid',
  {},
  {
    guards: [must('CID-ALLOCATE-LEFT', isBelow(compute(lastCid, '+', 1), quantity('cids')), 'ILLEGAL_STATE')],
    effects: [answers(cidAbove), liveWith(cidAbove).grows(), grant(cidAbove)],
    answer: 'number',
  },
);

/** The same as a step of its own: the CID is granted, and nobody remembers it before a VM is registered under it. */
export const allocateCidOnly = call(
  'service',
  'allocate_cid',
  {},
  {
    guards: [must('CID-ALLOCATE-FREE', someCidIsFree, 'ILLEGAL_STATE', noSubject)],
    effects: [answers(nextCid), openGrantsOf(nextCid).grows(), grantNext],
    answer: 'number',
  },
);
