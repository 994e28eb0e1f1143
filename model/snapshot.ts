/** A machine at rest, copied and put back: far cheaper than a new machine, for runs of many short sequences. */
import type { Cpu, Exposure } from './cpu.ts';
import type { Mailbox } from './hypervisor/ffa.ts';
import type { PageRecordsSaved } from './hypervisor/page-records.ts';
import type { Power, Start, Trap, Vcpu, Vm } from './hypervisor/vm.ts';
import type { Machine } from './machine.ts';
import type { TlbEntry } from './tlb.ts';

interface VcpuSaved {
  readonly vcpu: Vcpu;
  readonly cache: readonly [number, number];
  readonly loadedOn: number;
  readonly power: Power | undefined;
  readonly start: Start | undefined;
  readonly asked: number | undefined;
  readonly trap: Trap | undefined;
}

interface VmSaved {
  readonly vm: Vm;
  readonly isDying: boolean;
  readonly enrolled: boolean;
  readonly hasBegun: boolean;
  readonly primary: number | undefined;
  readonly pool: readonly number[];
  readonly lastRan: readonly number[];
  readonly vcpus: readonly (VcpuSaved | undefined)[];
}

interface CpuSaved {
  readonly registers: Float64Array;
  readonly loaded: Vcpu | undefined;
  readonly exposed: Exposure | undefined;
  readonly hostLevel: Cpu['hostLevel'];
  readonly hasStage2: boolean;
}

export interface Snapshot {
  readonly memory: Uint32Array;
  readonly cache: readonly (readonly [number, Uint32Array])[];
  readonly tlb: readonly TlbEntry[][];
  readonly pages: PageRecordsSaved;
  readonly pool: readonly number[];
  readonly heap: Uint8Array;
  readonly secureWorld: Uint8Array;
  readonly mailbox: Mailbox;
  readonly hostLists: readonly (readonly [number, number])[];
  readonly attached: Uint8Array;
  readonly slots: readonly (VmSaved | 'reserved' | undefined)[];
  readonly cpus: readonly CpuSaved[];
  readonly panic: string | undefined;
}

export function takeSnapshot(machine: Machine): Snapshot {
  if (!machine.isQuiet) throw new Error('a machine can be copied only between calls');
  const { hv } = machine;
  return {
    memory: machine.memory.save(),
    cache: machine.cache.save(),
    tlb: machine.tlb.save(),
    pages: hv.pages.save(),
    pool: hv.pool.slice(),
    heap: hv.heap.save(),
    secureWorld: hv.secureWorld.save(),
    mailbox: hv.ffa.mailbox,
    hostLists: hv.hostLists.save(),
    attached: hv.iommu.attached.slice(),
    slots: hv.vms.all().map((slot) => (typeof slot === 'object' ? saveVm(slot) : slot)),
    cpus: machine.cpus.map(saveCpu),
    panic: machine.panic,
  };
}

const saveCpu = ({ registers, loaded, exposed, hostLevel, hasStage2 }: Cpu): CpuSaved => ({
  registers: registers.slice(),
  loaded,
  exposed,
  hostLevel,
  hasStage2,
});

const saveVm = (vm: Vm): VmSaved => ({
  vm,
  isDying: vm.isDying,
  enrolled: vm.enrolled,
  hasBegun: vm.hasBegun,
  primary: vm.primary,
  pool: vm.pool.slice(),
  lastRan: vm.lastRan.slice(),
  vcpus: vm.vcpus.map((vcpu) => (vcpu === undefined ? undefined : saveVcpu(vcpu))),
});

const saveVcpu = (vcpu: Vcpu): VcpuSaved => ({
  vcpu,
  cache: [vcpu.cache.top, vcpu.cache.length],
  loadedOn: vcpu.loadedOn,
  power: vcpu.power,
  start: vcpu.start,
  asked: vcpu.asked,
  trap: vcpu.trap,
});

/** Put a machine back; calls that were under way are forgotten. */
export function restore(machine: Machine, saved: Snapshot): void {
  const { hv } = machine;
  machine.forget();
  machine.memory.load(saved.memory);
  machine.cache.load(saved.cache);
  machine.tlb.load(saved.tlb);
  hv.pages.load(saved.pages);
  hv.pool.length = 0;
  hv.pool.push(...saved.pool);
  hv.heap.load(saved.heap);
  hv.secureWorld.load(saved.secureWorld);
  hv.ffa.mailbox = saved.mailbox;
  hv.hostLists.load(saved.hostLists);
  hv.iommu.attached.set(saved.attached);
  for (const lock of hv.locks()) lock.release();
  saved.slots.forEach((slot, number) => {
    hv.vms.set(number, typeof slot === 'object' ? restoreVm(slot) : slot);
  });
  saved.cpus.forEach(({ registers, ...others }, number) => {
    machine.cpus[number]!.registers.set(registers);
    Object.assign(machine.cpus[number]!, others);
  });
  machine.panic = saved.panic;
}

function restoreVm(saved: VmSaved): Vm {
  const { vm } = saved;
  vm.isDying = saved.isDying;
  vm.enrolled = saved.enrolled;
  vm.hasBegun = saved.hasBegun;
  vm.primary = saved.primary;
  vm.feeder = undefined;
  vm.lock.release();
  replace(vm.pool, saved.pool);
  replace(vm.lastRan, saved.lastRan);
  replace(
    vm.vcpus,
    saved.vcpus.map((vcpu) => (vcpu === undefined ? undefined : restoreVcpu(vcpu))),
  );
  return vm;
}

function restoreVcpu(saved: VcpuSaved): Vcpu {
  const { vcpu } = saved;
  [vcpu.cache.top, vcpu.cache.length] = saved.cache;
  vcpu.loadedOn = saved.loadedOn;
  vcpu.power = saved.power;
  vcpu.start = saved.start;
  vcpu.asked = saved.asked;
  vcpu.trap = saved.trap;
  return vcpu;
}

function replace<T>(list: T[], values: readonly T[]): void {
  list.length = 0;
  list.push(...values);
}
