/** Words about context identifiers: which CIDs have a live VM, and which the service believes to be held. */
import { none } from '../config.ts';
import { all, cell, choose, compare, compute, condition, first, forEach, number, quantity } from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';

/** VMs that are alive with the CID. */
export const liveWith = (cid: Ref): Cell<'cidHeld'> => cell('cidHeld', cid);
export const grantsOf = (cid: Ref): Cell<'cidGranted'> => cell('cidGranted', cid);
/** Grants that no VM has taken up. */
export const openGrantsOf = (cid: Ref): Cell<'cidPending'> => cell('cidPending', cid);
/** What the service knows of the CID. */
export const remembered = (cid: Ref): Cell<'servicedCids'> => cell('servicedCids', cid);
const last = cell('lastCid');
export const lastCid = last.value;

/** The first CID after the last one, in a circle, that is free; none if there is none. */
export const nextFree = (phrase: string, isFree: (cid: Ref) => Bool): Num =>
  number([], phrase, () => {
    const from = compute(lastCid, '+', 1);
    const above = first(from, compute(quantity('cids'), '-', from), 'each CID', isFree('each CID'));
    return choose(compare(above, '≠', none), above, first(0, from, 'each CID', isFree('each CID')));
  })();
/** The next CID that the service does not know to be held. */
export const nextCid = nextFree('the next CID', (cid) => remembered(cid).is(0));
/** The CID after the last one, whoever has it. */
export const cidAbove = number([], 'the CID after the last one', () =>
  compute(compute(lastCid, '+', 1), 'mod', quantity('cids')),
)();
export const someCidIsFree = condition([], 'the service [knows] of a CID that is not held', () =>
  compare(nextCid, '≠', none),
)();

/** A CID is granted: it is the last one from here on. */
export const grant = (cid: Num): Effect => all(grantsOf(cid).grows(), last.becomes(cid));
export const grantNext: Effect = grant(nextCid);
export const forgetLast: Effect = last.becomes(none);

export const forEachCid = (change: Effect): Effect => forEach(0, quantity('cids'), 'each CID', change);
