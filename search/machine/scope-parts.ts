/** Of what the scopes of the machine are made: configurations, first calls, and how often each call is drawn. */
import type { MachineOptions } from '../../model/machine.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Config, GfnShape } from '../../spec/config.ts';
import type { WrittenCall } from '../judge/written-call.ts';
import { makeConfig } from '../scopes/linux.ts';
import type { Scope } from '../scopes/linux.ts';

/** A scope, the machine that is put into it, and the rules that it is held to. */
export interface MachineScope extends Scope {
  readonly options: MachineOptions;
  readonly profile: Profile;
}

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

/** A configuration with such memory and tables. */
export function concrete({ memory, levels, vcpus }: Shape): Config {
  const sizes = { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: levels };
  const config = makeConfig({ memory, near: 0, block, levels: 0, slots: 2, vcpus, cpus: 2, sizes });
  return { ...config, ...frames(levels), symbolic: false, words: 3, devices: 1, iovas: 2 };
}

export const call = (name: string, args: WrittenCall['args'] = {}, cpu = 0): WrittenCall => ({ call: name, cpu, args });

export interface Made {
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
export const loaded = (vm: string, index: number, cpu: number): WrittenCall =>
  call('vcpu_load', { vm, index: String(index) }, cpu);
export const fed = (vm: string, vcpu: number, ...firsts: number[]): WrittenCall[] =>
  firsts.map((first) => call('topup_memcache', { vm, vcpu: String(vcpu), first: `P${first}`, pages: '2' }));

export const lively = {
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

/** The same made by Android's calls: pages for the host's structures, then for the root table. */
export function madeByAndroid(
  { vm, protected: isProtected, pages: [kvm, pgd], vcpus }: Made,
  first: number,
): WrittenCall[] {
  const flags = { protected: isProtected ? 'yes' : 'no', idRegs: 'yes' };
  return [
    call('host_share_hyp', { page: `P${kvm}` }),
    call('init_vm', { kvm: `P${kvm}`, created: String(vcpus), pgd: `P${pgd}`, ...flags }),
    ...Array.from({ length: first }, (_, index) =>
      call('init_vcpu', { vm, hostVcpu: `P${kvm}`, index: String(index), mpState: 'RUNNABLE' }),
    ),
  ];
}

/** The same made by the calls of Linux 7.4; the host makes the first vCPU runnable, and all others stopped. */
export function madeInHeap(vm: Made, first: number): WrittenCall[] {
  const made = madeByAndroid(vm, first).map((one) => {
    if (one.call === 'init_vm') return { ...one, args: { ...one.args, vm: vm.vm } };
    const isSecondary = one.call === 'init_vcpu' && one.args['index'] !== '0';
    return isSecondary ? { ...one, args: { ...one.args, mpState: 'STOPPED' } } : one;
  });
  return [call('reserve_vm'), ...made];
}

/** A VM dies and leaves a page behind, which the host does not take back. */
export const leaves = (vm: string, first: number, page: string): WrittenCall[] => [
  ...fed(vm, 0, first),
  loaded(vm, 0, 0),
  call('donate_guest', { page, gfn: 'G0' }),
  call('vcpu_put'),
  call('start_teardown_vm', { vm }),
];
