/** How far the allocator of CIDs has come. */
import { none } from '../../spec/config.ts';
import {
  both,
  choose,
  compare,
  compute,
  either,
  equals,
  every,
  implies,
  quantity,
  sum,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { grantsOf, lastCid, liveWith, openGrantsOf, remembered } from '../../spec/vocabulary/cids.ts';
import type { Always } from '../property.ts';
import { supporting } from './invariant.ts';

const everyCid = (holds: Bool): Bool => every(0, quantity('cids'), 'each CID', holds);
const grants = grantsOf('each CID').value;
const granted = sum(0, quantity('cids'), 'each CID', grants);
const isGranted = choose(compare('each CID', '≤', lastCid), 1, 0);

export const cidInvariants: readonly Always[] = [
  supporting(
    'CID-LIVE-UNIQUE',
    'machine',
    'a CID has a number of VMs, and who has it was granted it',
    'a VM has a CID that nobody granted',
    everyCid(
      both(
        compare(liveWith('each CID').value, '≥', 0),
        compare(grants, '≥', 0),
        compare(openGrantsOf('each CID').value, '≥', 0),
        either(
          compare(grants, '>', 0),
          both(liveWith('each CID').is(0), openGrantsOf('each CID').is(0), remembered('each CID').is(0)),
        ),
      ),
    ),
  ),
  supporting(
    'CID-RANGE',
    'machine',
    'the last CID is one of the range, or none',
    'the allocator stands outside its range',
    both(compare(lastCid, '≥', none), compare(lastCid, '<', quantity('cids'))),
  ),
];

/** Where the place outlives the service. */
export const cyclicInvariants: readonly Always[] = [
  supporting(
    'CID-NO-REUSE',
    'machine',
    'as long as there were no more grants than CIDs, they went from the lowest to the last one, each once',
    'a CID is passed over',
    implies(
      compare(granted, '≤', quantity('cids')),
      both(equals(granted, compute(lastCid, '+', 1)), everyCid(equals(grants, isGranted))),
    ),
  ),
];

/** Where it never comes round. */
export const upwardInvariants: readonly Always[] = [
  supporting(
    'CID-NO-REUSE',
    'machine',
    'grants went from the lowest CID to the last one, each once',
    'a CID is passed over',
    everyCid(equals(grants, isGranted)),
  ),
];
