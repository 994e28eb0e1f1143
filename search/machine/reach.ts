/**
 * Who reaches what, at every moment: host, VMs and devices, by their tables and by what their TLBs still hold. And the
 * first moment at which a page that a VM had to itself can be read by the host again: by then it is zero.
 */
import { protOf, prots, state } from '../../model/descriptor.ts';
import type { Vm } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import { holds } from '../../model/secure-world.ts';
import { deviceRegime, hostVmid } from '../../model/tlb.ts';
import type { TlbEntry } from '../../model/tlb.ts';
import { pageOf } from './declassification.ts';
import type { Declassification } from './declassification.ts';
import { laws } from './laws.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { Performed } from './performed.ts';

const farMore = 2 ** 30;
const nobody = 0;
/** A frame that serves the hypervisor; below it, one more than the entry of the VM that has it to itself. */
const hypervisors = 255;

export class Reach {
  private readonly machine: Machine;
  private readonly second: Machine;
  private readonly declassification: Declassification;
  /** By frame: whose it is alone. */
  private readonly owner: Uint8Array;
  /** 1 for a frame that served the hypervisor, or that some VM had to itself, and that nobody has reached since. */
  private readonly served: Uint8Array;
  private readonly formerly: Uint8Array;
  /** By frame: 1 where a TLB has it for the host, and what the host's table says of it. */
  private readonly cached: Uint8Array;
  private readonly mapped: Float64Array;
  /** By frame: when a guest last wrote to it. */
  private readonly written = new Map<number, number>();
  private seen = -1;

  constructor(machine: Machine, second: Machine, declassification: Declassification) {
    this.machine = machine;
    this.second = second;
    this.declassification = declassification;
    const { limit } = machine.board;
    this.owner = new Uint8Array(limit);
    this.served = new Uint8Array(limit);
    this.formerly = new Uint8Array(limit);
    this.cached = new Uint8Array(limit);
    this.mapped = new Float64Array(limit);
  }

  reset(): void {
    this.formerly.fill(0);
    this.served.fill(0);
    this.mapped.fill(0);
    this.written.clear();
    this.seen = -1;
    this.findOwners();
  }

  look(one: Performed): MachineViolation | undefined {
    if (one.call === 'guest_write' && one.answer?.kind === 'done') this.noteWrite(one);
    const now = this.changes();
    if (now === this.seen) return undefined;
    this.seen = now;
    this.findOwners();
    this.findCached();
    return (
      this.hostViolation(one) ??
      this.deviceViolation() ??
      this.secureViolation() ??
      this.guestViolation() ??
      this.wipeViolation(one) ??
      this.stateViolation()
    );
  }

  private noteWrite(one: Performed): void {
    const vm = this.machine.hv.vms.find(one.values['vm'] ?? 0);
    const frame = vm === undefined ? -1 : pageOf(this.machine, vm, one.values['gfn'] ?? 0);
    // why: by now the page may be unmapped; what the CPU's TLB had is where the write went.
    if (frame >= 0) this.written.set(frame, one.ended);
    else this.formerly.forEach((is, former) => is === 1 && this.written.set(former, one.ended));
  }

  /** A number that changes whenever anybody may reach something else. */
  private changes(): number {
    const { hv, tlb } = this.machine;
    let count = hv.vms.edits * farMore + hv.host.edits + hv.host.table.edits + hv.secureWorld.edits + tlb.fills;
    for (const table of hv.iommu.tables) count += table.edits;
    for (const slot of hv.vms.all()) if (typeof slot === 'object') count += slot.table.edits + slot.vcpus.length;
    return count;
  }

  private findOwners(): void {
    const { owner, machine } = this;
    const { board, hv, config } = machine;
    owner.fill(nobody);
    owner.fill(hypervisors, board.ownStart, board.end);
    for (const { loaded } of machine.cpus) {
      if (loaded !== undefined) this.give(loaded.structure, config.sizes.hypVcpuPages);
    }
    for (const slot of hv.vms.all()) {
      if (typeof slot !== 'object') continue;
      this.giveStructures(slot);
      if (slot.protected) this.givePages(slot);
    }
  }

  /** Pages that a protected VM has and has not shared. */
  private givePages(vm: Vm): void {
    const { gfns } = this.machine.config;
    for (let gfn = 0; gfn < gfns.length; gfn++) {
      if (gfns[gfn]?.of !== gfn) continue;
      const frame = pageOf(this.machine, vm, gfn);
      if (frame < 0) continue;
      const isShared = this.declassification.isShared(vm.slot, gfn);
      this.formerly[frame] = isShared ? 0 : 1;
      if (!isShared && this.owner[frame] === nobody) this.owner[frame] = vm.slot + 1;
    }
  }

  /** Pages in which the hypervisor keeps what it needs for a VM. */
  private giveStructures(vm: Vm): void {
    const { sizes } = this.machine.config;
    this.give(vm.structure, sizes.hypVmPages, true);
    this.give(vm.pgd, sizes.pgdPages, true);
    for (const frame of vm.table.tables()) this.give(frame, 1, true);
    for (const frame of vm.pool) this.give(frame, 1, true);
    for (const vcpu of vm.vcpus) {
      if (vcpu === undefined) continue;
      this.give(vcpu.structure, sizes.hypVcpuPages, true);
      for (const frame of this.machine.hv.lists.framesOf(vcpu.cache)) this.give(frame, 1, true);
    }
  }

  private give(first: number, pages: number, serves = false): void {
    for (let frame = first; frame < first + pages; frame++) {
      this.owner[frame] = hypervisors;
      if (serves) this.served[frame] = 1;
    }
  }

  /** What TLBs still have of the host's. */
  private findCached(): void {
    const { cpus, tlb } = this.machine;
    this.cached.fill(0);
    for (const { number } of cpus) {
      for (const { vmid, ipa, pages } of tlb.entries(number)) {
        if (vmid === hostVmid) this.cached.fill(1, ipa, ipa + pages);
      }
    }
  }

  /** The host reaches what its table maps, what it would map on a fault, and what a TLB still has. */
  private hostReaches(frame: number): boolean {
    return this.cached[frame] === 1 || this.hostMaps(frame);
  }

  /**
   * Walked once for each state of the table: `mapped` holds the count of its changes, negative where it is not mapped.
   */
  private hostMaps(frame: number): boolean {
    const { hv, board } = this.machine;
    const { table } = hv.host;
    const now = table.edits + 1;
    if (Math.abs(this.mapped[frame] ?? 0) !== now) {
      const isMapped = board.isRam(frame) && table.find(frame) && (table.isValid || table.isEmpty);
      this.mapped[frame] = isMapped ? now : -now;
    }
    return this.mapped[frame] === now;
  }

  /** Code of the hypervisor, which the host reads and does not write. */
  private isShown(frame: number): boolean {
    const { board, hv, cpus, tlb } = this.machine;
    if (frame < board.codeStart || frame >= board.heapStart) return false;
    const isCached = ({ vmid, ipa, pages, prot }: TlbEntry): boolean =>
      vmid === hostVmid && ipa <= frame && frame < ipa + pages && prot !== prots.R;
    const { table } = hv.host;
    const isMapped = table.find(frame) && protOf(table.low, table.high) === prots.R;
    return isMapped && !cpus.some(({ number }) => tlb.entries(number).some(isCached));
  }

  /** What devices reach: the frames that their tables give, and those that they have cached. */
  private *deviceFrames(): Iterable<readonly [frame: number, isCached: boolean]> {
    const { hv, config, tlb } = this.machine;
    for (const [device, table] of hv.iommu.tables.entries()) {
      for (let iova = 0; iova < config.iovas; iova++)
        if (table.find(iova) && table.isValid) yield [table.frameFor(iova), false];
      for (const { vmid, frame, pages } of tlb.entries(config.cpus + device))
        if (vmid === deviceRegime + device) for (let page = 0; page < pages; page++) yield [frame + page, true];
    }
  }

  private deviceReaches(frame: number): boolean {
    for (const [reached] of this.deviceFrames()) if (reached === frame) return true;
    return false;
  }

  private hostViolation(one: Performed): MachineViolation | undefined {
    for (let frame = this.machine.board.first; frame < this.machine.board.end; frame++) {
      const whose = this.owner[frame];
      if (whose === nobody || !this.hostReaches(frame) || this.isShown(frame)) continue;
      if (whose === hypervisors) return laws.hypPrivate;
      return one.call === 'donate_guest' && one.answer === undefined ? laws.unmapFirst : laws.private;
    }
    return undefined;
  }

  private deviceViolation(): MachineViolation | undefined {
    for (const [frame, isCached] of this.deviceFrames()) {
      if (!this.machine.board.isRam(frame)) {
        if (this.machine.hv.dma.reachesRegisters) continue;
        return laws.onlyMemory;
      }
      if (this.owner[frame] !== nobody) return isCached ? laws.deviceLost : laws.devicePrivate;
    }
    return undefined;
  }

  private secureViolation(): MachineViolation | undefined {
    const { board, hv } = this.machine;
    for (let frame = board.first; frame < board.end; frame++) {
      const hold = hv.secureWorld.holdOf(frame);
      if (hold === holds.NONE) continue;
      if (this.owner[frame] !== nobody) return laws.secure;
      if (hold === holds.LENT && (this.hostReaches(frame) || this.deviceReaches(frame))) return laws.lent;
    }
    return undefined;
  }

  private guestViolation(): MachineViolation | undefined {
    const { hv, config, board } = this.machine;
    for (const vm of hv.vms.all()) {
      if (typeof vm !== 'object') continue;
      for (let gfn = 0; gfn < config.gfns.length; gfn++) {
        if (config.gfns[gfn]?.of !== gfn) continue;
        const frame = pageOf(this.machine, vm, gfn);
        if (frame < 0) continue;
        if (board.placeOf(frame) !== 'memory')
          return this.owner[frame] === hypervisors ? laws.hypPrivate : laws.onlyMemory;
        const whose = this.owner[frame];
        if (whose === hypervisors) return laws.hypPrivate;
        if (whose !== nobody && whose !== vm.slot + 1) return laws.private;
        if (hv.pages.host[frame] === state.OWNED) return laws.hostPrivate;
      }
    }
    return undefined;
  }

  private wipeViolation(one: Performed): MachineViolation | undefined {
    for (let frame = 0; frame < this.formerly.length; frame++) {
      if (this.formerly[frame] === 0 || this.owner[frame] !== nobody) continue;
      if (!this.hostReaches(frame) && !this.deviceReaches(frame)) continue;
      this.formerly[frame] = 0;
      const last = this.written.get(frame) ?? -1;
      if (!this.isZero(frame)) return last > one.began ? laws.wipeUnmapped : laws.wipe;
    }
    return undefined;
  }

  /** A page that served the hypervisor comes back the same, whatever a VM had in its registers. */
  private stateViolation(): MachineViolation | undefined {
    const { machine, second } = this;
    for (let frame = 0; frame < this.served.length; frame++) {
      if (this.served[frame] === 0 || this.owner[frame] !== nobody || !this.hostReaches(frame)) continue;
      this.served[frame] = 0;
      for (let word = 0; word < machine.board.pageWords; word++) {
        if (machine.cache.readUncached(frame, word) !== second.cache.readUncached(frame, word)) return laws.stateWiped;
      }
    }
    return undefined;
  }

  /** In the caches and in memory behind them. */
  private isZero(frame: number): boolean {
    const { cache, config } = this.machine;
    for (let word = 0; word < config.words; word++) {
      if (cache.read(frame, word) !== 0 || cache.readUncached(frame, word) !== 0) return false;
    }
    return true;
  }
}
