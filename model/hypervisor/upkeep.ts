/** Maintenance that other observers depend on: TLB invalidation, wiping, cleaning. Each is one small method. */
import type { Cache } from '../cache.ts';
import type { Tlb } from '../tlb.ts';

export class Upkeep {
  private readonly cache: Cache;
  private readonly tlb: Tlb;

  constructor(cache: Cache, tlb: Tlb) {
    this.cache = cache;
    this.tlb = tlb;
  }

  /** A translation was removed or changed: no CPU may go on using it. */
  invalidate(vmid: number, ipa: number, pages: number): void {
    this.tlb.invalidate(vmid, ipa, pages);
  }

  /** An entry permits less: the host will say when the CPUs have to know. */
  owe(vmid: number, ipa: number, pages: number): void {
    this.tlb.owe(vmid, ipa, pages);
  }

  /** Permissions grew: only this CPU has to see it soon, the others fault and look again. */
  invalidateLocally(cpu: number, vmid: number, ipa: number): void {
    this.tlb.invalidateOn(cpu, vmid, ipa, 1);
  }

  /** The VMID is about to get another meaning, or the host asks for it. */
  flush(vmid: number): void {
    this.tlb.flush(vmid);
  }

  /** Another vCPU of the same VM runs on this CPU: it must not see its sibling's translations. */
  flushForSibling(cpu: number, vmid: number): void {
    this.tlb.flushOn(cpu, vmid);
  }

  /** A page that a VM owned goes back to the host: zeros, and in memory rather than only in a cache. */
  wipe(frame: number): void {
    this.zero(frame);
    this.clean(frame);
  }

  /** Memory that the host gave for the hypervisor's own use, before use and before it goes back. */
  scrub(frame: number): void {
    this.zero(frame);
    this.clean(frame);
  }

  zero(frame: number): void {
    this.cache.wipe(frame);
  }

  clean(frame: number): void {
    this.cache.clean(frame);
  }
}
