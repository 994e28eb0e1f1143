/**
 * What a protected VM may ask of the hypervisor about its own pages. Any error reads INVALID_PARAMETER to the guest.
 */
import { frameWrap } from '../board.ts';
import type { Cpu } from '../cpu.ts';
import { annotation, annotationHigh, annotationOf, owner, prots, state, stateOf } from '../descriptor.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { Memcache } from './memcache.ts';
import type { GuestMemory } from './guest-memory.ts';
import { expect, type Pause, type Run } from './locks.ts';
import { firstHandle, type Vcpu } from './vm.ts';

const hostLostIt: Pause = { at: 'host lost the page' };
const guestLostIt: Pause = { at: 'guest lost the page' };
export const wiped: Pause = { at: 'page wiped' };

export class GuestCalls {
  protected readonly hv: Core;
  protected readonly guests: GuestMemory;
  private readonly memcache: Memcache;

  constructor(hv: Core, guests: GuestMemory, memcache: Memcache) {
    this.hv = hv;
    this.guests = guests;
    this.memcache = memcache;
  }

  /** MEM_SHARE: the VM stays the owner, and the host reaches the page as well. */
  *memShare(cpu: Cpu, vcpu: Vcpu, gfn: number): Run<Check> {
    yield* this.lock(cpu, vcpu);
    const frame = this.mayShare(vcpu, gfn);
    if (typeof frame === 'number') {
      this.guests.map(vcpu, gfn, 0, frame, prots.all, state.SHARED_OWNED);
      this.hv.host.lend(frame);
    }
    this.unlock(vcpu);
    return typeof frame === 'number' ? undefined : frame;
  }

  mayShare(vcpu: Vcpu, gfn: number): number | Exclude<Check, undefined> {
    return this.pageInState(vcpu, gfn, state.OWNED, state.NOPAGE);
  }

  /** MEM_UNSHARE: the host loses the page before the VM counts on it. */
  *memUnshare(cpu: Cpu, vcpu: Vcpu, gfn: number): Run<Check> {
    yield* this.lock(cpu, vcpu);
    const frame = this.pageInState(vcpu, gfn, state.SHARED_OWNED, state.SHARED_BORROWED);
    if (typeof frame === 'number') {
      this.hv.host.giveTo(frame, owner.GUEST, vcpu.vm.slot + firstHandle, gfn);
      yield hostLostIt;
      this.guests.map(vcpu, gfn, 0, frame, prots.all, state.OWNED);
    }
    this.unlock(vcpu);
    return typeof frame === 'number' ? undefined : frame;
  }

  /** MEM_RELINQUISH (Android): the VM gives a page back. Other vCPUs may be writing to it, so it is unmapped first. */
  *memRelinquish(cpu: Cpu, vcpu: Vcpu, gfn: number): Run<Check> {
    yield* this.lock(cpu, vcpu);
    const frame = this.pageInState(vcpu, gfn, state.OWNED, state.NOPAGE);
    const bad = typeof frame === 'number' ? this.hv.host.checkUnreferenced(frame, 1, 'EBUSY') : frame;
    if (typeof frame === 'number' && bad === undefined) yield* this.relinquish(vcpu, gfn, frame);
    this.unlock(vcpu);
    // why: where no page is there is nothing to give up.
    return bad === 'ENOENT' || bad === 'EHWPOISON' ? undefined : bad;
  }

  *relinquish(vcpu: Vcpu, gfn: number, frame: number): Run<void> {
    vcpu.vm.table.find(gfn);
    vcpu.vm.table.remove(gfn);
    yield guestLostIt;
    this.hv.upkeep.wipe(frame);
    yield wiped;
    this.hv.host.takeBack(frame);
  }

  /** MMIO_GUARD (Android): accesses to this frame may be shown to the host, for it plays a device there. */
  *mmioGuardMap(cpu: Cpu, vcpu: Vcpu, gfn: number): Run<Check> {
    yield* this.lock(cpu, vcpu);
    const bad = this.mayGuard(vcpu, gfn);
    if (bad === undefined && !this.isGuarded(vcpu, gfn)) this.annotate(vcpu, gfn, annotationHigh(annotation.guarded));
    this.unlock(vcpu);
    return bad;
  }

  mayGuard(vcpu: Vcpu, gfn: number): Check {
    if (!vcpu.vm.enrolled) return 'EINVAL';
    // why: a guest that boots in stages does not know what an earlier one has done.
    if (this.isGuarded(vcpu, gfn)) return undefined;
    const bad = this.guests.checkFree(vcpu.vm, gfn, 1);
    return bad ?? this.memcache.hasEnoughFor(vcpu, vcpu.vm.table.height);
  }

  annotate(vcpu: Vcpu, gfn: number, high: number): void {
    vcpu.vm.feeder = vcpu.cache;
    const fits = vcpu.vm.table.annotate(gfn, 0, high);
    vcpu.vm.feeder = undefined;
    expect(fits, 'table memory ran out');
  }

  /** Kept for older guests: the frame stays guarded. */
  *mmioGuardUnmap(vcpu: Vcpu): Run<Check> {
    return vcpu.vm.enrolled ? undefined : 'EINVAL';
  }

  isGuarded(vcpu: Vcpu, gfn: number): boolean {
    const { table } = vcpu.vm;
    return table.find(gfn % frameWrap) && annotationOf(table.low, table.high) === annotation.guarded;
  }

  /** The frame of a page that is in these states for the VM and for the host. */
  pageInState(vcpu: Vcpu, gfn: number, guest: number, host: number): number | Exclude<Check, undefined> {
    const frame = this.guests.pageOf(vcpu.vm, gfn);
    if (typeof frame === 'string') return frame;
    if (stateOf(vcpu.vm.table.high) !== guest) return 'EPERM';
    return this.hv.pages.host[frame] === host ? frame : 'EPERM';
  }

  protected *lock(cpu: Cpu, vcpu: Vcpu): Run<void> {
    yield* this.hv.host.lock.take(cpu.number);
    yield* vcpu.vm.lock.take(cpu.number);
  }

  protected unlock(vcpu: Vcpu): void {
    vcpu.vm.lock.release();
    this.hv.host.lock.release();
  }
}
