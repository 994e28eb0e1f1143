/** What two CPUs of a real hypervisor contend for: the way there, the calls that each may make, and what is asked after. */
import type { Question } from '../../spec/target.ts';
import { blocksOf } from '../conformance/campaign/scope.ts';
import {
  call,
  coded,
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
  madeVm,
  on,
  otherFrame,
  planned,
  sharedVcpu,
  spareFrame,
  takenBack,
} from './calls.ts';
import type { Sizes } from './calls.ts';

export interface PairScene {
  readonly name: string;
  readonly prelude: readonly Question[];
  /** The calls of CPU 0 and those of CPU 1: each of the one is made beside each of the other. */
  readonly calls: readonly [readonly Question[], readonly Question[]];
  /** What is asked once both calls are over. */
  readonly after: readonly Question[];
}

const secret = '0x5ec2e7';
const page = (op: string, name: string): Question => call(op, { page: name });
const reclaimed = (name: string): Question => call('force_reclaim_guest_page', { page: name, offset: 0 });
const donated = (name: string, gfn: number): Question => call('donate_guest', { page: name, gfn });
const shared = (name: string, gfn: number): Question => call('share_guest', { page: name, gfn, nr: 1, prot: 15 });
const ofVm = (op: string, vm: 0 | 1 = 0): Question => call(op, { handle: handles[vm] });
const given = (gfn: number): Question => call('reclaim_dying_guest_page', { handle: handles[0], gfn });

const bothCpus = (calls: readonly Question[]): PairScene['calls'] => [calls, calls];

/** A protected VM with a vCPU on each CPU. */
const siblings = (sizes: Sizes): Question[] => [
  ...madeVm({ vm: 0, protected: true, vcpus: 2, made: 2 }, sizes),
  loaded(0, 0),
  loaded(0, 1, 1),
  ...coded(0, true),
  donated('P0', frame),
  // why: the hypervisor then has pages for tables on each CPU, and takes none while two calls are raced.
  on(1, donated('C1', spareFrame)),
  guestWrites({}, secret),
];

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

/** Two VMs: one on CPU 0, protected or not, and one that is not protected on CPU 1. */
const neighbours = (sizes: Sizes, isProtected: boolean): Question[] => [
  ...madeVm({ vm: 0, protected: isProtected, vcpus: 1, made: 1 }, sizes),
  ...madeVm({ vm: 1, protected: false, vcpus: 1, made: 1 }, sizes),
  loaded(0, 0),
  loaded(1, 0, 1),
  ...coded(0, isProtected),
  ...coded(1, false, 1),
  on(1, shared('P0', frame)),
  on(1, guestWrites({ vm: 1 }, secret)),
];

const resting = (sizes: Sizes): Question[] => [
  ...madeVm({ vm: 0, protected: true, vcpus: 2, made: 1 }, sizes),
  ...sharedVcpu(0, 1, sizes),
  loaded(0, 0),
  ...coded(0, true),
  donated('P0', frame),
  guestWrites({}, secret),
  call('vcpu_put'),
];

const unmade = (sizes: Sizes): Question[] => [
  ...madeVm({ vm: 0, protected: true, vcpus: 2, made: 0 }, sizes),
  ...sharedVcpu(0, 0, sizes),
  ...sharedVcpu(0, 1, sizes),
];

/** A VM whose vCPUs are refused, for the host has not said what they can do. */
const unready = (sizes: Sizes): Question[] => [
  ...planned(0, sizes),
  initVm({ vm: 0, protected: false, vcpus: 1, idRegs: false }),
  ...sharedVcpu(0, 0, sizes),
];

const ended = [...takenBack(0, [frame]), ...ends];
const madeEnds = [
  call('vcpu_put', {}, 0),
  call('vcpu_put', {}, 1),
  ofVm('start_teardown_vm'),
  ofVm('finalize_teardown_vm'),
];
const unmapped = (vm: 0 | 1, gfn: number): Question => call('unshare_guest', { handle: handles[vm], gfn, nr: 1 });

export const scenesFor = (sizes: Sizes): readonly PairScene[] => [
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
    calls: [
      [initVcpu(0, 0), ofVm('start_teardown_vm')],
      [initVcpu(0, 0), loaded(0, 0)],
    ],
    after: madeEnds,
  },
  {
    name: 'a handle',
    prelude: [...planned(0, sizes), ...sharedVcpu(0, 0, sizes)],
    calls: bothCpus([
      call('reserve_vm'),
      ofVm('unreserve_vm'),
      initVm({ vm: 0, protected: true, vcpus: 1 }),
      initVcpu(0, 0),
      page('host_unshare_hyp', `${blocksOf(0).kvm}+0`),
      ofVm('start_teardown_vm'),
    ]),
    after: [ofVm('start_teardown_vm'), ofVm('finalize_teardown_vm'), ofVm('unreserve_vm')],
  },
];
