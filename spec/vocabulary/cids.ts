/** Words about context identifiers: which CIDs have a live VM, and which the service believes to be held. */
import { none } from '../config.ts';
import { all, cell, compare, configNumber, forEach, term, value } from '../term.ts';
import type { Cell, Condition, Effect, Ref, Value } from '../term.ts';

/** VMs that are alive with the CID. */
export const liveWith = <P extends string>(cid: Ref<P>): Cell<'cidHeld', P> =>
  cell('cidHeld', `VMs alive with ${value(cid).words}`, cid);
export const grantsOf = <P extends string>(cid: Ref<P>): Cell<'cidGranted', P> =>
  cell('cidGranted', `grants of ${value(cid).words}`, cid);
/** Grants that no VM has taken up. */
export const openGrantsOf = <P extends string>(cid: Ref<P>): Cell<'cidPending', P> =>
  cell('cidPending', `open grants of ${value(cid).words}`, cid);
/** What the service knows of the CID. */
export const remembered = <P extends string>(cid: Ref<P>): Cell<'servicedCids', P> =>
  cell('servicedCids', `the service's note of ${value(cid).words}`, cid);
const last = cell('lastCid', 'the last CID');
export const lastCid: Value<never> = last.value;

/** The first CID after the last one, in a circle, that the service does not know to be held; none if there is none. */
export const nextCid: Value<never> = term(
  'the next CID',
  [lastCid],
  ({ layout, config }) => {
    const { lastCid: lastCell, servicedCids } = layout.base;
    return (state) => {
      const first = state.at(lastCell) + 1;
      for (let i = 0; i < config.cids; i++) {
        const cid = (first + i) % config.cids;
        if (state.at(servicedCids + cid) === 0) return cid;
      }
      return none;
    };
  },
  { reads: ['servicedCids'] },
);
export const someCidIsFree: Condition<never> = {
  ...compare<never>(nextCid, '!==', none),
  words: 'the service knows of a CID that is not held',
};

/** The next CID is granted: it is the last one from here on. */
export const grantNext: Effect<never> = all(grantsOf(nextCid).grows(), last.becomes(nextCid));
export const forgetLast: Effect<never> = last.becomes(none);

const cids = configNumber('the CIDs of the range', (config) => config.cids);
export const forEachCid = (effect: Effect<'each cid'>): Effect<never> =>
  forEach<never, 'each cid'>(0, cids, 'each cid', effect);
