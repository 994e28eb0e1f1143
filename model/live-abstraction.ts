/**
 * The abstraction of a machine that goes on: after each step only those parts are read again whose memory, records or
 * other places have changed. `Abstractor.read` is the definition, and tests hold this form to it.
 */
import { Abstractor, uses } from './abstraction.ts';
import type { Lists } from './abstraction.ts';
import { state } from './descriptor.ts';
import type { PageRecordsSaved } from './hypervisor/page-records.ts';
import { powers, type Vm } from './hypervisor/vm.ts';
import type { Machine } from './machine.ts';

export class LiveAbstraction {
  readonly lists: Lists;
  /** What the last `refresh` read again; all else stands as it was. */
  readonly pages: number[] = [];
  hasVms = false;
  hasLists = false;
  hasDevices = false;
  private readonly machine: Machine;
  private readonly abstractor: Abstractor;
  /** By frame: what was seen of its bytes, as a count of writes, and of its records. */
  private readonly edits: Uint32Array;
  private readonly records: PageRecordsSaved;
  private readonly dmaMaps: number[];
  private readonly isStale: Uint8Array;
  private readonly inVms = new Seen();
  private readonly inLists = new Seen();
  private readonly inDevices = new Seen();

  constructor(machine: Machine) {
    this.machine = machine;
    this.abstractor = new Abstractor(machine);
    this.lists = this.abstractor.lists;
    this.edits = new Uint32Array(machine.board.limit);
    this.records = machine.hv.pages.save();
    this.dmaMaps = machine.config.pages.map(() => 0);
    this.isStale = new Uint8Array(machine.config.pages.length);
    this.reset();
  }

  /** Take everything for changed, as after `restore`. */
  reset(): void {
    this.edits.fill(2 ** 32 - 1);
    for (const seen of [this.inVms, this.inLists, this.inDevices]) seen.forget();
  }

  refresh(): void {
    this.isStale.fill(0);
    this.hasVms = this.vmsDiffer();
    this.hasLists = this.listsDiffer();
    this.hasDevices = this.devicesDiffer();
    this.lookAtFrames();
    if (this.hasDevices) this.readDevices();
    this.pages.length = 0;
    for (const { page, frame } of this.machine.board.recordedPages) {
      if (this.isStale[page] === 0) continue;
      this.abstractor.readPage(page, frame);
      this.pages.push(page);
    }
    if (this.hasVms) this.abstractor.readVms();
    if (this.hasLists) this.abstractor.readLists();
  }

  private lookAtFrames(): void {
    const { board, memory, hv } = this.machine;
    const { host, hyp, refs, shares } = hv.pages;
    const { edits, records } = this;
    for (let frame = board.first; frame < board.limit; frame++) {
      const isSame =
        edits[frame] === memory.edits[frame] &&
        records.host[frame] === host[frame] &&
        records.hyp[frame] === hyp[frame] &&
        records.refs[frame] === refs[frame] &&
        records.shares[frame] === shares[frame];
      if (isSame) continue;
      edits[frame] = memory.edits[frame]!;
      records.host[frame] = host[frame]!;
      records.hyp[frame] = hyp[frame]!;
      records.refs[frame] = refs[frame]!;
      records.shares[frame] = shares[frame]!;
      this.noteChange(frame);
    }
  }

  /** What was read out of this frame has to be read again. */
  private noteChange(frame: number): void {
    const { board } = this.machine;
    const page = board.pageAt(frame);
    if (page >= 0) this.isStale[page] = 1;
    if (this.lists.use[page] === uses.STAGE2) this.hasVms = true;
    if (this.abstractor.isListed(frame)) this.hasLists = true;
    // why: there lie the tables of the host and of the devices.
    if (frame >= board.poolStart && frame < board.end) this.hasDevices = true;
  }

  /** The tables of the host change with those of its devices: annotations of owners are read again as well. */
  private readDevices(): void {
    const { board, hv } = this.machine;
    this.abstractor.readDevices();
    for (const { page, frame } of board.recordedPages) {
      const maps = this.lists.dmaMaps[page]!;
      if (maps !== this.dmaMaps[page] || hv.pages.host[frame] === state.NOPAGE) this.isStale[page] = 1;
      this.dmaMaps[page] = maps;
    }
  }

  private vmsDiffer(): boolean {
    const { hv, cpus } = this.machine;
    const { inVms } = this;
    inVms.begin();
    inVms.see(hv.vms.edits);
    for (const { loaded } of cpus) {
      inVms.see(loaded === undefined ? -1 : loaded.vm.slot);
      inVms.see(loaded === undefined ? -1 : loaded.index);
    }
    for (const slot of hv.vms.all()) if (typeof slot === 'object') this.seeVm(slot);
    return inVms.differs();
  }

  private seeVm(vm: Vm): void {
    const { inVms } = this;
    inVms.see((vm.isDying ? 1 : 0) + (vm.enrolled ? 2 : 0));
    inVms.see(vm.pool.length);
    inVms.see(vm.primary ?? -1);
    for (const vcpu of vm.vcpus) {
      inVms.see(vcpu === undefined ? -1 : vcpu.structure);
      if (vcpu === undefined) continue;
      inVms.see(vcpu.loadedOn);
      inVms.see(vcpu.cache.top);
      inVms.see(vcpu.cache.length);
      inVms.see(vcpu.trap === undefined ? -1 : vcpu.trap.gfn);
      inVms.see(vcpu.asked ?? -1);
      inVms.see(vcpu.power === undefined ? -1 : powers.indexOf(vcpu.power));
    }
  }

  private listsDiffer(): boolean {
    const { hv, config } = this.machine;
    const { inLists } = this;
    inLists.begin();
    for (let slot = 0; slot < config.slots; slot++) {
      for (let index = 0; index < config.vcpus; index++) {
        const list = hv.hostLists.at(slot, index)!;
        inLists.see(list.top);
        inLists.see(list.length);
      }
    }
    return inLists.differs();
  }

  private devicesDiffer(): boolean {
    const { iommu, secureWorld, ffa } = this.machine.hv;
    const { attached } = iommu;
    this.inDevices.begin();
    this.inDevices.see(secureWorld.edits);
    const { mailbox } = ffa;
    this.inDevices.see(typeof mailbox === 'object' ? mailbox.tx : mailbox === undefined ? -1 : -2);
    this.inDevices.see(typeof mailbox === 'object' ? mailbox.rx : -1);
    for (let device = 0; device < attached.length; device++) this.inDevices.see(attached[device]!);
    return this.inDevices.differs();
  }
}

/** Numbers that come in one order, compared with those of the last time. */
class Seen {
  private readonly numbers: number[] = [];
  private next = 0;
  private isSame = false;

  forget(): void {
    this.numbers.length = 0;
  }

  begin(): void {
    this.next = 0;
    this.isSame = true;
  }

  see(number: number): void {
    if (this.numbers[this.next] !== number) {
      this.numbers[this.next] = number;
      this.isSame = false;
    }
    this.next++;
  }

  differs(): boolean {
    if (this.numbers.length === this.next) return !this.isSame;
    this.numbers.length = this.next;
    return true;
  }
}
