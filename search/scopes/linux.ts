/** The scopes in which sequences are drawn: small, named, and each with the calls that bring it to its start. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { done } from '../../spec/transition-system.ts';
import { initialState } from '../../spec/state.ts';
import type { State } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { Config, GfnShape, PageKind, PageShape, Sizes } from '../../spec/config.ts';
import { Judge } from '../judge/judge.ts';
import type { GhostState } from '../../properties/ghost.ts';
import { readCall } from '../judge/written-call.ts';
import { translate, VmSymmetry } from '../judge/vm-symmetry.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import type { Weights } from '../generate/generator.ts';

export interface Scope {
  readonly name: string;
  readonly config: Config;
  /** The calls that bring it to its start; every one of them is done. */
  readonly prelude: readonly WrittenCall[];
  readonly weights: Weights;
}

/** Pages of memory P0, P1, ..., then one of each special kind, and an alias of P0 modulo 2^64. */
function somePages(count: number, block: number): PageShape[] {
  const page = (kind: PageKind, name: string, of: number, aligned = 1, pfn = of): PageShape => ({
    kind,
    name,
    pfn,
    of,
    aligned,
  });
  const memory = Array.from({ length: count }, (_, number) =>
    page('memory', `P${number}`, number, number % block === 0 ? block : 1),
  );
  const special = (['mmio', 'carveout', 'hole', 'beyond', 'wrapping'] as const).map((kind, i) =>
    page(kind, kind, count + i + (kind === 'wrapping' ? 1 : 0), kind === 'mmio' ? block : 1),
  );
  const wrapping = special.pop() as PageShape;
  return [...memory, ...special, page('memory', 'P0 + 2^64', 0, 1, 2 ** 52), wrapping];
}

/** A frame behind other page tables, and one beyond an address range of 48 bits. */
const farFrame = 1 << 18;
const beyondFrame = 2 ** 40;

/**
 * Guest frames G0, G1, ...: `near` of them in blocks at the start, one far away or not, one beyond the range, one
 * alias.
 */
function someFrames({ near, block, levels, far }: Shape): GfnShape[] {
  const tablesTo = (last: number): number[] => (levels === 0 ? [] : levels === 1 ? [last] : [0, 1 + last]);
  const blocks = Math.ceil(near / block);
  const frames = Array.from({ length: near }, (_, number): GfnShape => {
    const head = number - (number % block);
    const tables = tablesTo(Math.floor(number / block));
    return { name: `G${number}`, frame: number, of: number, head, offset: number - head, tables, inRange: true };
  });
  const apart = (name: string, at: number, of: number, tables: number[], inRange: boolean): GfnShape => ({
    name,
    frame: at === of ? (inRange ? farFrame : beyondFrame) : of + 2 ** 52,
    of,
    head: at,
    offset: 0,
    tables,
    inRange,
  });
  if (far !== false) frames.push(apart('far', near, near, tablesTo(blocks), true));
  const next = frames.length;
  return [...frames, apart('beyond', next, next, [], false), apart('G0 + 2^52', next + 1, 0, [], true)];
}

export interface Shape {
  readonly memory: number;
  readonly near: number;
  readonly block: number;
  readonly levels: 0 | 1 | 2;
  /** A frame lies far away; so it does where nothing is said. */
  readonly far?: boolean;
  readonly slots: number;
  readonly vcpus: number;
  readonly cpus: number;
  readonly sizes: Sizes;
  /** Guest code is followed, in the frame that lies far away. */
  readonly code?: boolean;
  readonly hardwareAccessFlag?: boolean;
}

/** A scope of memory, VMs and CPUs. */
export function makeConfig(shape: Shape): Config {
  const gfns = someFrames(shape);
  return {
    pages: somePages(shape.memory, shape.block),
    gfns,
    tables: Math.max(0, ...gfns.flatMap((gfn) => gfn.tables.map((table) => table + 1))),
    slots: shape.slots,
    vcpus: shape.vcpus,
    cpus: shape.cpus,
    devices: 0,
    iovas: 0,
    cids: 0,
    words: 1,
    symbolic: true,
    block: shape.block,
    sizes: shape.sizes,
    maxShares: 2,
    hardwareAccessFlag: shape.hardwareAccessFlag ?? true,
    codeGfn: shape.code === true ? shape.near : -1,
    codeWords: shape.code === true ? 1 : 0,
  };
}

export const nothing: Sizes = {
  kvmPages: 0,
  vcpuPages: 0,
  hypVmPages: 0,
  hypVcpuPages: 0,
  pgdPages: 0,
  memcacheMin: 0,
};
const onePageEach = (memcacheMin: number): Sizes => ({
  kvmPages: 1,
  vcpuPages: 1,
  hypVmPages: 1,
  hypVcpuPages: 1,
  pgdPages: 1,
  memcacheMin,
});

/** VMs come and go, but not so often that nothing happens in between; what they live on is offered now and then. */
const lively: Weights = {
  start_teardown_vm: 0.05,
  finalize_teardown_vm: 0.15,
  unreserve_vm: 0.2,
  vcpu_put: 0.3,
  hypercall: 0.1,
  host_smc: 0.1,
  tlb_flush_vmid: 0.2,
  vcpu_sync_state: 0.2,
  // Whatever is offered is taken by the next call that maps a page, and comes back only with the end of the VM.
  topup_memcache: 0.05,
  host_share_hyp: 0.5,
  unshare_guest: 0.5,
  force_reclaim_guest_page: 0.5,
  wrprotect: 0.5,
  test_clear_young: 0.5,
  donate_guest: 2,
  share_guest: 2,
  guest_instruction: 0.2,
  guest_call: 0.2,
  guest_fetch: 0.5,
  guest_read_pair: 0.5,
  guest_atomic: 0.5,
  guest_read: 1.5,
  guest_write: 1.5,
  ffa_share: 0.2,
  ffa_lend: 0.1,
  ffa_reclaim: 0.2,
  secure_read: 0.1,
  secure_write: 0.1,
  secure_return: 0.2,
};

const call = (name: string, args: WrittenCall['args'] = {}, cpu = 0): WrittenCall => ({ call: name, cpu, args });

interface Pages {
  kvm: string;
  vmMem: string;
  pgd: string;
  hostVcpu: string;
  mem: string;
}

/** A VM is made, and its first vCPU loaded. */
const vmLives = (vm: string, kind: 'protected' | 'normal', vcpus: number, on: Pages, cpu = 0): WrittenCall[] => [
  call('reserve_vm'),
  call('init_vm', {
    vm,
    kvm: on.kvm,
    created: String(vcpus),
    protected: kind === 'protected' ? 'yes' : 'no',
    idRegs: kind === 'protected' ? 'no' : 'yes',
    vmMem: on.vmMem,
    vmMemFault: 'right',
    pgd: on.pgd,
    pgdFault: 'right',
  }),
  call('init_vcpu', { vm, hostVcpu: on.hostVcpu, index: '0', mem: on.mem, memFault: 'right' }),
  call('vcpu_load', { vm, index: '0' }, cpu),
];

const free: Pages = { kvm: 'P0', vmMem: 'P0', pgd: 'P0', hostVcpu: 'P0', mem: 'P0' };

/** The smallest scope for ownership: VMs cost nothing, and VM0 (protected) and VM1 (not) run from the start. */
export const pages: Scope = {
  name: 'pages',
  config: makeConfig({ memory: 4, near: 2, block: 2, levels: 0, slots: 2, vcpus: 1, cpus: 2, sizes: nothing }),
  prelude: [...vmLives('VM0', 'protected', 1, free), ...vmLives('VM1', 'normal', 1, free, 1)],
  weights: lively,
};

/** The same with a page of the hypervisor's code, which the host may look at. */
export const ownCode: Scope = {
  ...pages,
  name: 'own-code',
  config: {
    ...pages.config,
    pages: [
      ...pages.config.pages,
      { kind: 'hypcode', name: 'hypcode', pfn: pages.config.pages.length, of: pages.config.pages.length, aligned: 1 },
    ],
  },
};

/** The same before anything was made. */
export const bare: Scope = {
  name: 'bare',
  config: makeConfig({ memory: 2, near: 2, block: 2, levels: 0, slots: 2, vcpus: 1, cpus: 2, sizes: nothing }),
  prelude: [],
  weights: lively,
};

/** The host takes its mailbox for the secure world away, and makes others, also of pages that a VM needs. */
export const mailbox: Scope = {
  name: 'mailbox',
  config: {
    ...makeConfig({
      ...{ memory: 4, near: 1, block: 1, levels: 0, slots: 1, vcpus: 1, cpus: 1 },
      sizes: { ...nothing, kvmPages: 1 },
    }),
    mailbox: true,
  },
  prelude: [],
  weights: { ...lively, ffa_rxtx_map: 1, ffa_rxtx_unmap: 0.5 },
};

/** The same after VM0 was finalised with P0 still mapped; its entry of the VM table belongs to VM2 now. */
const afterVm0 = (name: string, vm2: 'protected' | 'normal'): Scope => ({
  name,
  config: pages.config,
  prelude: [
    ...vmLives('VM0', 'protected', 1, free),
    ...vmLives('VM1', 'normal', 1, free, 1),
    call('donate_guest', { page: 'P0', gfn: 'G0' }),
    call('vcpu_put'),
    call('start_teardown_vm', { vm: 'VM0' }),
    call('finalize_teardown_vm', { vm: 'VM0' }),
    ...vmLives('VM2', vm2, 1, free),
  ],
  weights: lively,
});

export const reused = afterVm0('reused', 'protected');
/** VM2 is not protected, so that it can have a block where VM0 had the page. */
export const inherited = afterVm0('inherited', 'normal');

/** One VM at a time, made of pages, on one CPU: small enough to be searched deep. */
export const single: Scope = {
  name: 'single',
  config: makeConfig({ memory: 6, near: 1, block: 1, levels: 1, slots: 1, vcpus: 2, cpus: 1, sizes: onePageEach(1) }),
  prelude: [],
  weights: { ...lively, topup_memcache: 0.3 },
};

/** A root table of two pages, which has to be aligned. */
const twoRoots: Sizes = { ...onePageEach(1), pgdPages: 2 };

/** VMs are made of pages, and nothing exists at the start. */
export const lifecycle: Scope = {
  name: 'lifecycle',
  config: makeConfig({ memory: 14, near: 2, block: 2, levels: 1, slots: 2, vcpus: 2, cpus: 2, sizes: twoRoots }),
  prelude: [],
  weights: { ...lively, topup_memcache: 0.3 },
};

const crowded = (name: string, memory: number, runs: 'protected' | 'normal'): Scope => ({
  name,
  config: makeConfig({
    memory,
    near: 8,
    block: 4,
    levels: 2,
    slots: 3,
    vcpus: 2,
    cpus: 2,
    sizes: onePageEach(2),
    code: true,
    hardwareAccessFlag: runs === 'protected',
  }),
  prelude: [
    call('host_share_hyp', { page: 'P0' }),
    ...vmLives('VM0', runs, 2, { kvm: 'P0', vmMem: 'P1', pgd: 'P2', hostVcpu: 'P0', mem: 'P3' }),
    call('host_load_stub', { page: 'P4' }),
    ...['P5', 'P7', 'P9'].map((first) => call('topup_memcache', { vm: 'VM0', vcpu: '0', first, pages: '2' })),
    runs === 'protected'
      ? call('donate_guest', { page: 'P4', gfn: 'far' })
      : call('share_guest', { page: 'P4', gfn: 'far', nr: '1', prot: 'PX+UX+W+R' }),
  ],
  weights: lively,
});

/** Everything at once: structures, page tables, code, blocks; VM0 is protected and runs. */
export const full = crowded('full', 16, 'protected');
/** The same with a VM0 that is not protected, on a machine on which an access to an old page faults. */
export const nonProtected = crowded('non-protected', 16, 'normal');
/** `full` with more or fewer pages, twelve at the least. */
export const scaled = (memory: number): Scope => crowded(`full-${memory}`, memory, 'protected');

export const scopes: readonly Scope[] = [
  bare,
  pages,
  reused,
  inherited,
  single,
  lifecycle,
  full,
  nonProtected,
  mailbox,
];

/** The state at which a scope starts. */
export function startOf(system: TransitionSystem, scope: Scope): State {
  return begin(system, scope).state;
}

export interface Beginning {
  readonly state: State;
  /** The entries of the VM table that were reserved on the way, in order. */
  readonly reserved: readonly number[];
  readonly ghost: GhostState;
}

/** The same, and what cannot be told from the state alone. */
export function begin(system: TransitionSystem, scope: Scope): Beginning {
  const state = initialState(system.layout);
  const judge = new Judge(system, state, []);
  const args = new Int32Array(argsLength);
  const symmetry = new VmSymmetry(system.config.slots);
  const reserved: number[] = [];
  for (const written of scope.prelude) {
    const call = translate(system, readCall(system, written), (vm) => symmetry.toEntry(vm));
    const rule = system.rule(call.call);
    system.bind(rule, call, args);
    const guard = system.apply(state, rule, args);
    if (guard !== done) {
      throw new Error(`unreachable: ${call.call} of the prelude is denied by ${rule.guards[guard]?.clause ?? ''}`);
    }
    judge.judge(rule, args, guard);
    if (rule.rule.answer === 'vm') {
      reserved.push(state.answer);
      symmetry.reserve(state.answer);
    }
  }
  return { state, reserved, ghost: judge.ghost };
}
