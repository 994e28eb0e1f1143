/** VMs and vCPUs are made: reserve, init. The host's memory is taken, scrubbed, and given back when that fails. */
import type { Cpu } from '../cpu.ts';
import { TranslationTable } from '../table.ts';
import type { Errno } from '../../spec/answers.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { Memcache } from './memcache.ts';
import { expect, type Pause, type Run } from './locks.ts';
import { unhinted } from './psci-relay.ts';
import { type Power, Vcpu, Vm, vmidOf } from './vm.ts';

export const built: Pause = { at: 'built, not published' };

export class Lifecycle {
  protected readonly hv: Core;
  protected readonly memcache: Memcache;
  /** By number: the last call of setting up, the only one of them that still answers, and the last of all. */
  finalizeId = 7;
  lastId = 50;
  /** Linux up to 7.3 keeps no power states: every vCPU runs when the host wants it to. */
  mayStart: (vm: Vm, args: Args) => Check = () => undefined;
  powerAtStart: (vm: Vm, args: Args) => Power | undefined = () => undefined;

  constructor(hv: Core, memcache: Memcache) {
    this.hv = hv;
    this.memcache = memcache;
  }

  /** Calls that set EL2 up are refused once it is set up, and so are numbers that no call has. */
  *early(args: Args): Run<Outcome> {
    const id = unhinted(arg(args, 'id'));
    if (id === this.finalizeId) return 'EPERM';
    // why: a number of today's calls, without arguments; what the call would say is the business of that call.
    return id > this.finalizeId && id <= this.lastId ? done : 'NOT_SUPPORTED';
  }

  *reserve(cpu: Cpu): Run<Outcome> {
    const { vms } = this.hv;
    yield* vms.lock.take(cpu.number);
    const slot = vms.findFree();
    if (slot >= 0) vms.set(slot, 'reserved');
    vms.lock.release();
    return slot < 0 ? 'ENOMEM' : slot;
  }

  *unreserve(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms } = this.hv;
    yield* vms.lock.take(cpu.number);
    if (vms.at(arg(args, 'vm')) === 'reserved') vms.set(arg(args, 'vm'), undefined);
    vms.lock.release();
    return done;
  }

  *initVm(cpu: Cpu, args: Args): Run<Outcome> {
    const { host, config } = this.hv;
    const kvm = this.hv.board.frameOf(arg(args, 'kvm'));
    yield* host.lock.take(cpu.number);
    const unpinned = host.pin(kvm, config.sizes.kvmPages);
    host.lock.release();
    if (unpinned !== undefined) return unpinned;
    const outcome = yield* this.makeVm(cpu, args, kvm);
    if (typeof outcome === 'string') this.unpinKvm(kvm);
    return outcome;
  }

  unpinKvm(kvm: number): void {
    this.hv.host.unpin(kvm, this.hv.config.sizes.kvmPages);
  }

  *makeVm(cpu: Cpu, args: Args, kvm: number): Run<Outcome> {
    const { hypVmPages } = this.hv.config.sizes;
    if (arg(args, 'created') < 1 || arg(args, 'vm') < 0) return 'EINVAL';
    const structure = yield* this.takeStructure(cpu, args, 'vmMem', hypVmPages);
    if (typeof structure === 'string') return structure;
    const outcome = yield* this.insertVm(cpu, args, { kvm, structure });
    if (typeof outcome === 'string') yield* this.giveStructure(cpu, structure, hypVmPages);
    return outcome;
  }

  /** Memory for a structure of the hypervisor's: here the host gives it, as the argument of this name. */
  *takeStructure(cpu: Cpu, args: Args, offered: 'vmMem' | 'mem', pages: number): Run<number | Errno> {
    const first = yield* this.takeDonated(cpu, arg(args, offered), pages, arg(args, `${offered}Fault`) !== 0);
    return first < 0 ? 'ENOMEM' : first;
  }

  /** To where it was taken from. */
  *giveStructure(cpu: Cpu, first: number, pages: number): Run<void> {
    yield* this.giveBack(cpu, first, pages);
  }

  *insertVm(cpu: Cpu, args: Args, frames: Pick<Vm, 'kvm' | 'structure'>): Run<Outcome> {
    const { pgdPages } = this.hv.config.sizes;
    const pgd = yield* this.takeDonated(cpu, arg(args, 'pgd'), pgdPages, arg(args, 'pgdFault') !== 0);
    if (pgd < 0) return 'ENOMEM';
    const vm = this.buildVm(arg(args, 'vm'), args, { ...frames, pgd });
    yield built;
    yield* this.hv.vms.lock.take(cpu.number);
    const isPublished = this.hv.vms.publish(vm.slot, vm);
    this.hv.vms.lock.release();
    if (isPublished) return done;
    this.releaseRoot(pgd);
    yield* this.giveBack(cpu, pgd, pgdPages);
    return 'EINVAL';
  }

  /** Take memory that the host offers, all or nothing; -1 if the host cannot give it. It is scrubbed at once. */
  *takeDonated(cpu: Cpu, page: number, pages: number, isMisaligned: boolean): Run<number> {
    if (isMisaligned) return -1;
    const { host } = this.hv;
    const first = this.hv.board.frameOf(page);
    yield* host.lock.take(cpu.number);
    const bad = host.donateToHyp(first, pages);
    host.lock.release();
    if (bad !== undefined) return -1;
    for (let frame = first; frame < first + pages; frame++) this.hv.upkeep.scrub(frame);
    return first;
  }

  *giveBack(cpu: Cpu, first: number, pages: number): Run<void> {
    const { host } = this.hv;
    for (let frame = first; frame < first + pages; frame++) this.scrubBefore(frame);
    yield* host.lock.take(cpu.number);
    for (let frame = first; frame < first + pages; frame++) host.donateToHost(frame);
    host.lock.release();
  }

  scrubBefore(frame: number): void {
    this.hv.upkeep.scrub(frame);
  }

  buildVm(slot: number, args: Args, frames: Pick<Vm, 'kvm' | 'structure' | 'pgd'>): Vm {
    const { memcache } = this;
    const { board, memory, pages, config, upkeep } = this.hv;
    const { pgd } = frames;
    const rootPages = config.sizes.pgdPages;
    expect(board.isAligned(pgd, rootPages), 'a root table that is not aligned to its size');
    for (let i = 0; i < rootPages; i++) pages.refs[pgd + i] = 1;
    const source = {
      take: (): number => memcache.take(vm.pool, vm.feeder),
      give: (frame: number): void => memcache.give(vm.pool, frame),
    };
    const shape = { entries: board.block, levels: this.hv.guestLevels, rootPages };
    const table = new TranslationTable(memory, pages.refs, shape, pgd, source, (ipa, span) =>
      upkeep.invalidate(vmidOf(slot), ipa, span),
    );
    const flags = { protected: arg(args, 'protected') !== 0, idRegs: arg(args, 'idRegs') !== 0 };
    const values = { ...frames, ...flags, slot, created: arg(args, 'created'), table };
    const vm: Vm = new Vm(values, config.cpus);
    return vm;
  }

  releaseRoot(pgd: number): void {
    for (let i = 0; i < this.hv.config.sizes.pgdPages; i++) this.hv.pages.refs[pgd + i] = 0;
  }

  *initVcpu(cpu: Cpu, args: Args): Run<Outcome> {
    const { vms, config } = this.hv;
    const pages = config.sizes.hypVcpuPages;
    const structure = yield* this.takeStructure(cpu, args, 'mem', pages);
    if (typeof structure === 'string') return structure;
    yield* vms.lock.take(cpu.number);
    const vm = vms.named(arg(args, 'vm'));
    const bad = vm === undefined ? 'ENOENT' : yield* this.makeVcpu(cpu, vm, args, structure);
    vms.lock.release();
    if (bad !== undefined) yield* this.giveStructure(cpu, structure, pages);
    return bad ?? done;
  }

  *makeVcpu(cpu: Cpu, vm: Vm, args: Args, structure: number): Run<Check> {
    const hostVcpu = this.hv.board.frameOf(arg(args, 'hostVcpu'));
    if (!(yield* this.pinVcpu(cpu, hostVcpu))) return 'EBUSY';
    const index = arg(args, 'index');
    const bad = this.mayStart(vm, args) ?? this.mayHaveVcpu(vm, index);
    if (bad !== undefined) {
      this.undoPin(hostVcpu);
      return bad;
    }
    yield* this.publishVcpu(vm, args, hostVcpu, structure);
    return undefined;
  }

  protected *pinVcpu(cpu: Cpu, hostVcpu: number): Run<boolean> {
    const { host, config } = this.hv;
    yield* host.lock.take(cpu.number);
    const unpinned = host.pin(hostVcpu, config.sizes.vcpuPages);
    host.lock.release();
    return unpinned === undefined;
  }

  protected *publishVcpu(vm: Vm, args: Args, hostVcpu: number, structure: number): Run<void> {
    const index = arg(args, 'index');
    const vcpu = new Vcpu(vm, index, hostVcpu, structure, this.hv.hostLists.empty(vm.slot, index));
    vcpu.power = this.powerAtStart(vm, args);
    yield built;
    this.register(vm, vcpu);
  }

  /** From now on the vCPU can be found. */
  register(vm: Vm, vcpu: Vcpu): void {
    vm.vcpus[vcpu.index] = vcpu;
  }

  mayHaveVcpu(vm: Vm, index: number): Check {
    if (!vm.protected && !vm.idRegs) return 'EINVAL';
    return index < 0 || index >= vm.created || vm.vcpus[index] !== undefined ? 'EINVAL' : undefined;
  }

  /** On the way back from a refusal. */
  undoPin(hostVcpu: number): void {
    this.unpinVcpu(hostVcpu);
  }

  unpinVcpu(hostVcpu: number): void {
    this.hv.host.unpin(hostVcpu, this.hv.config.sizes.vcpuPages);
  }
}
