/** Scopes that only tell more of the machine's answers: what the others leave out. */
import type { Config } from '../../spec/config.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { call, concrete, fed, leaves, lively, loaded, made, madeByAndroid, madeInHeap } from './scope-parts.ts';
import type { MachineScope } from './scope-parts.ts';
import { androidEnding, asShipped, ending, linux74Ending, mixed, neighbours, shippedSiblings } from './scopes.ts';

/** Deep tables, code that is fetched, mappings that are old where nobody makes them young. */
const codeAt = 5;
const withCode = (config: Config, hardwareAccessFlag: boolean): Config => ({
  ...config,
  hardwareAccessFlag,
  codeGfn: codeAt,
  codeWords: 1,
});
const runsCode = (vm: 'VM0' | 'VM1', page: string, cpu: number): WrittenCall[] => [
  call('host_load_stub', { page }),
  vm === 'VM0'
    ? call('donate_guest', { page, gfn: 'far' }, cpu)
    : call('share_guest', { page, gfn: 'far', nr: '1', prot: 'PX+UX+W+R' }, cpu),
];
const withRunningCode = (scope: MachineScope, name: string, hardwareAccessFlag: boolean): MachineScope => ({
  ...scope,
  name,
  config: withCode(scope.config, hardwareAccessFlag),
  prelude: [...scope.prelude, ...runsCode('VM0', 'P1', 0), ...runsCode('VM1', 'P2', 1)],
  weights: { ...scope.weights, test_clear_young: 1, wrprotect: 0.2, relax_perms: 0.5, share_guest: 1 },
});
const withoutAccessFlag = (scope: MachineScope, name: string): MachineScope => ({
  ...scope,
  name,
  config: { ...scope.config, hardwareAccessFlag: false },
});

const androidPair: MachineScope = {
  ...androidEnding,
  name: 'android-pair',
  config: concrete({ memory: 18, levels: 1, vcpus: 2 }),
  prelude: [
    ...madeByAndroid({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 1),
    ...madeByAndroid({ vm: 'VM1', protected: false, pages: [10, 11], vcpus: 1 }, 1),
    ...fed('VM0', 0, 12, 14),
    ...fed('VM1', 0, 16),
    loaded('VM0', 0, 0),
    loaded('VM1', 0, 1),
  ],
  weights: lively,
};

const guestCalls = [...linux74Ending.profile.rules].flatMap(([name, { actor }]) => (actor === 'guest' ? [name] : []));

const linux74Pair: MachineScope = {
  ...linux74Ending,
  name: 'linux-7.4-pair',
  config: { ...androidPair.config, maxShares: 1 },
  prelude: [
    ...madeInHeap({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 1),
    ...madeInHeap({ vm: 'VM1', protected: false, pages: [10, 11], vcpus: 1 }, 1),
    ...fed('VM0', 0, 12, 14),
    ...fed('VM1', 0, 16),
    loaded('VM0', 0, 0),
    loaded('VM1', 0, 1),
  ],
  weights: lively,
};

/** Two VMs have the handles of dead ones: one has a page where the other one had one, and one has a block there. */
const linux74Heirs: MachineScope = {
  ...linux74Pair,
  name: 'linux-7.4-heirs',
  config: concrete({ memory: 24, levels: 1, vcpus: 1 }),
  prelude: [
    ...madeInHeap({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 1 }, 1),
    ...madeInHeap({ vm: 'VM1', protected: true, pages: [10, 11], vcpus: 1 }, 1),
    ...leaves('VM0', 12, 'P0'),
    ...leaves('VM1', 14, 'P1'),
    call('finalize_teardown_vm', { vm: 'VM0' }),
    call('finalize_teardown_vm', { vm: 'VM1' }),
    ...madeInHeap({ vm: 'VM2', protected: true, pages: [16, 17], vcpus: 1 }, 1),
    ...madeInHeap({ vm: 'VM3', protected: false, pages: [18, 19], vcpus: 1 }, 1),
    ...fed('VM2', 0, 20),
    ...fed('VM3', 0, 22),
    loaded('VM2', 0, 0),
    loaded('VM3', 0, 1),
    call('donate_guest', { page: 'P2', gfn: 'G0' }),
    call('share_guest', { page: 'P4', gfn: 'G0', nr: '4', prot: 'PX+UX+W+R' }, 1),
    call('vcpu_put', {}, 1),
  ],
  weights: ending.weights,
};

/** Mappings grow old at any moment, or cannot be executed any more, and VMs use them all the time. */
const growingOld = (scope: MachineScope): MachineScope => ({
  ...scope,
  weights: {
    ...scope.weights,
    ...Object.fromEntries(guestCalls.map((name) => [name, 2])),
    ...{ test_clear_young: 2, relax_perms: 2, mkyoung: 0.3, start_teardown_vm: 0.05, vcpu_put: 0.1 },
  },
});

/** Tables of as many levels as hardware can have, and pages for a few of them. */
const deepTables: MachineScope = {
  ...mixed,
  name: 'deep',
  config: concrete({ memory: 28, levels: 4, vcpus: 1 }),
  prelude: [
    ...made({ vm: 'VM0', protected: true, pages: [8, 9, 10, 11], vcpus: 1 }),
    ...made({ vm: 'VM1', protected: false, pages: [12, 13, 14, 15], vcpus: 1 }),
    ...fed('VM0', 0, 16, 18, 20),
    ...fed('VM1', 0, 22, 24, 26),
    loaded('VM0', 0, 0),
    loaded('VM1', 0, 1),
  ],
  weights: { ...lively, topup_memcache: 0.4, host_set_list: 0.1 },
};
const androidDeep: MachineScope = {
  ...androidPair,
  name: 'android-deep',
  config: concrete({ memory: 32, levels: 4, vcpus: 1 }),
  prelude: [
    ...madeByAndroid({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 1 }, 1),
    loaded('VM0', 0, 0),
    call('guest_mmio_guard_enroll'),
  ],
  weights: {
    ...lively,
    ...{ start_teardown_vm: 0.01, vcpu_put: 0.05, host_set_list: 0, host_share_hyp: 0.1 },
    ...{ topup_memcache: 1.5, guest_mmio_guard_map: 4, guest_mem_relinquish: 1, donate_guest: 2 },
  },
};

const shippedPair = asShipped(androidPair, 'as-shipped-two');
/** Where VMs are made, and pages stay pinned. */
const shippedEnd = asShipped(androidEnding, 'as-shipped-end', {
  ...{ init_vcpu: 3, init_vm: 3, vcpu_put: 2, start_teardown_vm: 1, finalize_teardown_vm: 1 },
});
/** A VM that is not protected has a page at two frames and a block at others, and dies. */
const shippedTwice: MachineScope = {
  ...shippedEnd,
  name: 'as-shipped-twice',
  prelude: [
    ...androidEnding.prelude,
    call('share_guest', { page: 'P2', gfn: 'G0', nr: '1', prot: 'PX+UX+W+R' }, 1),
    call('share_guest', { page: 'P2', gfn: 'G1', nr: '1', prot: 'PX+UX+W+R' }, 1),
    call('share_guest', { page: 'P4', gfn: 'G4', nr: '4', prot: 'PX+UX+W+R' }, 1),
    call('vcpu_put', {}, 1),
    call('start_teardown_vm', { vm: 'VM1' }),
  ],
  weights: { ...shippedEnd.weights, reclaim_dying_guest_page: 6 },
};
/** The entry of a VM that has ended is kept, and calls name it. */
const shippedKept: MachineScope = {
  ...shippedEnd,
  name: 'as-shipped-kept',
  prelude: [
    ...androidEnding.prelude,
    call('start_teardown_vm', { vm: 'VM0' }),
    call('finalize_teardown_vm', { vm: 'VM0', untold: 'wrong' }),
  ],
  weights: {
    ...shippedEnd.weights,
    ...{ unshare_guest: 3, wrprotect: 3, test_clear_young: 3, tlb_flush_vmid: 3, vcpu_load: 3 },
  },
};
/**
 * There is no VM, and the secure world gives back what it has, and names other pages too. Of those that the hypervisor
 * has from the start there is none: whoever reads one has left the rules.
 */
const shippedSecure: MachineScope = {
  ...shippedSiblings,
  name: 'as-shipped-secure',
  config: {
    ...shippedSiblings.config,
    pages: shippedSiblings.config.pages.map((page) => (page.kind === 'carveout' ? { ...page, kind: 'hole' } : page)),
  },
  prelude: [],
  weights: { ...shippedSiblings.weights, init_vm: 0, ffa_share: 3, ffa_lend: 3, ffa_reclaim: 3, secure_return: 3 },
};
const oldCode = growingOld(withRunningCode(shippedPair, 'as-shipped-old-code', false));
const shippedOldCode: MachineScope = {
  ...oldCode,
  weights: {
    ...oldCode.weights,
    ...{ guest_mmio_guard_info: 4, guest_mem_relinquish: 4, guest_mem_share: 5, guest_mem_unshare: 5 },
  },
};
/** Blocks are shared while the tables for them are there, or are not, which stops the machine. */
const shippedDeep: MachineScope = {
  ...shippedPair,
  name: 'as-shipped-deep',
  config: concrete({ memory: 32, levels: 4, vcpus: 1 }),
  prelude: [
    ...madeByAndroid({ vm: 'VM0', protected: false, pages: [8, 9], vcpus: 1 }, 1),
    ...fed('VM0', 0, 16),
    loaded('VM0', 0, 0),
  ],
  weights: {
    ...shippedPair.weights,
    ...{ start_teardown_vm: 0.01, vcpu_put: 0.05, host_set_list: 0, host_share_hyp: 0.1 },
    ...{ topup_memcache: 2, share_guest: 3, unshare_guest: 2, iommu_map: 0.1 },
  },
};
/** As shipped: some of them make calls by which something is lost, which is known (`shipped.test.ts`). */
export const shippedScopes: readonly MachineScope[] = [
  shippedSiblings,
  shippedPair,
  shippedEnd,
  shippedTwice,
  shippedKept,
  shippedDeep,
  shippedSecure,
  withRunningCode(shippedPair, 'as-shipped-code', true),
  shippedOldCode,
];

/** In these nobody attacks the machine in the usual run; they tell more of its answers. */
export const furtherScopes: readonly MachineScope[] = [
  deepTables,
  androidDeep,
  withRunningCode(neighbours, 'code', true),
  withRunningCode(neighbours, 'old-code', false),
  withRunningCode(androidPair, 'android-code', true),
  withRunningCode(androidPair, 'android-old-code', false),
  withRunningCode(linux74Pair, 'linux-7.4-code', true),
  growingOld(withRunningCode(linux74Pair, 'linux-7.4-old-code', false)),
  linux74Heirs,
  growingOld(withoutAccessFlag(linux74Pair, 'linux-7.4-old')),
  withoutAccessFlag(neighbours, 'old'),
  withoutAccessFlag(androidPair, 'android-old'),
];
