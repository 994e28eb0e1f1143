/** What two CPUs of a real hypervisor contend for: the way there, the calls that each may make, and what is asked after. */
import type { EventTargetDescription, Question } from '../../spec/target.ts';
import { blocksOf } from '../conformance/campaign/scope.ts';
import {
  call,
  frame,
  guest,
  guestReads,
  guestWrites,
  handles,
  hostReads,
  hostWrites,
  initVcpu,
  initVm,
  loaded,
  on,
  otherFrame,
  planned,
  sharedVcpu,
  spareFrame,
  takenBack,
} from './calls.ts';
import type { Sizes } from './calls.ts';
import {
  page,
  reclaimed,
  donated,
  shared,
  ofVm,
  given,
  unmapped,
  siblings,
  neighbours,
  resting,
  unmade,
  unready,
} from './ways.ts';
import { listScenes } from './lists.ts';
import type { Means } from './means.ts';
import { writtenScenes } from './written.ts';

/** A call, or several in order. */
export type Doing = Question | readonly Question[];

export interface PairScene {
  readonly name: string;
  readonly prelude: readonly Question[];
  /** What CPU 0 may do and what CPU 1: each of the one is done beside each of the other. */
  readonly calls: readonly [readonly Doing[], readonly Doing[]];
  /** What the first call of CPU 0 may have been instead, where CPU 1 writes what that call reads. */
  readonly instead?: readonly Question[];
  /** What stores of CPU 1 are in the rules, beside a word of a page. */
  readonly means?: readonly Means[];
  /** What is asked once both calls are over. */
  readonly after: readonly Question[];
}

const bothCpus = (calls: readonly Question[]): PairScene['calls'] => [calls, calls];

const ends = [hostReads('P0'), hostReads('P1')];
const guestsSee = [guestReads({}), on(1, guestReads({ vcpu: 1, gfn: otherFrame }))];
const afterSiblings = [...ends, ...guestsSee, ...takenBack(0, [frame, otherFrame, spareFrame]), ...ends];

/** What the guest itself does on each CPU: each vCPU where it is loaded. */
const guestsDo = (op: string): [Question, Question] => [guest(op, {}), guest(op, { vcpu: 1 })];
const guestsAccess = (): readonly [readonly Question[], readonly Question[]] => [
  [guestReads({}), guestWrites({}, '0x111')],
  [guestReads({ vcpu: 1 }), guestWrites({ vcpu: 1 }, '0x222')],
];

function beside(host: readonly Question[], ...guests: PairScene['calls'][]): PairScene['calls'] {
  return [
    [...host, ...guests.flatMap(([one]) => one)],
    [...host, ...guests.flatMap(([_, other]) => other)],
  ];
}

const both = (pair: readonly [Question, Question]): PairScene['calls'] => [[pair[0]], [pair[1]]];

const ended = [...takenBack(0, [frame]), ...ends];
const madeEnds = [
  call('vcpu_put', {}, 0),
  call('vcpu_put', {}, 1),
  ofVm('start_teardown_vm'),
  ofVm('finalize_teardown_vm'),
];

const handleCalls = [
  call('reserve_vm'),
  ofVm('unreserve_vm'),
  initVm({ vm: 0, protected: true, vcpus: 1 }),
  page('host_unshare_hyp', `${blocksOf(0).kvm}+0`),
  ofVm('start_teardown_vm'),
];

/** Of a target whose structures have these sizes, and these fields, if it says where they lie. */
export const scenesFor = (sizes: Sizes, hostFields?: EventTargetDescription['hostFields']): readonly PairScene[] => [
  ...scenesOf(sizes),
  ...(hostFields === undefined ? [] : [...writtenScenes(sizes, hostFields), ...listScenes(sizes, hostFields)]),
];

const scenesOf = (sizes: Sizes): readonly PairScene[] => [
  {
    name: 'a page of the host',
    prelude: [page('host_share_hyp', 'P1')],
    calls: bothCpus([
      page('host_share_hyp', 'P0'),
      page('host_unshare_hyp', 'P0'),
      page('host_unshare_hyp', 'P1'),
      hostReads('P0'),
      hostWrites('P0'),
    ]),
    after: [page('host_unshare_hyp', 'P0'), page('host_unshare_hyp', 'P1'), ...ends],
  },
  {
    name: 'a page with a secret',
    prelude: siblings(sizes),
    calls: beside(
      [reclaimed('P0'), hostReads('P0'), hostWrites('P0'), page('host_share_hyp', 'P0'), donated('P0', otherFrame)],
      both(guestsDo('guest_mem_share')),
      guestsAccess(),
    ),
    after: afterSiblings,
  },
  {
    name: 'a page to give',
    prelude: siblings(sizes),
    calls: beside(
      [donated('P1', otherFrame), page('host_share_hyp', 'P1'), hostReads('P1'), hostWrites('P1'), reclaimed('P1')],
      [[guestReads({ gfn: otherFrame })], [guestWrites({ vcpu: 1, gfn: otherFrame }, '0x333')]],
    ),
    after: [page('host_unshare_hyp', 'P1'), ...afterSiblings],
  },
  {
    name: 'a page that a VM shares',
    prelude: [...siblings(sizes), guest('guest_mem_share')],
    calls: beside(
      [hostReads('P0'), hostWrites('P0'), reclaimed('P0'), page('host_unshare_hyp', 'P0')],
      both(guestsDo('guest_mem_share')),
      both(guestsDo('guest_mem_unshare')),
      guestsAccess(),
    ),
    after: afterSiblings,
  },
  {
    name: 'a frame with poison',
    prelude: [...siblings(sizes), reclaimed('P0')],
    calls: beside(
      [donated('P0', frame), donated('P1', frame), hostWrites('P0'), call('vcpu_in_poison_fault')],
      guestsAccess(),
    ),
    after: afterSiblings,
  },
  {
    name: 'a page that two sides share',
    prelude: neighbours(sizes, true),
    calls: [
      [
        donated('P0', otherFrame),
        donated('P1', otherFrame),
        unmapped(1, frame),
        page('host_share_hyp', 'P0'),
        hostWrites('P0'),
      ],
      [
        unmapped(1, frame),
        shared('P0', otherFrame),
        shared('P1', otherFrame),
        call('wrprotect', { handle: handles[1], gfn: frame, nr: 1 }),
        call('relax_perms', { gfn: frame, prot: 15 }),
        call('test_clear_young', { handle: handles[1], gfn: frame, nr: 1, mkold: true }),
        call('mkyoung', { gfn: frame }),
        guestWrites({ vm: 1 }, '0x444'),
        guestReads({ vm: 1 }),
      ],
    ],
    after: [
      ...ends,
      on(1, guestReads({ vm: 1 })),
      unmapped(1, frame),
      unmapped(1, otherFrame),
      ...takenBack(0, [otherFrame]),
      ...ends,
    ],
  },
  {
    name: 'a page that two VMs share',
    prelude: [...neighbours(sizes, false), shared('P0', frame)],
    calls: [
      [unmapped(0, frame), shared('P0', otherFrame)],
      [unmapped(1, frame), shared('P0', otherFrame)],
    ],
    after: [
      ...[unmapped(0, frame), unmapped(1, frame), unmapped(0, otherFrame), unmapped(1, otherFrame)],
      page('host_share_hyp', 'P0'),
    ],
  },
  // A CPU looks before and behind, while the other takes the page away.
  {
    name: 'a page that is looked at',
    prelude: siblings(sizes),
    calls: [
      [donated('P1', otherFrame), reclaimed('P0')],
      [
        [hostReads('P1'), hostReads('P1')],
        [hostWrites('P1'), hostReads('P1')],
        [guestReads({ vcpu: 1 }), guestReads({ vcpu: 1 })],
        [guestWrites({ vcpu: 1 }, '0x555'), guestReads({ vcpu: 1 })],
      ],
    ],
    after: afterSiblings,
  },
  {
    name: 'a page that its VM takes back, looked at',
    prelude: [...siblings(sizes), guest('guest_mem_share')],
    calls: [
      [guest('guest_mem_unshare')],
      [
        [hostReads('P0'), hostReads('P0')],
        [hostWrites('P0'), hostReads('P0')],
      ],
    ],
    after: afterSiblings,
  },
  {
    name: 'a page that is lent, looked at',
    prelude: neighbours(sizes, false),
    calls: [
      [unmapped(1, frame), call('wrprotect', { handle: handles[1], gfn: frame, nr: 1 })],
      [
        [guestReads({ vm: 1 }), guestReads({ vm: 1 })],
        [guestWrites({ vm: 1 }, '0x666'), guestReads({ vm: 1 })],
      ],
    ],
    after: [...ends, on(1, guestReads({ vm: 1 })), unmapped(1, frame), ...ends],
  },
  {
    name: 'two loaded vCPUs',
    prelude: siblings(sizes),
    calls: bothCpus([call('vcpu_put'), call('vcpu_sync_state'), ofVm('start_teardown_vm')]),
    after: [...takenBack(0, [frame, spareFrame]), ...ends],
  },
  {
    name: 'a VM at rest',
    prelude: resting(sizes),
    calls: bothCpus([loaded(0, 0), initVcpu(0, 1), loaded(0, 1), ofVm('start_teardown_vm'), reclaimed('P0')]),
    after: ended,
  },
  {
    name: 'a dying VM',
    prelude: [...resting(sizes), ofVm('start_teardown_vm')],
    calls: bothCpus([given(frame), ofVm('finalize_teardown_vm'), ofVm('start_teardown_vm'), reclaimed('P0')]),
    after: ended,
  },
  {
    name: 'a VM without vCPUs',
    prelude: unmade(sizes),
    calls: bothCpus([initVcpu(0, 0), initVcpu(0, 0, 1), initVcpu(0, 1), loaded(0, 0), ofVm('start_teardown_vm')]),
    after: madeEnds,
  },
  {
    name: 'a vCPU that is refused',
    prelude: unready(sizes),
    // why: not two at once; while one has the memory that it gives back, the other is told that there is none.
    calls: [[initVcpu(0, 0)], [loaded(0, 0), ofVm('start_teardown_vm')]],
    after: madeEnds,
  },
  {
    name: 'a handle',
    prelude: [...planned(0, sizes), ...sharedVcpu(0, 0, sizes)],
    // why: the first vCPU is refused as long as there is no VM, and so is made on one CPU alone, as above.
    calls: [handleCalls, [...handleCalls, initVcpu(0, 0)]],
    after: [ofVm('start_teardown_vm'), ofVm('finalize_teardown_vm'), ofVm('unreserve_vm')],
  },
];
