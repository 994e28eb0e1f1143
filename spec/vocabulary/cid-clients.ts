/** Words about clients on their way to a CID, step by step, and about early VMs. */
import { none } from '../config.ts';
import type { clientPhases } from '../fields.ts';
import { all, attribute, both, cell, condition, equals, forEach, not, quantity } from '../language/build.ts';
import { some, value } from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect } from '../language/term.ts';
import { nextFree } from './cids.ts';

type Phase = (typeof clientPhases)[number];

export const phaseOf = (client: Ref): Cell<'clientPhase'> => cell('clientPhase', client);
export const cidOf = (client: Ref): Cell<'clientCid'> => cell('clientCid', client);
/** Whether the service has the client's context among those that hold a CID. */
export const isKnown = (client: Ref): Cell<'clientKnown'> => cell('clientKnown', client);

const someClient = (holds: Bool): Bool => some(0, quantity('clients'), 'each client', holds);
const forEachClient = (change: Effect): Effect => forEach(0, quantity('clients'), 'each client', change);

/** The service knows a context with this CID. */
export const isTaken = condition(['CID'], 'the service [knows] {CID} to be held', (CID) =>
  someClient(both(isKnown('each client').is(1), cidOf('each client').is(CID))),
);
/** The next CID of a service that keeps contexts. */
export const nextUntaken = nextFree('the next CID that no known context has', (cid) => not(isTaken(cid)));

/** Nobody is between these phases: the service takes one request at a time. */
export const nobodyIs = (...phases: Phase[]): Bool => not(someClient(phaseOf('each client').isOneOf(...phases)));

export const forgetClient = (client: Ref): Effect =>
  all(phaseOf(client).becomes('NONE'), cidOf(client).becomes(none), isKnown(client).becomes(0));
/** The service forgets whom it knew; requests that it has not answered are gone. */
export const forgetRequests = (...phases: Phase[]): Effect =>
  forEachClient(
    all(isKnown('each client').becomes(0), {
      kind: 'when',
      condition: phaseOf('each client').isOneOf(...phases),
      then: forgetClient('each client'),
    }),
  );
export const forgetClients: Effect = forEachClient(forgetClient('each client'));

export const earlyWith = (early: Ref): Cell<'earlyHeld'> => cell('earlyHeld', early);
export const startsWith = (early: Ref): Cell<'earlyStarts'> => cell('earlyStarts', early);
export const earlyFrom = (early: Ref): Cell<'earlyFrom'> => cell('earlyFrom', early);
/** The fixed CID is one of those of the partition. */
export const isOfPartition = condition(['early', 'partition'], '{early} [is] for {partition}', (early, partition) =>
  equals(attribute('earlyPartition', early).value, partition),
);
export const endEarlyVms: Effect = forEach(
  0,
  quantity('earlyCids'),
  'each fixed CID',
  all(
    earlyWith('each fixed CID').becomes(0),
    startsWith('each fixed CID').becomes(0),
    earlyFrom('each fixed CID').becomes(value(0)),
  ),
);
