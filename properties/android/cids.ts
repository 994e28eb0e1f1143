/** Context identifiers: who has one, who had it, and who may get it again. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import type { FieldName } from '../../spec/fields.ts';
import {
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
  number,
  quantity,
  some,
  stays,
  sum,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { grantsOf, lastCid, liveWith, remembered } from '../../spec/vocabulary/cids.ts';
import type { Always, Each, Permitted, Property, Sometimes } from '../property.ts';
import type { View } from '../view.ts';

const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
const live = (view: View, cid: number): number => field(view, 'cidHeld', cid);
const grants = (view: View, cid: number): number => field(view, 'cidGranted', cid);
const cidsOf = (view: View): number[] => Array.from({ length: view.config.cids }, (_, cid) => cid);

const everyCid = (holds: Bool): Bool => every(0, quantity('cids'), 'each CID', holds);
const someCid = (holds: Bool): Bool => some(0, quantity('cids'), 'each CID', holds);
const wasGranted = someCid(compare(grantsOf('each CID').value, '>', 0));
const noneGrantedTwice = everyCid(compare(grantsOf('each CID').value, '≤', 1));

export const liveCidsDiffer: Always = {
  kind: 'always',
  clause: 'CID-LIVE-UNIQUE',
  statement: 'no CID is that of two live VMs',
  loss: 'two VMs answer to one CID',
  over: 'machine',
  when: someCid(compare(liveWith('each CID').value, '>', 0)),
  holds: everyCid(compare(liveWith('each CID').value, '≤', 1)),
};

export const firstRoundRepeatsNothing: Always = {
  kind: 'always',
  clause: 'CID-NO-REUSE',
  statement: 'as long as there were no more grants than CIDs, none was granted twice',
  loss: 'a CID comes back too early',
  over: 'machine',
  when: wasGranted,
  holds: either(
    compare(sum(0, quantity('cids'), 'each CID', grantsOf('each CID').value), '>', quantity('cids')),
    noneGrantedTwice,
  ),
};

export const nothingIsGrantedTwice: Always = {
  kind: 'always',
  clause: 'CID-NO-REUSE',
  statement: 'since the host booted, no CID was granted twice',
  loss: 'a CID is used twice',
  over: 'machine',
  when: wasGranted,
  holds: noneGrantedTwice,
};

/** The CID that the step granted, or none. */
const granted = number([], 'the CID that is granted', () =>
  first(0, quantity('cids'), 'each CID', compare(grantsOf('each CID').value, '>', before(grantsOf('each CID').value))),
)();
const afterLast = compute(before(lastCid), '+', 1);
/** They lie in a circle. */
const passedOver = number([], 'the number of CIDs between the last one and the one that is granted', () =>
  compute(compute(compute(granted, '+', quantity('cids')), '-', afterLast), 'mod', quantity('cids')),
)();

const grantsGoRound: Each = {
  kind: 'each',
  clause: 'CID-CYCLE',
  statement: 'between the last CID and the next there are only CIDs that the service knew to be held',
  loss: 'a free CID is passed over',
  over: 'call',
  on: ['allocate_cid', 'start_vm'],
  when: compare(granted, '≠', none),
  holds: implies(
    compare(granted, '≠', none),
    every(
      afterLast,
      passedOver,
      'each number',
      before(remembered(compute('each number', 'mod', quantity('cids'))).isNot(0)),
    ),
  ),
};

const grantsAreInRange: Each = {
  kind: 'each',
  clause: 'CID-RANGE',
  statement: 'a CID that is granted is one of the range',
  loss: 'a CID lies outside the range',
  over: 'call',
  on: ['allocate_cid'],
  when: callIsDone,
  holds: implies(callIsDone, both(compare(theAnswer, '≥', 0), isBelow(theAnswer, quantity('cids')))),
};

const restartKeepsThePlace: Each = {
  kind: 'each',
  clause: 'CID-RESTART',
  statement: 'the last CID outlives the service',
  loss: 'the service forgets its place',
  over: 'call',
  on: ['restart_service'],
  holds: stays(lastCid),
};

export const runningVmsAreNotReplaced: Each = {
  kind: 'each',
  clause: 'CID-REPLACE',
  statement: 'no VM comes to life under the CID of a running one',
  loss: 'a VM takes the place of another',
  over: 'call',
  on: ['allocate_cid', 'start_vm', 'register_cid', 'set_guest_cid'],
  when: before(someCid(compare(liveWith('each CID').value, '>', 0))),
  holds: everyCid(either(before(liveWith('each CID').is(0)), stays(liveWith('each CID').value))),
};

const aCidComesBack: Permitted = {
  kind: 'permitted',
  clause: 'CID-WRAP',
  statement: 'after a full turn a CID is granted to another VM',
  on: ['allocate_cid'],
  seen: (step) => step.isDone && grants(step.now, step.answer) > 1,
};

const theKernelRefuses: Sometimes = {
  kind: 'sometimes',
  clause: 'CID-LIVE-UNIQUE',
  statement: 'the service forgets a VM that runs, and the kernel refuses its CID to another',
  seen: (step) => ['CID-ALLOCATE-UNUSED', 'CID-REGISTER-UNUSED'].includes(step.rule.guards[step.guard]?.clause ?? ''),
};

const aServiceGoesOn: Sometimes = {
  kind: 'sometimes',
  clause: 'CID-RESTART',
  statement: 'the service restarts while a VM runs',
  on: ['restart_service'],
  seen: (step) => cidsOf(step.now).some((cid) => live(step.now, cid) > 0),
};

/** Profiles whose allocator comes to an end before a CID comes back. */
export const neverAgain: readonly string[] = ['cids-13', 'cids-strict'];

/** CIDs, for profiles that allocate them. */
export function cids({ profile, rules }: TransitionSystem): readonly Property[] {
  if (!rules.has('allocate_cid')) return [];
  const isStrict = neverAgain.includes(profile.name);
  return [
    liveCidsDiffer,
    isStrict ? nothingIsGrantedTwice : firstRoundRepeatsNothing,
    grantsGoRound,
    grantsAreInRange,
    restartKeepsThePlace,
    runningVmsAreNotReplaced,
    aServiceGoesOn,
    ...(isStrict ? [] : [aCidComesBack, theKernelRefuses]),
  ];
}
