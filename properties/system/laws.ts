/** The whole system: what rests on the device, its services and the secure world together. */
import { none } from '../../spec/config.ts';
import { chainModes, leftInRam, payloadVersions, systemImages } from '../../spec/device/config.ts';
import {
  before,
  both,
  callIsDone,
  cell,
  compare,
  compute,
  equals,
  every,
  implies,
  not,
  quantity,
  sum,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { cids } from '../android/cids.ts';
import { device } from '../device/laws.ts';
import { isLaw } from '../property.ts';
import type { Always, Each, Permitted, Property, Sometimes } from '../property.ts';
import { field, opened } from '../device/opened.ts';

const isRunning = cell('phonePower').is('RUNNING');
const runs = cell('runs').is(1);
const runCid = cell('runCid');
const live = cell('cidHeld', 'each CID');
const everyCid = (holds: Bool): Bool => every(0, quantity('cids'), 'each CID', holds);
const isFirstTurn: Bool = compare(
  sum(0, quantity('cids'), 'each CID', cell('cidGranted', 'each CID').value),
  '≤',
  quantity('cids'),
);
/** It reaches the VM that the CID was learnt of, while that runs. */
const reachesItsVm: Bool = both(cell('learntRuns').is(1), equals(theAnswer, 0));

const addressesLeadNowhereElse: Each = {
  kind: 'each',
  clause: 'SYSTEM-ADDRESS',
  statement: 'in the first turn through the range, whoever connects to the CID of a VM reaches that VM or nobody',
  loss: 'a message for one VM reaches another',
  over: 'call',
  on: ['connect_cid'],
  when: both(callIsDone, isFirstTurn),
  holds: implies(both(callIsDone, isFirstTurn), reachesItsVm),
};

const kernelHasTheCid: Always = {
  kind: 'always',
  clause: 'SYSTEM-CID-RUN',
  statement: 'the kernel has the CID of the VM that runs, for that VM alone',
  loss: 'a VM runs that nobody reaches under its CID, or two are reached',
  over: 'machine',
  when: runs,
  holds: implies(runs, everyCid(implies(equals('each CID', runCid.value), live.is(1)))),
};
const endsFreeTheCid: Each = {
  kind: 'each',
  clause: 'SYSTEM-CID-RUN',
  statement: 'a VM that ends leaves its CID in the kernel to nobody',
  loss: 'a CID stays with a VM that is gone',
  over: 'call',
  on: ['end_vm', 'crash_vm'],
  when: callIsDone,
  holds: implies(callIsDone, everyCid(implies(equals('each CID', before(runCid.value)), live.is(0)))),
};

const bootsBeginAnew: Always = {
  kind: 'always',
  clause: 'SYSTEM-CID-BOOT',
  statement: 'while no system runs, no CID is live, held or the last one',
  loss: 'CIDs of one boot are taken in the next',
  over: 'machine',
  when: not(isRunning),
  holds: implies(
    not(isRunning),
    both(cell('lastCid').is(none), everyCid(both(live.is(0), cell('servicedCids', 'each CID').is(0)))),
  ),
};

const nobodyReadsThePast: Each = {
  kind: 'each',
  clause: 'SYSTEM-NEXT-BOOT',
  statement: 'no load of any system returns what a VM of an earlier boot had',
  loss: 'the next system reads the memory of a VM',
  over: 'call',
  on: ['read_page'],
  when: callIsDone,
  holds: implies(callIsDone, compare(theAnswer, '≠', leftInRam.indexOf('PAST'))),
};

const sealed = cell('sealedSecret');
const opens: Bool = both(
  runs,
  sealed.isNot(none),
  equals(cell('runSecret').value, sealed.value),
  equals(cell('runKeeper').value, cell('sealedKeeper').value),
);
const olderOpensNothing: Always = {
  kind: 'always',
  clause: 'SYSTEM-SEAL-ROLLBACK',
  statement: 'no VM has both secrets with which a newer payload sealed something',
  loss: 'an older payload opens what a newer one sealed',
  over: 'machine',
  when: opens,
  holds: implies(opens, compare(cell('sealedVersion').value, '≤', cell('runVersion').value)),
};

/** The mode and the signer of a boot, which are in a secret beside the factory reset secret. */
const policies = chainModes.length * systemImages.length;
const sameBoot: Bool = equals(
  compute(sealed.value, 'mod', policies),
  compute(compute(cell('systemImage').value, '*', chainModes.length), '+', cell('chainMode').value),
);
const stillKept: Bool = equals(cell('keeperEntry').value, cell('sealedKeeper').value);
const isMeantToOpen: Bool = both(
  callIsDone,
  before(both(sealed.isNot(none), cell('sealedOld').is(0), sameBoot, stillKept)),
);
const updatesKeepSecrets: Each = {
  kind: 'each',
  clause: 'SYSTEM-SEAL-UPDATE',
  statement:
    'a VM that starts has the secrets of before, with the same owner, mode and signer, unless Secretkeeper has forgotten them',
  loss: 'an update loses what was sealed',
  over: 'call',
  on: ['start_vm'],
  when: isMeantToOpen,
  holds: implies(isMeantToOpen, opens),
};
/** Versions are few: the last of them is as new as any before it. */
const isNewest = cell('payload').is(payloadVersions - 1);
const nothingHasACid = everyCid(both(live.is(0), cell('servicedCids', 'each CID').is(0)));
const mayStart: Bool = before(
  both(
    isRunning,
    not(runs),
    nothingHasACid,
    isNewest,
    sealed.isNot(none),
    cell('sealedOld').is(0),
    sameBoot,
    stillKept,
  ),
);
const updatesStart: Each = {
  kind: 'each',
  clause: 'SYSTEM-SEAL-UPDATE',
  statement: 'the newest payload starts where an older one has sealed something that Secretkeeper still has',
  loss: 'a newer payload is refused',
  over: 'call',
  on: ['start_vm'],
  when: mayStart,
  holds: implies(mayStart, callIsDone),
};

const aNewerPayloadOpens: Sometimes = {
  kind: 'sometimes',
  clause: 'SYSTEM-SEAL-UPDATE',
  statement: 'a newer payload opens what an older one has sealed',
  on: ['start_vm'],
  seen: (step) => step.isDone && opened(step.now) && field(step.now, 'runVersion') > field(step.now, 'sealedVersion'),
};
const anAddressOutlivesTheService: Sometimes = {
  kind: 'sometimes',
  clause: 'SYSTEM-ADDRESS',
  statement: 'an app reaches its VM after the service has forgotten it',
  on: ['connect_cid'],
  seen: (step) => step.isDone && step.answer === 0 && field(step.now, 'servicedCids', field(step.now, 'runCid')) === 0,
};
const theKernelRefusesTheVm: Sometimes = {
  kind: 'sometimes',
  clause: 'CID-LIVE-UNIQUE',
  statement: 'the service has forgotten a VM that runs, and the kernel refuses its CID to another',
  seen: (step) => step.rule.guards[step.guard]?.clause === 'CID-ALLOCATE-UNUSED',
};
const anotherSystemBoots: Sometimes = {
  kind: 'sometimes',
  clause: 'SYSTEM-NEXT-BOOT',
  statement: 'a system that nobody has signed reads the pages of VMs',
  on: ['read_page'],
  seen: (step) =>
    step.isDone && field(step.now, 'systemImage') === 2 && field(step.now, 'ramUse', step.arg('page')) === 1,
};
const addressesGetStale: Permitted = {
  kind: 'permitted',
  clause: 'SYSTEM-ADDRESS-STALE',
  statement: 'an app connects to the CID of a VM that has ended, and reaches another',
  on: ['connect_cid'],
  seen: (step) => step.isDone && field(step.now, 'learntRuns') === 0,
};

/** The chapter, with the laws of the device and of CIDs, which hold of the whole as of the parts. */
export function system(whole: TransitionSystem): readonly Property[] {
  return [
    ...device(whole).filter(isLaw),
    ...cids(whole).filter(isLaw),
    addressesLeadNowhereElse,
    kernelHasTheCid,
    endsFreeTheCid,
    bootsBeginAnew,
    nobodyReadsThePast,
    olderOpensNothing,
    updatesKeepSecrets,
    updatesStart,
    aNewerPayloadOpens,
    anAddressOutlivesTheService,
    theKernelRefusesTheVm,
    anotherSystemBoots,
    addressesGetStale,
  ];
}
