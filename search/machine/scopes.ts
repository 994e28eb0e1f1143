/**
 * The scopes in which the reference model is attacked: small, with real words, and with tables that hardware could
 * have.
 */
import { wholeDesign } from '../../model/machine.ts';
import {
  androidModelProfile,
  linux74ModelProfile,
  linuxModelProfile,
  modelProfile,
  shippedModelProfile,
} from './profile.ts';
import { call, concrete, fed, leaves, lively, loaded, made, madeByAndroid, madeInHeap } from './scope-parts.ts';
import type { MachineScope } from './scope-parts.ts';

export const mixed = { options: wholeDesign, profile: modelProfile };
const android = { options: { ...wholeDesign, system: 'android' }, profile: androidModelProfile } as const;
const shipped = { options: { ...wholeDesign, system: 'android-as-shipped' }, profile: shippedModelProfile } as const;
const linux74 = { options: { ...wholeDesign, system: 'linux-7.4' }, profile: linux74ModelProfile } as const;

/** A protected VM with a vCPU on each CPU. */
export const siblings: MachineScope = {
  ...mixed,
  name: 'siblings',
  config: concrete({ memory: 16, levels: 1, vcpus: 2 }),
  prelude: [
    ...made({ vm: 'VM0', protected: true, pages: [8, 9, 10, 11, 12], vcpus: 2 }),
    ...fed('VM0', 0, 13),
    loaded('VM0', 0, 0),
    loaded('VM0', 1, 1),
  ],
  weights: lively,
};

/** A protected VM on one CPU, and one that is not protected on the other, with tables of three levels. */
export const neighbours: MachineScope = {
  ...mixed,
  name: 'neighbours',
  // why: a count of shares is soon at its largest number.
  config: { ...concrete({ memory: 28, levels: 2, vcpus: 1 }), maxShares: 1 },
  prelude: [
    ...made({ vm: 'VM0', protected: true, pages: [8, 9, 10, 11], vcpus: 1 }),
    ...made({ vm: 'VM1', protected: false, pages: [12, 13, 14, 15], vcpus: 1 }),
    ...fed('VM0', 0, 16, 18, 20),
    ...fed('VM1', 0, 22, 24, 26),
    loaded('VM0', 0, 0),
    loaded('VM1', 0, 1),
  ],
  weights: lively,
};

/** Nothing exists yet. */
export const empty: MachineScope = {
  ...mixed,
  name: 'empty',
  config: concrete({ memory: 12, levels: 1, vcpus: 2 }),
  prelude: [],
  weights: { ...lively, topup_memcache: 0.5, start_teardown_vm: 0.5, finalize_teardown_vm: 1 },
};

/**
 * A protected VM that has been used, with one vCPU off the CPUs and one to be made: it can end at any moment, and
 * others come after it.
 */
export const ending: MachineScope = {
  ...mixed,
  name: 'ending',
  config: concrete({ memory: 16, levels: 1, vcpus: 2 }),
  prelude: [
    ...made({ vm: 'VM0', protected: true, pages: [8, 9, 10, 11], vcpus: 2 }),
    ...fed('VM0', 0, 12),
    loaded('VM0', 0, 0),
    call('donate_guest', { page: 'P0', gfn: 'G0' }),
    call('vcpu_put'),
  ],
  weights: {
    ...lively,
    start_teardown_vm: 0.5,
    finalize_teardown_vm: 0.5,
    reclaim_dying_guest_page: 1.5,
    init_vcpu: 3,
    vcpu_load: 2,
  },
};

/** Pages have served for everything there is and are the host's again, beside a VM with which it shares. */
const leftovers: MachineScope = {
  ...mixed,
  name: 'leftovers',
  config: concrete({ memory: 24, levels: 1, vcpus: 1 }),
  prelude: [
    ...made({ vm: 'VM0', protected: false, pages: [16, 17, 18, 19], vcpus: 1 }),
    ...fed('VM0', 0, 20),
    loaded('VM0', 0, 1),
    call('share_guest', { page: 'P9', gfn: 'G0', nr: '1', prot: 'PX+UX+W+R' }, 1),
    call('unshare_guest', { vm: 'VM0', gfn: 'G0', nr: '1' }),
    call('host_share_hyp', { page: 'P0' }),
    call('host_unshare_hyp', { page: 'P0' }),
    ...made({ vm: 'VM1', protected: true, pages: [8, 10, 11, 12], vcpus: 1 }),
    ...leaves('VM1', 14, 'P1'),
    call('reclaim_dying_guest_page', { vm: 'VM1', gfn: 'G0' }),
    call('finalize_teardown_vm', { vm: 'VM1' }),
    call('host_unshare_hyp', { page: 'P8' }),
  ],
  weights: { ...ending.weights, share_guest: 4, unshare_guest: 3, topup_memcache: 0.5, vcpu_put: 0.1 },
};

/** Android's machine: a protected VM with a vCPU on each CPU. */
export const androidSiblings: MachineScope = {
  ...android,
  name: 'android',
  config: concrete({ memory: 14, levels: 1, vcpus: 2 }),
  prelude: [
    ...madeByAndroid({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 2),
    ...fed('VM0', 0, 10, 12),
    loaded('VM0', 0, 0),
    loaded('VM0', 1, 1),
  ],
  weights: lively,
};

/** Android's machine: a protected VM that has been used and can end at any moment, beside one that is not protected. */
export const androidEnding: MachineScope = {
  ...android,
  name: 'android-ending',
  config: concrete({ memory: 16, levels: 1, vcpus: 2 }),
  prelude: [
    ...madeByAndroid({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 1),
    ...madeByAndroid({ vm: 'VM1', protected: false, pages: [10, 11], vcpus: 1 }, 1),
    ...fed('VM0', 0, 12),
    ...fed('VM1', 0, 14),
    loaded('VM0', 0, 0),
    loaded('VM1', 0, 1),
    call('donate_guest', { page: 'P0', gfn: 'G0' }),
    call('vcpu_put'),
  ],
  weights: ending.weights,
};

/**
 * The same as Android 16 ships it, without what is known to be lost by it: the secure world could name any page as given
 * back, and a page of the host's stays pinned after an `init_vcpu` that is refused.
 */
export const asShipped = (scope: MachineScope, name: string, weights: MachineScope['weights'] = {}): MachineScope => ({
  ...scope,
  ...shipped,
  name,
  weights: { ...scope.weights, ffa_reclaim: 0, init_vcpu: 0, ...weights },
});

/** As shipped, with the other vCPU of a VM that gives up a page left out too: it could write to the page meanwhile. */
export const shippedSiblings = asShipped(androidSiblings, 'as-shipped', { guest_mem_relinquish: 0 });
/** A VM that is not protected can have a page twice, and what it has then when it ends is left out as well. */
const ofVm1 = new Set<string | undefined>(['VM1', 'P10', 'P11', 'P14']);
const shippedEnding: MachineScope = {
  ...asShipped(androidEnding, 'as-shipped-ending', { start_teardown_vm: 0.25, reclaim_dying_guest_page: 3 }),
  prelude: androidEnding.prelude.filter(({ args }) => !Object.values(args).some((value) => ofVm1.has(value))),
};
const shippedPair = asShipped(androidEnding, 'as-shipped-pair', {
  ...{ start_teardown_vm: 0, share_guest: 3, mkyoung: 1, wrprotect: 0.2 },
});

/** Linux 7.4: a protected VM with a vCPU on each CPU, of which it has switched on the second itself. */
const linux74Siblings: MachineScope = {
  ...linux74,
  name: 'linux-7.4',
  config: concrete({ memory: 14, levels: 1, vcpus: 2 }),
  prelude: [
    ...madeInHeap({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 2),
    ...fed('VM0', 0, 10, 12),
    loaded('VM0', 0, 0),
    loaded('VM0', 1, 1),
    call('guest_cpu_on', { vm: 'VM0', vcpu: '0', target: '1' }),
  ],
  weights: lively,
};

/** Linux 7.4: a protected VM that has been used and can end at any moment, beside one that is not protected. */
export const linux74Ending: MachineScope = {
  ...linux74,
  name: 'linux-7.4-ending',
  config: concrete({ memory: 16, levels: 1, vcpus: 2 }),
  prelude: [
    ...madeInHeap({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 1),
    ...madeInHeap({ vm: 'VM1', protected: false, pages: [10, 11], vcpus: 2 }, 1),
    ...fed('VM0', 0, 12),
    ...fed('VM1', 0, 14),
    loaded('VM0', 0, 0),
    loaded('VM1', 0, 1),
    call('donate_guest', { page: 'P0', gfn: 'G0' }),
    call('vcpu_put'),
  ],
  weights: ending.weights,
};

/** Linux 7.4: a protected VM that has no vCPU yet. */
const linux74Beginning: MachineScope = {
  ...linux74,
  name: 'linux-7.4-beginning',
  config: concrete({ memory: 12, levels: 1, vcpus: 2 }),
  prelude: madeInHeap({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 2 }, 0),
  weights: { ...lively, init_vcpu: 3, vcpu_load: 3, guest_cpu_off: 2, guest_cpu_on: 2 },
};

/** Linux: the host takes its mailbox for the secure world away and makes others, of pages that a VM could have. */
const mailbox: MachineScope = {
  options: { ...wholeDesign, system: 'linux' },
  profile: linuxModelProfile,
  name: 'mailbox',
  config: { ...concrete({ memory: 12, levels: 1, vcpus: 1 }), mailbox: true, devices: 0, iovas: 0 },
  prelude: made({ vm: 'VM0', protected: true, pages: [8, 9, 10, 11], vcpus: 1 }),
  weights: { ...lively, ffa_rxtx_map: 2, ffa_rxtx_unmap: 1, host_share_hyp: 1, host_unshare_hyp: 2 },
};

/** The same on Linux 7.4. */
const linux74Mailbox: MachineScope = {
  ...linux74,
  name: 'linux-7.4-mailbox',
  config: mailbox.config,
  prelude: madeInHeap({ vm: 'VM0', protected: true, pages: [8, 9], vcpus: 1 }, 0),
  weights: mailbox.weights,
};

export const machineScopes: readonly MachineScope[] = [
  siblings,
  neighbours,
  empty,
  ending,
  leftovers,
  androidSiblings,
  androidEnding,
  shippedSiblings,
  shippedEnding,
  shippedPair,
  linux74Siblings,
  linux74Ending,
  linux74Beginning,
  mailbox,
  linux74Mailbox,
];
