import { call } from '../../rule.ts';
import { all } from '../../language/build.ts';
import { forEachCid, forgetLast, grantsOf, liveWith, openGrantsOf, remembered } from '../../vocabulary/cids.ts';
import { endEarlyVms, forgetClients } from '../../vocabulary/cid-clients.ts';

/** The host reboots: every VM has ended, and CIDs are given out from the lowest on again. */
export const rebootHost = call(
  'host',
  'reboot_host',
  {},
  {
    guards: [],
    effects: [
      forEachCid(
        all(
          liveWith('each CID').becomes(0),
          grantsOf('each CID').becomes(0),
          openGrantsOf('each CID').becomes(0),
          remembered('each CID').becomes(0),
        ),
      ),
      forgetLast,
    ],
  },
);

/** The same where clients and early VMs are told apart. */
export const rebootHostWithClients = call(
  'host',
  'reboot_host',
  {},
  { guards: [], effects: [...rebootHost.effects, forgetClients, endEarlyVms] },
);
