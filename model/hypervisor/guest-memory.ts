/**
 * The host gives pages to VMs: donation to protected ones, sharing with the others, and the care of shared mappings.
 */
import type { Errno } from '../../spec/answers.ts';
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import {
  accessFlag,
  owner,
  annotationOf,
  annotation,
  outputFrame,
  protOf,
  prots,
  relaxedHigh,
  relaxedLow,
  state,
  stateOf,
  withoutWrite,
  type PageState,
} from '../descriptor.ts';
import { arg, done, type Args, type Outcome } from './call.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { Memcache } from './memcache.ts';
import { expect, type Pause, type Run } from './locks.ts';
import { firstHandle, type Vcpu, type Vm, vmidOf } from './vm.ts';

const hostLostIt: Pause = { at: 'host lost the page' };

export class GuestMemory {
  protected readonly hv: Core;
  protected readonly memcache: Memcache;

  constructor(hv: Core, memcache: Memcache) {
    this.hv = hv;
    this.memcache = memcache;
  }

  /** The loaded vCPU, if its VM is of the kind that the call is for. */
  loaded(cpu: Cpu, isProtected: boolean): Vcpu | undefined {
    return cpu.loaded?.vm.protected === isProtected ? cpu.loaded : undefined;
  }

  *donate(cpu: Cpu, args: Args): Run<Outcome> {
    const { memcache } = this;
    const { host } = this.hv;
    const vcpu = this.loaded(cpu, true);
    if (vcpu === undefined) return 'EINVAL';
    const short = yield* memcache.refill(cpu, vcpu);
    if (short !== undefined) return short;
    const frame = this.hv.board.pfnOf(arg(args, 'page')) % frameWrap;
    const gfn = this.hv.gfnOf(args) % frameWrap;
    yield* host.lock.take(cpu.number);
    yield* vcpu.vm.lock.take(cpu.number);
    const bad = this.mayDonate(vcpu, frame, gfn);
    if (bad === undefined) {
      host.giveTo(frame, owner.GUEST, vcpu.vm.slot + firstHandle, gfn);
      yield hostLostIt;
      this.map(vcpu, gfn, 0, frame, prots.all, state.OWNED);
    }
    vcpu.vm.lock.release();
    host.lock.release();
    return bad ?? done;
  }

  mayDonate(vcpu: Vcpu, frame: number, gfn: number): Check {
    const { host } = this.hv;
    return (
      host.checkHost(frame, 1, state.OWNED) ??
      host.checkUnreferenced(frame, 1, 'EINVAL') ??
      this.checkFree(vcpu.vm, gfn, 1) ??
      this.memcache.hasEnough(vcpu)
    );
  }

  *share(cpu: Cpu, args: Args): Run<Outcome> {
    const { memcache } = this;
    const { host } = this.hv;
    const vcpu = this.loaded(cpu, false);
    if (vcpu === undefined) return 'EINVAL';
    const short = yield* memcache.refill(cpu, vcpu);
    if (short !== undefined) return short;
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const pages = arg(args, 'nr');
    const prot = arg(args, 'prot');
    const bad = this.mayAskToShare(this.hv.board.pfnOf(arg(args, 'page')), gfn, pages, prot);
    if (bad !== undefined) return bad;
    const pfn = this.hv.board.frameOf(arg(args, 'page'));
    yield* host.lock.take(cpu.number);
    yield* vcpu.vm.lock.take(cpu.number);
    const worse = this.mayShare(vcpu, pfn, gfn, pages);
    if (worse === undefined) {
      for (let frame = pfn; frame < pfn + pages; frame++) this.countShare(frame);
      this.map(vcpu, gfn, pages === 1 ? 0 : 1, pfn, prot, state.SHARED_BORROWED);
    }
    vcpu.vm.lock.release();
    host.lock.release();
    return worse ?? done;
  }

  /** What can be told from the arguments alone. */
  mayAskToShare(pfn: number, gfn: number, pages: number, prot: number): Check {
    if (prot < 0 || prot > prots.all) return 'EINVAL';
    if (!this.hv.host.isRangeValid(pfn, pages)) return 'EINVAL';
    if (!this.isSize(gfn, pages) || !this.hv.board.isAligned(pfn % frameWrap, pages)) return 'EINVAL';
    return this.hv.host.isAllowed(pfn % frameWrap, pages);
  }

  mayShare(vcpu: Vcpu, pfn: number, gfn: number, pages: number): Check {
    const bad = this.checkFree(vcpu.vm, gfn, pages);
    if (bad !== undefined) return bad;
    for (let frame = pfn; frame < pfn + pages; frame++) {
      const worse = this.mayCountShare(frame);
      if (worse !== undefined) return worse;
    }
    return this.memcache.hasEnough(vcpu);
  }

  /** A page can be shared with several VMs, and with nobody else at the same time. */
  mayCountShare(frame: number): Check {
    const { pages, host } = this.hv;
    if (pages.host[frame] === state.OWNED) return host.checkUnreferenced(frame, 1, 'EPERM');
    if (pages.host[frame] !== state.SHARED_OWNED) return 'EPERM';
    if (pages.shares[frame] === this.hv.board.config.maxShares) return 'EBUSY';
    return pages.shares[frame] === 0 ? 'EPERM' : undefined;
  }

  countShare(frame: number): void {
    this.hv.host.setHost(frame, state.SHARED_OWNED);
    this.hv.pages.shares[frame] = this.hv.pages.shares[frame]! + 1;
  }

  uncountShare(frame: number): void {
    const left = this.hv.pages.shares[frame]! - 1;
    this.hv.pages.shares[frame] = left;
    if (left === 0) this.hv.host.setHost(frame, state.OWNED);
  }

  *unshare(cpu: Cpu, args: Args): Run<Outcome> {
    const vm = this.nonProtected(args);
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const pages = arg(args, 'nr');
    if (vm === undefined || !this.isSize(gfn, pages)) return 'EINVAL';
    yield* this.hv.host.lock.take(cpu.number);
    yield* vm.lock.take(cpu.number);
    const bad = this.mayUnshare(vm, gfn, pages);
    if (bad === undefined) {
      const frame = outputFrame(vm.table.low, vm.table.high);
      vm.table.remove(gfn);
      for (let i = 0; i < pages; i++) this.uncountShare(frame + i);
    }
    vm.lock.release();
    this.hv.host.lock.release();
    return bad ?? done;
  }

  mayUnshare(vm: Vm, gfn: number, pages: number): Check {
    const { table } = vm;
    if (!table.find(gfn)) return 'ERANGE';
    if (!table.isValid) return 'ENOENT';
    if (table.spans[table.height] !== pages) return 'E2BIG';
    if (stateOf(table.high) !== state.SHARED_BORROWED) return 'EPERM';
    const first = outputFrame(table.low, table.high);
    for (let frame = first; frame < first + pages; frame++) {
      if (this.hv.pages.host[frame] !== state.SHARED_OWNED) return 'EPERM';
      expect(this.hv.pages.shares[frame] !== 0, 'a shared page has no share');
    }
    return undefined;
  }

  *relaxPerms(cpu: Cpu, args: Args): Run<Outcome> {
    const vcpu = this.loaded(cpu, false);
    const prot = arg(args, 'prot');
    if (vcpu === undefined || prot < 0 || prot > prots.all) return 'EINVAL';
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const { table, lock, slot } = vcpu.vm;
    yield* lock.take(cpu.number);
    const bad = !table.find(gfn) ? 'ERANGE' : !table.isValid ? 'EAGAIN' : undefined;
    if (bad === undefined) {
      const before = protOf(table.low, table.high);
      table.update(relaxedLow(table.low, prot), relaxedHigh(table.high, prot));
      // why: of two kinds of execute one can go; Linux leaves that to the host, as in `wrprotect`.
      if ((before & ~protOf(table.low, table.high)) !== 0) this.hv.upkeep.invalidate(vmidOf(slot), gfn, 1);
      else this.hv.upkeep.invalidateLocally(cpu.number, vmidOf(slot), gfn);
    }
    lock.release();
    return bad ?? done;
  }

  *wrprotect(cpu: Cpu, args: Args): Run<Outcome> {
    const vm = this.toWriteProtect(args);
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const pages = arg(args, 'nr');
    if (typeof vm === 'string') return vm;
    if (!this.isSize(gfn, pages)) return 'EINVAL';
    yield* vm.lock.take(cpu.number);
    const inRange = gfn + pages <= vm.table.limit;
    if (inRange) {
      this.eachLeaf(vm, gfn, pages, () => vm.table.update(withoutWrite(vm.table.low), vm.table.high));
      this.hv.upkeep.owe(vmidOf(vm.slot), gfn, pages);
    }
    vm.lock.release();
    return inRange ? done : 'ERANGE';
  }

  *testClearYoung(cpu: Cpu, args: Args): Run<Outcome> {
    const vm = this.nonProtected(args);
    const gfn = this.hv.gfnOf(args) % frameWrap;
    const pages = arg(args, 'nr');
    if (vm === undefined || !this.isSize(gfn, pages)) return 'EINVAL';
    yield* vm.lock.take(cpu.number);
    expect(gfn + pages <= vm.table.limit, 'ageing of a frame that the guest cannot have');
    let young = 0;
    this.eachLeaf(vm, gfn, pages, () => {
      if ((vm.table.low & accessFlag) !== 0) young = 1;
      if (arg(args, 'mkold') !== 0) vm.table.update(vm.table.low & ~accessFlag, vm.table.high);
    });
    if (arg(args, 'mkold') !== 0) this.hv.upkeep.owe(vmidOf(vm.slot), gfn, pages);
    vm.lock.release();
    return young;
  }

  *mkyoung(cpu: Cpu, args: Args): Run<Outcome> {
    const vcpu = this.loaded(cpu, false);
    if (vcpu === undefined) return 'EINVAL';
    const { table, lock } = vcpu.vm;
    yield* lock.take(cpu.number);
    if (table.find(this.hv.gfnOf(args) % frameWrap) && table.isValid) table.markYoung();
    lock.release();
    return done;
  }

  *tlbFlush(_cpu: Cpu, args: Args): Run<Outcome> {
    const vm = this.nonProtected(args);
    if (vm !== undefined) this.hv.upkeep.flush(vmidOf(vm.slot));
    return done;
  }

  nonProtected(args: Args): Vm | undefined {
    const vm = this.hv.vms.named(arg(args, 'vm'));
    return vm?.protected === false ? vm : undefined;
  }

  toWriteProtect(args: Args): Vm | Errno {
    return this.nonProtected(args) ?? 'EINVAL';
  }

  /** One page, or a whole block that starts where a block can. */
  isSize(gfn: number, pages: number): boolean {
    return pages === 1 || (pages === this.hv.board.block && gfn % pages === 0);
  }

  /** Nothing is mapped in the range, and no annotation stands there. */
  checkFree(vm: Vm, gfn: number, pages: number): Check {
    const { table } = vm;
    if (gfn + pages > table.limit) return 'ERANGE';
    for (let ipa = gfn; ipa < gfn + pages; ipa++) {
      table.find(ipa);
      if (!table.isEmpty) return 'EPERM';
    }
    return undefined;
  }

  eachLeaf(vm: Vm, gfn: number, pages: number, act: () => void): void {
    for (let ipa = gfn; ipa < gfn + pages;) {
      vm.table.find(ipa);
      if (vm.table.isValid) act();
      const span = vm.table.spans[vm.table.height]!;
      ipa += span - (ipa % span);
    }
  }

  /** Map into a VM; the tables that this takes come from the VM's pool, then from the vCPU's list. */
  map(vcpu: Vcpu, gfn: number, height: number, frame: number, prot: number, pageState: PageState): void {
    const { vm } = vcpu;
    vm.feeder = vcpu.cache;
    const fits = vm.table.map(gfn, height, frame, prot, pageState);
    vm.feeder = undefined;
    expect(fits, 'table memory ran out after the host had lost the page');
  }

  /** The frame of a page that is mapped by itself, or why there is none. The walk stays at its entry. */
  pageOf(vm: Vm, gfn: number): number | Exclude<Check, undefined> {
    const { table } = vm;
    if (!table.find(gfn)) return 'ERANGE';
    if (annotationOf(table.low, table.high) === annotation.poisoned) return 'EHWPOISON';
    if (!table.isValid) return 'ENOENT';
    if (table.height > 0) return 'E2BIG';
    return outputFrame(table.low, table.high);
  }
}
