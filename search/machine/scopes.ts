/**
 * The scopes in which the reference model is attacked: small, with real words, and with tables that hardware could
 * have.
 */
import { wholeDesign } from '../../model/machine.ts';
import type { MachineOptions } from '../../model/machine.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Config, GfnShape } from '../../spec/config.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { makeConfig } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';
import { androidModelProfile, modelProfile } from './profile.ts';

/** A scope, the machine that is put into it, and the rules that it is held to. */
export interface MachineScope extends Scope {
  readonly options: MachineOptions;
  readonly profile: Profile;
}
const mixed = { options: wholeDesign, profile: modelProfile };
const android = { options: { ...wholeDesign, system: 'android' }, profile: androidModelProfile } as const;

const block = 4;

/**
 * Guest frames: five at the start, one behind other tables (and in deep tables some between), one just beyond the range, and one that wraps to the first.
 */
function frames(levels: number): { gfns: readonly GfnShape[]; tables: number } {
  const reach = block ** (levels + 1);
  const numbers = new Map<string, number>();
  const table = (height: number, frame: number): number => {
    const key = `${height}:${Math.floor(frame / block ** (height + 1))}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
  const passed = (frame: number): number[] => Array.from({ length: levels }, (_, i) => table(levels - 1 - i, frame));
  const far = reach - block;
  const between = Array.from({ length: Math.max(0, levels - 2) }, (_, i) => block ** (i + 2));
  const list = [0, 1, 2, 3, 4, ...between, far, reach];
  const gfns = list.map((frame, of): GfnShape => {
    const head = list.indexOf(frame - (frame % block));
    const name = frame === reach ? 'beyond' : frame === far ? 'far' : `G${frame}`;
    const start = head < 0 ? of : head;
    return {
      name,
      frame,
      of,
      head: start,
      offset: frame - (list[start] ?? frame),
      tables: passed(frame),
      inRange: frame < reach,
    };
  });
  const wrapped: GfnShape = { ...(gfns[0] as GfnShape), name: 'G0 + 2^52', frame: 2 ** 52, of: 0 };
  return { gfns: [...gfns, wrapped], tables: numbers.size };
}

interface Shape {
  readonly memory: number;
  /** Levels of page tables below the root. */
  readonly levels: number;
  readonly vcpus: number;
}

function concrete({ memory, levels, vcpus }: Shape): Config {
  const sizes = { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: levels };
  const config = makeConfig({ memory, near: 0, block, levels: 0, slots: 2, vcpus, cpus: 2, sizes });
  return { ...config, ...frames(levels), symbolic: false, words: 3, devices: 1, iovas: 2 };
}

export const call = (name: string, args: WrittenCall['args'] = {}, cpu = 0): WrittenCall => ({ call: name, cpu, args });

interface Made {
  readonly vm: string;
  readonly protected: boolean;
  /**
   * Pages for the host's structures, then the hypervisor's, then the root table and a page for each vCPU that is made.
   */
  readonly pages: readonly number[];
  /** vCPUs that it may have. */
  readonly vcpus: number;
}

export function made(vm: Made): WrittenCall[] {
  const [kvm, vmMem, pgd, ...mem] = vm.pages.map((page) => `P${page}`) as [string, string, string, ...string[]];
  return [
    call('reserve_vm'),
    call('host_share_hyp', { page: kvm }),
    call('init_vm', {
      vm: vm.vm,
      kvm,
      created: String(vm.vcpus),
      protected: vm.protected ? 'yes' : 'no',
      idRegs: 'yes',
      vmMem,
      pgd,
    }),
    ...mem.map((page, index) => call('init_vcpu', { vm: vm.vm, hostVcpu: kvm, index: String(index), mem: page })),
  ];
}
const loaded = (vm: string, index: number, cpu: number): WrittenCall =>
  call('vcpu_load', { vm, index: String(index) }, cpu);
const fed = (vm: string, vcpu: number, ...firsts: number[]): WrittenCall[] =>
  firsts.map((first) => call('topup_memcache', { vm, vcpu: String(vcpu), first: `P${first}`, pages: '2' }));

const lively = {
  start_teardown_vm: 0.2,
  finalize_teardown_vm: 0.2,
  unreserve_vm: 0.1,
  vcpu_put: 0.4,
  vcpu_sync_state: 0.1,
  tlb_flush_vmid: 0.1,
  topup_memcache: 0.15,
  host_set_list: 0.25,
  host_set_register: 0.4,
  host_cpu_on: 0.1,
  host_cpu_suspend: 0.1,
  mkyoung: 0.2,
  relax_perms: 0.3,
  wrprotect: 0.4,
  test_clear_young: 0.2,
  guest_mmio_guard_enroll: 0.3,
  guest_mmio_guard_map: 0.4,
  guest_mmio_guard_unmap: 0.1,
  iommu_detach: 0.3,
  iommu_unmap: 2,
  device_write: 2,
  ffa_share: 0.3,
  ffa_lend: 0.5,
  ffa_reclaim: 0.7,
  secure_read: 0.3,
  secure_write: 0.3,
  secure_return: 0.7,
  device_bypass_read: 0.2,
  device_bypass_write: 0.2,
  guest_hyp_meminfo: 0.1,
  host_smc: 0.1,
  guest_instruction: 0.3,
  guest_call: 0.3,
  guest_fetch: 0.4,
  guest_read_pair: 0.4,
  guest_atomic: 0.4,
  guest_cpu_off: 0.3,
  guest_write: 2,
  guest_read: 2,
  donate_guest: 2,
  share_guest: 1.5,
  host_read: 1.5,
};

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

/** The same made by Android's calls: pages for the host's structures, then for the root table. */
function madeByAndroid({ vm, protected: isProtected, pages: [kvm, pgd], vcpus }: Made, first: number): WrittenCall[] {
  const flags = { protected: isProtected ? 'yes' : 'no', idRegs: 'yes' };
  return [
    call('host_share_hyp', { page: `P${kvm}` }),
    call('init_vm', { kvm: `P${kvm}`, created: String(vcpus), pgd: `P${pgd}`, ...flags }),
    ...Array.from({ length: first }, (_, index) =>
      call('init_vcpu', { vm, hostVcpu: `P${kvm}`, index: String(index), mpState: 'RUNNABLE' }),
    ),
  ];
}

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

export const machineScopes: readonly MachineScope[] = [
  siblings,
  neighbours,
  empty,
  ending,
  androidSiblings,
  androidEnding,
];

/** What the others leave out: deep tables, code that is fetched, mappings that are old where nobody makes them young. */
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

/** In these nobody attacks the machine in the usual run; they tell more of its answers. */
export const furtherScopes: readonly MachineScope[] = [
  deepTables,
  androidDeep,
  withRunningCode(neighbours, 'code', true),
  withRunningCode(neighbours, 'old-code', false),
  withRunningCode(androidPair, 'android-code', true),
  withRunningCode(androidPair, 'android-old-code', false),
  withoutAccessFlag(neighbours, 'old'),
  withoutAccessFlag(androidPair, 'android-old'),
];
