/**
 * Translations that observers hold: one set per CPU, and one per device in its IOMMU. An entry stays until it is
 * invalidated. Nothing is evicted by itself, since a real TLB may keep an entry just as long.
 */

/** The host's translations; VMs have the number of their slot plus one, devices their number plus `deviceRegime`. */
export const hostVmid = 0;
export const deviceRegime = 4096;

export interface TlbEntry {
  readonly vmid: number;
  /** First frame, how many frames, and the physical frame of the first one. */
  readonly ipa: number;
  readonly pages: number;
  readonly frame: number;
  readonly prot: number;
  /** The vCPU whose stage 1 went into the entry, or -1. Hardware does not know; siblings must not share it. */
  readonly vcpu: number;
  /**
   * The table permits less by now, and whoever made it so has yet to say so to the TLBs. Hardware may use such an entry
   * or drop it; here nobody uses it, so that no answer depends on what a TLB has kept.
   */
  readonly isOwed?: boolean;
}

const covers = (entry: TlbEntry, vmid: number, ipa: number, pages: number): boolean =>
  entry.vmid === vmid && entry.ipa < ipa + pages && ipa < entry.ipa + entry.pages;

export class Tlb {
  /** Counts fills, as a table counts its changes. */
  fills = 0;
  private readonly sets: TlbEntry[][];

  constructor(observers: number) {
    this.sets = Array.from({ length: observers }, () => []);
  }

  entries(observer: number): readonly TlbEntry[] {
    return this.sets[observer]!;
  }

  find(observer: number, vmid: number, ipa: number): TlbEntry | undefined {
    for (const entry of this.sets[observer]!) {
      if (covers(entry, vmid, ipa, 1) && entry.isOwed !== true) return entry;
    }
    return undefined;
  }

  fill(observer: number, entry: TlbEntry): void {
    this.invalidateOn(observer, entry.vmid, entry.ipa, entry.pages);
    this.fills++;
    this.sets[observer]!.push(entry);
  }

  /** TLBI by IPA on one CPU. */
  invalidateOn(observer: number, vmid: number, ipa: number, pages: number): void {
    const set = this.sets[observer]!;
    for (let i = set.length - 1; i >= 0; i--) {
      const entry = set[i]!;
      if (covers(entry, vmid, ipa, pages)) set.splice(i, 1);
    }
  }

  /** TLBI by IPA, broadcast and waited for. */
  invalidate(vmid: number, ipa: number, pages: number): void {
    for (let observer = 0; observer < this.sets.length; observer++) this.invalidateOn(observer, vmid, ipa, pages);
  }

  /** The table has come to permit less there, and no TLB is told yet. */
  owe(vmid: number, ipa: number, pages: number): void {
    for (const set of this.sets)
      set.forEach((entry, i) => covers(entry, vmid, ipa, pages) && (set[i] = { ...entry, isOwed: true }));
  }

  /** TLBI by VMID on one CPU. */
  flushOn(observer: number, vmid: number): void {
    const set = this.sets[observer]!;
    for (let i = set.length - 1; i >= 0; i--) if (set[i]!.vmid === vmid) set.splice(i, 1);
  }

  /** TLBI by VMID, broadcast and waited for. */
  flush(vmid: number): void {
    for (let observer = 0; observer < this.sets.length; observer++) this.flushOn(observer, vmid);
  }

  save(): readonly TlbEntry[][] {
    return this.sets.map((set) => set.slice());
  }

  load(saved: readonly TlbEntry[][]): void {
    saved.forEach((set, observer) => (this.sets[observer] = set.slice()));
  }
}
