/** Faults in how VMs come by their CIDs. */
import { compare, not } from '../../spec/language/build.ts';
import { has } from '../../spec/profile.ts';
import { cids15 } from '../../spec/profiles/cids.ts';
import { none } from '../../spec/config.ts';
import { pickCid, pickCidBriefly } from '../../spec/calls/android/cid-steps.ts';
import { restartServiceMidway } from '../../spec/calls/android/cid-restart-service.ts';
import { first, number, quantity } from '../../spec/language/build.ts';
import { forgetLast } from '../../spec/vocabulary/cids.ts';
import { cidOf, isTaken, phaseOf } from '../../spec/vocabulary/cid-clients.ts';
import { cidClients, manyClients } from '../../search/scopes/android.ts';
import type { BootFault } from '../boot/fault.ts';

const base = { profile: cids15, scopes: [cidClients, manyClients] };

const lowestFree = number([], 'the lowest CID that no known context has', () =>
  first(0, quantity('cids'), 'each CID', not(isTaken('each CID'))),
)();

export const cidFaults: readonly BootFault[] = [
  {
    id: 'last-cid-in-memory',
    title: 'the last CID is kept in the memory of the service',
    loses: 'a new VM gets the address of an older one',
    clauses: ['CID-NO-REUSE'],
    known: 'AOSP Virtualization d50a0241 (b/196015427)',
    story:
      'The service remembers the last CID and nothing else does. It crashes while VMs run, and is started again by the system: it begins at the lowest CID. The next VM gets an address that a client still has for another, and a client that connects to it, as adb did, speaks with the wrong VM.',
    base,
    differences: [
      has(
        { ...restartServiceMidway, effects: [...restartServiceMidway.effects, forgetLast] },
        'restart_service forgets the last CID',
      ),
    ],
  },
  {
    id: 'granted-and-not-held',
    title: 'the lock ends before the context is held',
    loses: 'a CID is granted that another client has just got',
    clauses: ['CID-HELD-ONCE'],
    known: 'AOSP Virtualization of 2025, which logs that a CID is reused (b/418877672)',
    story:
      'A CID is picked and written down under a lock, and the client that it is for is noted later. A slow client sits between the two. Another asks for CIDs until the range has been gone round, and is offered the CID of the slow one, which nobody knows to be held. Then the slow one is noted, and the other is granted its CID.',
    base,
    differences: [has(pickCidBriefly, 'the lock of pick_cid ends where the CID is written down')],
  },
  {
    id: 'lowest-free',
    title: 'the lowest free CID is taken',
    loses: 'the address of a VM that has just ended is given away',
    clauses: ['CID-NO-REUSE', 'CID-CYCLE'],
    story:
      'An allocator that takes the lowest CID that is free saves the trouble of going round. A VM ends, and the next one gets its address at once: whoever still connects to the old VM by its CID reaches the new one.',
    base,
    differences: [
      has(
        {
          ...pickCid,
          guards: pickCid.guards.map((step) =>
            step.clause === 'CID-PICK-FREE' && step.kind === 'must'
              ? { ...step, condition: compare(lowestFree, '≠', none) }
              : step,
          ),
          effects: [cidOf('client').becomes(lowestFree), phaseOf('client').becomes('PICKED')],
        },
        'pick_cid takes the lowest CID that is free',
      ),
    ],
  },
];
