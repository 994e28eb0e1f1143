import { cid } from '../../parameters.ts';
import { call, must, noSubject } from '../../rule.ts';
import { isBelow } from '../../language/build.ts';
import { liveWith, remembered } from '../../vocabulary/cids.ts';

/** A VM ends; the service forgets that its CID was held, if it still knew. */
export const releaseCid = call(
  'service',
  'release_cid',
  { cid },
  {
    guards: [must('CID-RELEASE-LIVE', isBelow(0, liveWith('cid').value), 'ILLEGAL_STATE', noSubject)],
    effects: [liveWith('cid').shrinks(), remembered('cid').becomes(0)],
  },
);
