/** What the hypervisor keeps of a VM and of a vCPU. Both lie in pages that the host donated; registers really do. */
import type { TranslationTable } from '../table.ts';
import { Lock } from './locks.ts';
import { emptyList, type PageList } from './page-list.ts';

/** Handles start here, so that no small number is one by accident. */
export const firstHandle = 0x1000;
/** VMID 0 is the host's. */
export const vmidOf = (slot: number): number => slot + 1;

/** Why a guest last stopped. `gfn` is -1 unless it was a translation fault. */
export interface Trap {
  readonly reason: string;
  readonly gfn: number;
}

/** Whether a VM has a vCPU of its own on (Linux 7.4, Android); `PENDING`: from now on, and it has not run since. */
export const powers = ['OFF', 'PENDING', 'ON'] as const;
export type Power = (typeof powers)[number];

/** Where a vCPU that was switched on begins, and what it finds in x0: the context id, if its VM has switched it on. */
export interface Start {
  readonly pc: number;
  readonly x0: number;
}

export class Vm {
  readonly slot: number;
  readonly protected: boolean;
  readonly idRegs: boolean;
  readonly created: number;
  /** First frames of the host's structure, of the hypervisor's own, and of the root table. */
  readonly kvm: number;
  readonly structure: number;
  readonly pgd: number;
  readonly table: TranslationTable;
  /** Table pages that became free; used again before the memcache is. */
  readonly pool: number[] = [];
  readonly vcpus: (Vcpu | undefined)[] = [];
  readonly lock: Lock;
  /** The vCPU that last ran on each CPU, or -1. */
  readonly lastRan: number[];
  isDying = false;
  enrolled = false;
  /** A vCPU that was to begin has been entered. */
  hasBegun = false;
  /** Which vCPU the host has made runnable (Linux 7.4); it stays that one when it is switched off. */
  primary: number | undefined;
  /** The memcache that a running map operation may take from. */
  feeder: PageList | undefined;

  constructor(
    values: Pick<Vm, 'slot' | 'protected' | 'idRegs' | 'created' | 'kvm' | 'structure' | 'pgd' | 'table'>,
    cpus: number,
  ) {
    this.slot = values.slot;
    this.protected = values.protected;
    this.idRegs = values.idRegs;
    this.created = values.created;
    this.kvm = values.kvm;
    this.structure = values.structure;
    this.pgd = values.pgd;
    this.table = values.table;
    this.lock = new Lock(`VM ${values.slot}`);
    this.lastRan = new Array<number>(cpus).fill(-1);
  }
}

export class Vcpu {
  readonly vm: Vm;
  readonly index: number;
  readonly hostVcpu: number;
  readonly structure: number;
  /** Free table pages: the hypervisor's own list, and the host's, whose head lies in the host's structure. */
  readonly cache: PageList = emptyList();
  readonly hostList: PageList;
  loadedOn = -1;
  trap: Trap | undefined;
  /** Nothing where the hypervisor keeps no power states. */
  power: Power | undefined;
  /** Nothing where neither a CPU_ON of the VM nor the host has named it. */
  start: Start | undefined;
  /** Which vCPU of its VM it has asked the host to start; nothing from its next entry on. */
  asked: number | undefined;

  constructor(vm: Vm, index: number, hostVcpu: number, structure: number, hostList: PageList) {
    this.hostList = hostList;
    this.vm = vm;
    this.index = index;
    this.hostVcpu = hostVcpu;
    this.structure = structure;
  }
}
