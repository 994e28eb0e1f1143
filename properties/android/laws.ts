/** Android: context identifiers, the power of vCPUs, and frames that a VM guards for devices. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { powers } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { cell, compare, either, every, implies, quantity, some, sum } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { grantsOf, liveWith } from '../../spec/vocabulary/cids.ts';
import type { Always, Each, Permitted, Property, Sometimes, Step } from '../property.ts';
import { isDone } from '../property.ts';
import { MAPPING } from '../view.ts';
import type { View } from '../view.ts';

const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
const live = (view: View, cid: number): number => field(view, 'cidHeld', cid);
const grants = (view: View, cid: number): number => field(view, 'cidGranted', cid);
const last = (view: View): number => field(view, 'lastCid');
const cidsOf = (view: View): number[] => Array.from({ length: view.config.cids }, (_, cid) => cid);
/** The CID that a step granted, or none. */
const grantedBy = ({ was, now }: Step): number =>
  cidsOf(now).find((cid) => grants(now, cid) > grants(was, cid)) ?? none;

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

const firstRoundRepeatsNothing: Always = {
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

const grantsGoRound: Each = {
  kind: 'each',
  clause: 'CID-CYCLE',
  statement: 'between the last CID and the next there are only CIDs that the service knew to be held',
  loss: 'a free CID is passed over',
  over: 'call',
  on: ['allocate_cid'],
  when: (step) => grantedBy(step) !== none,
  holds: (step) => {
    const granted = grantedBy(step);
    if (granted === none) return true;
    const { cids } = step.now.config;
    for (let cid = (last(step.was) + 1) % cids; cid !== granted; cid = (cid + 1) % cids) {
      if (field(step.was, 'servicedCids', cid) === 0) return false;
    }
    return true;
  },
};

const grantsAreInRange: Each = {
  kind: 'each',
  clause: 'CID-RANGE',
  statement: 'a CID that is granted is one of the range',
  loss: 'a CID lies outside the range',
  over: 'call',
  on: ['allocate_cid'],
  when: isDone,
  holds: (step) => !step.isDone || (step.answer >= 0 && step.answer < step.now.config.cids),
};

const restartKeepsThePlace: Each = {
  kind: 'each',
  clause: 'CID-RESTART',
  statement: 'the last CID outlives the service',
  loss: 'the service forgets its place',
  over: 'call',
  on: ['restart_service'],
  holds: ({ was, now }) => last(was) === last(now),
};

const runningVmsAreNotReplaced: Each = {
  kind: 'each',
  clause: 'CID-REPLACE',
  statement: 'no VM comes to life under the CID of a running one',
  loss: 'a VM takes the place of another',
  over: 'call',
  on: ['allocate_cid', 'register_cid'],
  when: ({ was }) => cidsOf(was).some((cid) => live(was, cid) > 0),
  holds: ({ was, now }) => cidsOf(now).every((cid) => live(was, cid) === 0 || live(now, cid) === live(was, cid)),
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

const switchedOffDoNotRun: Each = {
  kind: 'each',
  clause: 'CPU-POWER',
  statement: 'only vCPUs that their protected VM has on take a step',
  loss: 'a vCPU runs that is switched off',
  over: 'call',
  by: 'guest',
  when: (step) => step.was.isProtected(step.arg('vm')),
  holds: (step) => {
    if (!step.isDone || !step.was.isProtected(step.arg('vm'))) return true;
    const vcpu = step.arg('vm') * step.was.vcpus + step.arg('vcpu');
    return field(step.was, 'power', vcpu) !== powers.indexOf('OFF');
  },
};

const guardedFramesAreEmpty: Always = {
  kind: 'always',
  clause: 'GUARD-MAP-FREE',
  statement: 'a guarded frame maps no page',
  loss: 'a guarded frame maps a page',
  over: 'mapping',
  holds: implies(cell('mapping', 'vm', 'gfn').is('MMIO_GUARD'), cell('mapped', 'vm', 'gfn').is(none)),
};

const aFrameIsGuarded: Sometimes = {
  kind: 'sometimes',
  clause: 'GUARD-MAP-FREE',
  statement: 'some frame is guarded',
  on: ['guest_mmio_guard_map'],
  seen: (step) =>
    step.isDone &&
    field(step.now, 'mapping', step.arg('vm') * step.now.frames + step.arg('gfn')) === MAPPING.MMIO_GUARD,
};

/** CIDs, for profiles that allocate them. */
export function cids({ profile, rules }: TransitionSystem): readonly Property[] {
  if (!rules.has('allocate_cid')) return [];
  return [
    liveCidsDiffer,
    profile.name === 'cids-strict' ? nothingIsGrantedTwice : firstRoundRepeatsNothing,
    grantsGoRound,
    grantsAreInRange,
    restartKeepsThePlace,
    runningVmsAreNotReplaced,
    aServiceGoesOn,
    ...(profile.name === 'cids-strict' ? [] : [aCidComesBack, theKernelRefuses]),
  ];
}

/** What a VM has from Android's hypervisor, for profiles that have it. */
export function android({ rules }: TransitionSystem): readonly Property[] {
  if (!rules.has('guest_cpu_on')) return [];
  return [switchedOffDoNotRun, guardedFramesAreEmpty, aFrameIsGuarded];
}
