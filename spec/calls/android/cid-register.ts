import { cid } from '../../parameters.ts';
import { call, must } from '../../rule.ts';
import { isBelow } from '../../language/build.ts';
import { liveWith, openGrantsOf, remembered } from '../../vocabulary/cids.ts';

/** A VM comes to life under a CID that was granted before, and the service notes it. */
export const registerCid = call(
  'service',
  'register_cid',
  { cid },
  {
    guards: [
      must('CID-REGISTER-GRANTED', isBelow(0, openGrantsOf('cid').value), 'ILLEGAL_STATE', {
        waiver: 'what is lost without it shows only when the CID is granted later',
      }),
      must('CID-REGISTER-UNUSED', liveWith('cid').is(0), 'EADDRINUSE'),
    ],
    effects: [openGrantsOf('cid').shrinks(), liveWith('cid').grows(), remembered('cid').becomes(1)],
  },
);
