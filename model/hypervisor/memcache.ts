/** Table pages for VMs: the host offers them on a list of its own, and the hypervisor takes them one by one. */
import type { Cpu } from '../cpu.ts';
import type { Check } from './host-memory.ts';
import type { Core } from './core.ts';
import type { Run } from './locks.ts';
import type { PageList } from './page-list.ts';
import type { Vcpu } from './vm.ts';

export class Memcache {
  private readonly hv: Core;

  constructor(hv: Core) {
    this.hv = hv;
  }

  /**
   * Fill the hypervisor's list up to the length that the host's list had at the start. The host can change its pages
   * meanwhile: the descriptor is read once, and a link only after the page that holds it has been taken. A page that
   * was taken stays, whatever becomes of the call.
   */
  *refill(cpu: Cpu, vcpu: Vcpu): Run<Check> {
    const offered = this.snapshot(vcpu);
    const wanted = offered.length;
    let bad: Check;
    while (vcpu.cache.length < wanted && bad === undefined) {
      yield* this.hv.host.lock.take(cpu.number);
      const frame = this.admit(offered);
      this.hv.host.lock.release();
      if (frame < 0) bad = 'ENOMEM';
      else this.hv.lists.push(vcpu.cache, frame);
    }
    vcpu.hostList.top = offered.top;
    vcpu.hostList.length = offered.length;
    return bad;
  }

  snapshot(vcpu: Vcpu): PageList {
    return { top: vcpu.hostList.top, length: vcpu.hostList.length };
  }

  /** Take the page on top of the host's list; -1 if there is none or the host does not own it. */
  admit(list: PageList): number {
    if (list.length === 0) return -1;
    if (this.hv.host.donateToHyp(Math.floor(list.top / this.hv.board.pageBytes), 1) !== undefined) return -1;
    return this.hv.lists.pop(list);
  }

  /** A page for a table, zeroed; -1 if there is none. Pages that a VM gave back come first. */
  take(pool: number[], feeder: PageList | undefined): number {
    const frame = pool.pop() ?? (feeder === undefined ? -1 : this.hv.lists.pop(feeder));
    if (frame >= 0) this.hv.memory.zero(frame);
    return frame;
  }

  give(pool: number[], frame: number): void {
    this.hv.memory.zero(frame);
    pool.push(frame);
  }

  /** A map operation may need a table for each level below the root; all must be there before anything changes. */
  hasEnough(vcpu: Vcpu): Check {
    return vcpu.cache.length < this.hv.config.sizes.memcacheMin ? 'ENOMEM' : undefined;
  }

  /** The same where the tables that are missing are counted: the last walk ended above them. */
  hasEnoughFor(vcpu: Vcpu, missing: number): Check {
    return vcpu.cache.length + vcpu.vm.pool.length < missing ? 'ENOMEM' : undefined;
  }
}
