/** Lifecycle: the phases of a VM, its handle, and the pages that its state lies in. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import type { lives } from '../../spec/fields.ts';
import {
  before,
  both,
  callIs,
  callIsDone,
  cell,
  compare,
  compute,
  either,
  equals,
  implies,
  isBelow,
  not,
  quantity,
  stays,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import { hostState, hypState } from '../../spec/vocabulary/pages.ts';
import {
  createdVcpus,
  featuresAgree,
  hostVcpuOf,
  isCreated,
  isPresent,
  kvmOf,
  lifeOf,
  metadataPages,
  stage2Pages,
  vmOf,
} from '../../spec/vocabulary/vms.ts';
import type { Always, Each, Permitted, Property, Sometimes } from '../property.ts';
import { isWiped } from '../memory/words.ts';
import { MAPPING, OWNER } from '../view.ts';

type Life = (typeof lives)[number];

/** The phases that may follow each; one that the profile has no call for is passed through within another step. */
const successors = ({ rules }: TransitionSystem): readonly (readonly [Life, ...Life[]])[] => [
  ['NONE', 'NONE', 'RESERVED', ...(rules.has('reserve_vm') ? [] : (['LIVE'] as const))],
  ['RESERVED', 'RESERVED', 'LIVE', 'NONE'],
  ['LIVE', 'LIVE', 'DYING', ...(rules.has('start_teardown_vm') ? [] : (['NONE'] as const))],
  ['DYING', 'DYING', 'NONE'],
];

const phasesFollow = (system: TransitionSystem): Each => ({
  kind: 'each',
  clause: 'LIFE-PHASES',
  statement: 'a VM is reserved, then live, then dying, then gone, or gives its handle back before it lives',
  loss: 'a VM skips a phase of its life',
  over: 'vm',
  holds: either(
    ...successors(system).map(([from, ...to]) => both(before(lifeOf('vm').is(from)), lifeOf('vm').isOneOf(...to))),
  ),
});

const handlesAreFree: Each = {
  kind: 'each',
  clause: 'LIFE-HANDLE-UNIQUE',
  statement: 'a handle that is given out was nobody’s',
  loss: 'two VMs have one handle',
  over: 'call',
  on: ['reserve_vm'],
  when: callIsDone,
  holds: implies(callIsDone, before(lifeOf(theAnswer).is('NONE'))),
};

export const vmsAreComplete: Always = {
  kind: 'always',
  clause: 'LIFE-PUBLISH-LAST',
  statement: 'a VM that can be found has its structures, its root table and room for a vCPU',
  loss: 'a VM is found before it is complete',
  over: 'vm',
  holds: either(
    both(not(isCreated('vm')), kvmOf('vm').is(none), createdVcpus('vm').is(0)),
    both(
      isCreated('vm'),
      kvmOf('vm').isNot(none),
      compare(createdVcpus('vm').value, '>', 0),
      compare(stage2Pages('vm').value, '≥', quantity('pgdPages')),
      compare(metadataPages('vm').value, '≥', quantity('hypVmPages')),
    ),
  ),
};

export const vcpusAreComplete: Always = {
  kind: 'always',
  clause: 'LIFE-PUBLISH-LAST',
  statement: 'a vCPU that can be found belongs to a VM that exists, was planned, and has its structures',
  loss: 'a vCPU is found before it is complete',
  over: 'vcpu',
  holds: either(
    both(isPresent('vcpu').is(0), hostVcpuOf('vcpu').is(none)),
    both(
      isPresent('vcpu').is(1),
      isCreated(vmOf('vcpu')),
      isBelow(compute('vcpu', 'mod', quantity('vcpus')), createdVcpus(vmOf('vcpu')).value),
      hostVcpuOf('vcpu').isNot(none),
    ),
  ),
};

const use = cell('use', 'page');
const useVm = cell('useVm', 'page').value;

export const vcpusHaveFeatures: Always = {
  kind: 'always',
  clause: 'LIFE-PUBLISH-LAST',
  statement:
    'a vCPU that can be found has its identification registers set up, by the host or as a protected VM has them',
  loss: 'a vCPU is found before its registers are set up',
  over: 'vcpu',
  holds: implies(isPresent('vcpu').is(1), featuresAgree(vmOf('vcpu'))),
};

const heldPagesStay: Each = {
  kind: 'each',
  clause: 'LIFE-CACHE-KEPT',
  statement: 'a page that the hypervisor took for a VM stays with it until that VM is gone',
  loss: 'the hypervisor loses a page that it holds',
  over: 'page',
  holds: implies(
    before(use.isNot('NONE')),
    either(both(stays(use.value), stays(useVm)), lifeOf(before(useVm)).is('NONE')),
  ),
};

const stateIsWiped: Each = {
  kind: 'each',
  clause: 'LIFE-STATE-WIPE',
  statement: 'a page of the hypervisor holds zeros when the host has it back',
  loss: 'state of a VM comes back to the host',
  over: 'page',
  holds: implies(both(before(hypState('page').is('OWNED')), hostState('page').isNot('NOPAGE')), isWiped('page')),
};

/** The memory that each of these calls takes, by the name of the argument; not every profile has them all. */
const takes: Readonly<Record<string, readonly string[]>> = { init_vm: ['vmMem', 'pgd'], init_vcpu: ['mem'] };

const isOffered = ({ rules }: TransitionSystem): Bool =>
  either(
    ...Object.entries(takes).flatMap(([call, names]) => {
      const own = names.filter((name) => rules.get(call)?.names.includes(name));
      return own.map((name) => both(callIs(call), equals(name, 'page')));
    }),
  );

const takenMemoryIsScrubbed = (system: TransitionSystem): Each => ({
  kind: 'each',
  clause: 'LIFE-SCRUB',
  statement: 'memory that a call took to make a VM or a vCPU, and returns because it is refused, holds zeros',
  loss: 'memory comes back unscrubbed',
  over: 'page',
  on: ['init_vm', 'init_vcpu'],
  holds: implies(both(not(callIsDone), isOffered(system)), isWiped('page')),
});

const takenPagesAreZero: Each = {
  kind: 'each',
  clause: 'LIFE-SCRUB',
  statement: 'a page that the hypervisor takes for the state of a VM is zeroed first',
  loss: 'state starts with bytes of the host',
  over: 'page',
  on: ['init_vm', 'init_vcpu'],
  holds: implies(both(before(use.is('NONE')), use.isNot('NONE')), isWiped('page')),
};

const aPageIsStranded: Permitted = {
  kind: 'permitted',
  clause: 'LIFE-STRAND',
  statement: 'a VM is finalised while a page is mapped in it, and the page is lost',
  on: ['finalize_teardown_vm', 'teardown_vm'],
  seen: (step) => {
    if (!step.isDone) return false;
    const { ghost, config } = step.now;
    return config.pages.some((_, page) => ghost.isStranded(page));
  },
};

const aHandleComesBack: Permitted = {
  kind: 'permitted',
  clause: 'LIFE-HANDLE-REUSE',
  statement: 'a handle is given out whose former VM still stands in the record of a page',
  on: ['reserve_vm'],
  seen: (step) =>
    step.isDone &&
    step.now.config.pages.some(
      (_, page) => step.now.owner(page) === OWNER.VM && step.now.ownerVm(page) === step.answer,
    ),
};

const aRecordIsStale: Permitted = {
  kind: 'permitted',
  clause: 'LIFE-STALE-OWNER',
  statement: 'the record of a stranded page names a VM that came later',
  on: ['force_reclaim_guest_page'],
  seen: (step) => step.now.ghost.isStranded(step.arg('page')) && step.now.isCreated(step.now.ownerVm(step.arg('page'))),
};

const aRefusedCallKeepsPages: Sometimes = {
  kind: 'sometimes',
  clause: 'LIFE-CACHE-KEPT',
  statement: 'a call is refused, and the pages that it took from the memcache stay with the hypervisor',
  on: ['donate_guest', 'share_guest'],
  seen: (step) => !step.isDone && step.state.written > 0,
};

const aFrameIsPoisoned: Sometimes = {
  kind: 'sometimes',
  clause: 'MEM-POISON',
  statement: 'a frame of a live VM is poisoned, and the VM runs into it',
  by: 'guest',
  seen: (step) =>
    step.rule.names.includes('gfn') &&
    step.now.mapping(step.now.leaf(step.arg('vm') * step.now.frames + step.arg('gfn'))) === MAPPING.POISON,
};

export const lifecycle = (system: TransitionSystem): readonly Property[] => [
  phasesFollow(system),
  handlesAreFree,
  stateIsWiped,
  takenPagesAreZero,
  takenMemoryIsScrubbed(system),
  heldPagesStay,
  vmsAreComplete,
  vcpusAreComplete,
  vcpusHaveFeatures,
  aPageIsStranded,
  aHandleComesBack,
  aRecordIsStale,
  aRefusedCallKeepsPages,
  aFrameIsPoisoned,
];
