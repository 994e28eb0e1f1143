/** CIDs step by step: what holds between any two steps of clients, the service and the kernel; and early VMs. */
import { earlyPartitions } from '../../spec/config.ts';
import {
  attribute,
  before,
  both,
  callIsDone,
  compare,
  compute,
  either,
  every,
  first,
  implies,
  isBelow,
  not,
  number,
  quantity,
  some,
  stays,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { none } from '../../spec/config.ts';
import { clientPhases } from '../../spec/fields.ts';
import { grantsOf, lastCid, liveWith } from '../../spec/vocabulary/cids.ts';
import { cidOf, earlyFrom, earlyWith, isKnown, isTaken, phaseOf } from '../../spec/vocabulary/cid-clients.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Always, Each, Permitted, Property, Sometimes, Step } from '../property.ts';
import type { View } from '../view.ts';
import { firstRoundRepeatsNothing, liveCidsDiffer, runningVmsAreNotReplaced } from './cids.ts';

const everyEarly = (holds: Bool): Bool => every(0, quantity('earlyCids'), 'each fixed CID', holds);
const someClient = (holds: Bool): Bool => some(0, quantity('clients'), 'each client', holds);
const cid = cidOf('client').value;

/** Each number between the last CID and this one, in a circle, as it was before the step. */
const passedOver = number(['CID'], 'the number of CIDs between the last one and {CID}', (CID) =>
  compute(compute(compute(compute(CID, '+', quantity('cids')), '-', lastCid), '-', 1), 'mod', quantity('cids')),
);
const picksGoRound: Each = {
  kind: 'each',
  clause: 'CID-CYCLE',
  statement: 'between the last CID and the one that is picked there are only CIDs of contexts that the service knew',
  loss: 'a free CID is passed over',
  over: 'call',
  on: ['pick_cid'],
  when: callIsDone,
  holds: implies(
    callIsDone,
    every(
      compute(lastCid, '+', 1),
      passedOver(cid),
      'each number',
      before(isTaken(compute('each number', 'mod', quantity('cids')))),
    ),
  ),
};

const picksAreInRange: Each = {
  kind: 'each',
  clause: 'CID-RANGE',
  statement: 'a CID that is picked is one of the range',
  loss: 'a CID lies outside the range',
  over: 'call',
  on: ['pick_cid'],
  when: callIsDone,
  holds: implies(callIsDone, both(compare(cid, '≥', 0), isBelow(cid, quantity('cids')))),
};

/** The CID that the step granted, or none. */
const granted = number([], 'the CID that is granted', () =>
  first(0, quantity('cids'), 'each CID', compare(grantsOf('each CID').value, '>', before(grantsOf('each CID').value))),
)();
const theLastIsWritten: Each = {
  kind: 'each',
  clause: 'CID-RESTART',
  statement: 'a CID that is granted is the last one from here on, and no restart changes the last one',
  loss: 'the service forgets its place',
  over: 'call',
  when: compare(granted, '≠', none),
  holds: either(compare(lastCid, '=', granted), both(compare(granted, '=', none), either(stays(lastCid), noVmRuns()))),
};
/** Only a reboot, which ends all VMs, takes the place back. */
function noVmRuns(): Bool {
  return both(
    compare(lastCid, '=', none),
    every(0, quantity('cids'), 'each CID', both(liveWith('each CID').is(0), grantsOf('each CID').is(0))),
  );
}

/** Some other client's context, which the service knows, has the CID of this one. */
const isHeldByAnother = someClient(
  both(
    compare('each client', '≠', 'client'),
    isKnown('each client').is(1),
    compare(cidOf('each client').value, '=', cid),
  ),
);
const heldCidsAreNotGranted: Each = {
  kind: 'each',
  clause: 'CID-HELD-ONCE',
  statement: 'no CID is granted that another client, known to the service, holds',
  loss: 'two clients hold one CID',
  over: 'call',
  on: ['write_last_cid'],
  when: before(someClient(isKnown('each client').is(1))),
  holds: implies(callIsDone, not(before(isHeldByAnother))),
};

const picksDiffer: Each = {
  kind: 'each',
  clause: 'CID-PICKED-ONCE',
  statement: 'no CID is picked for two clients at a time',
  loss: 'two clients are about to get one CID',
  over: 'call',
  on: ['pick_cid'],
  when: callIsDone,
  holds: implies(
    callIsDone,
    not(
      someClient(
        both(
          compare('each client', '≠', 'client'),
          phaseOf('each client').is('PICKED'),
          compare(cidOf('each client').value, '=', cid),
        ),
      ),
    ),
  ),
};

const earlyCidsDiffer: Always = {
  kind: 'always',
  clause: 'CID-LIVE-UNIQUE',
  statement: 'no fixed CID is that of two live early VMs',
  loss: 'two early VMs answer to one CID',
  over: 'machine',
  when: some(0, quantity('earlyCids'), 'each fixed CID', compare(earlyWith('each fixed CID').value, '>', 0)),
  holds: everyEarly(compare(earlyWith('each fixed CID').value, '≤', 1)),
};
const earlyVmsAreOfTheirPartition: Always = {
  kind: 'always',
  clause: 'CID-EARLY-RANGE',
  statement: 'a VM under a fixed CID is one of the partition that the CID is for',
  loss: 'a VM has the CID of another partition',
  over: 'machine',
  when: some(0, quantity('earlyCids'), 'each fixed CID', earlyFrom('each fixed CID').isNot('NONE')),
  holds: everyEarly(
    either(
      earlyFrom('each fixed CID').is('NONE'),
      ...earlyPartitions.map((partition, i) =>
        both(earlyFrom('each fixed CID').is(partition), attribute('earlyPartition', 'each fixed CID').is(1 + i)),
      ),
    ),
  ),
};

const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
const clientsOf = (view: View): number[] => Array.from({ length: view.config.clients ?? 0 }, (_, one) => one);
const phase = (view: View, one: number): string => clientPhases[field(view, 'clientPhase', one)] ?? '';
const someIs = (view: View, wanted: string): boolean => clientsOf(view).some((one) => phase(view, one) === wanted);
const sees = (statement: string, clause: Sometimes['clause'], call: string, seen: Sometimes['seen']): Sometimes => ({
  kind: 'sometimes',
  clause,
  statement,
  on: [call],
  seen,
});

const restartsMidway = [
  sees('the service restarts between picking a CID and writing it down', 'CID-RESTART', 'restart_service', (step) =>
    someIs(step.was, 'PICKED'),
  ),
  sees('the service restarts while a VM runs', 'CID-RESTART', 'restart_service', (step) => someIs(step.was, 'STARTED')),
];
const cidsAreSpent: Permitted = {
  kind: 'permitted',
  clause: 'CID-ALLOCATE-SPENT',
  statement: 'the service restarts when a CID is written down, and no client gets it',
  on: ['restart_service'],
  seen: (step) => someIs(step.was, 'GRANTED'),
};
const theKernelRefuses = sees(
  'the service forgets a VM that runs, and the kernel refuses its CID to another',
  'CID-LIVE-UNIQUE',
  'set_guest_cid',
  ({ isDone }) => !isDone,
);
const clientsContend = sees(
  'a client waits until another has its CID',
  'CID-PICK-ALONE',
  'pick_cid',
  (step) => step.rule.guards[step.guard]?.clause === 'CID-PICK-ALONE',
);

const cidWritten = (step: Step): number => field(step.was, 'clientCid', step.arg('client'));
const aCidComesBack: Permitted = {
  kind: 'permitted',
  clause: 'CID-WRAP',
  statement: 'after a full turn a CID is granted to another client',
  on: ['write_last_cid'],
  seen: (step) => step.isDone && field(step.now, 'cidGranted', cidWritten(step)) > 1,
};
const anUnregisteredCidIsGranted: Permitted = {
  kind: 'permitted',
  clause: 'CID-WINDOW',
  statement: 'a CID is granted to a second client while the VM of the first waits to be registered',
  on: ['write_last_cid'],
  seen: (step) =>
    step.isDone &&
    clientsOf(step.was).some(
      (one) => one !== step.arg('client') && field(step.was, 'clientCid', one) === cidWritten(step),
    ),
};
const earlyCidsComeBack: Permitted = {
  kind: 'permitted',
  clause: 'CID-EARLY',
  statement: 'an early VM has the CID that it had before',
  on: ['start_early_vm'],
  seen: (step) => step.isDone && field(step.now, 'earlyStarts', step.arg('early')) > 1,
};

/** CIDs where clients come by them step by step. */
export function cidSteps({ rules }: TransitionSystem): readonly Property[] {
  if (!rules.has('pick_cid')) return [];
  // Where a VM is registered late, a CID can be held without the service knowing.
  const holds = rules.has('hold_cid')
    ? [heldCidsAreNotGranted, ...restartsMidway, cidsAreSpent]
    : [anUnregisteredCidIsGranted];
  return [
    liveCidsDiffer,
    firstRoundRepeatsNothing,
    picksGoRound,
    picksAreInRange,
    picksDiffer,
    theLastIsWritten,
    runningVmsAreNotReplaced,
    earlyCidsDiffer,
    earlyVmsAreOfTheirPartition,
    theKernelRefuses,
    clientsContend,
    aCidComesBack,
    earlyCidsComeBack,
    ...holds,
  ];
}
