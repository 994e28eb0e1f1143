import { call } from '../../rule.ts';
import { forEachCid, forgetLast, remembered } from '../../vocabulary/cids.ts';
import { forgetRequests } from '../../vocabulary/cid-clients.ts';

/** The service restarts: it has forgotten which CIDs are held, though their VMs run on, but not which it gave last. */
export const restartService = call(
  'service',
  'restart_service',
  {},
  { guards: [], effects: [forEachCid(remembered('each CID').becomes(0))] },
);

/** The same before the last CID was kept in a property: allocation starts anew at the lowest. */
export const restartForgetfulService = call(
  'service',
  'restart_service',
  {},
  { guards: [], effects: [forEachCid(remembered('each CID').becomes(0)), forgetLast] },
);

/** Step by step: requests under way are gone with it; a CID that was written down is spent. */
export const restartServiceMidway = call(
  'service',
  'restart_service',
  {},
  { guards: [], effects: [forgetRequests('PICKED', 'GRANTED')] },
);
/** The same where the client has its answer as soon as the CID is written down. */
export const restartServiceEarly = call(
  'service',
  'restart_service',
  {},
  { guards: [], effects: [forgetRequests('PICKED')] },
);
