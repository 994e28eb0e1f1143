/**
 * Stage 2, entry by entry: what a refused call, a load or a store, and a change of another table have to leave alone.
 * Judged of calls that were alone.
 */
import { protOf, prots } from '../../model/descriptor.ts';
import type { Vm } from '../../model/hypervisor/vm.ts';
import type { Machine } from '../../model/machine.ts';
import type { TranslationTable } from '../../model/table.ts';
import type { MachineViolation } from '../../properties/machine-law.ts';
import { laws } from './laws.ts';
import type { Performed } from './performed.ts';

/** Accesses of the host, of guests, of devices and of the secure world; and what guests execute and call by number. */
export const accesses: ReadonlySet<string> = new Set([
  'host_read',
  'host_read_uncached',
  'host_write',
  'host_load_stub',
  'topup_memcache',
  'guest_read',
  'guest_write',
  'guest_read_pair',
  'guest_atomic',
  'guest_fetch',
  'guest_instruction',
  'guest_call',
  'device_read',
  'device_write',
  'device_bypass_read',
  'device_bypass_write',
  'secure_read',
  'secure_write',
]);

/** Per page: whether it is mapped, and then to which frame and how, or else what is noted there. */
const width = 3;

/** A table as it was found: what it says of each page, and the pages that it is made of. */
class Seen {
  readonly table: TranslationTable;
  readonly pages: readonly number[];
  private readonly machine: Machine;
  private readonly edits: number;
  private readonly entries: Int32Array;

  constructor(machine: Machine, table: TranslationTable, reach: number) {
    this.machine = machine;
    this.table = table;
    const roots = Array.from({ length: table.shape.rootPages }, (_, i) => table.root + i);
    this.pages = [...roots, ...table.tables()];
    this.edits = this.editsNow();
    this.entries = new Int32Array(width * Math.min(reach, table.limit));
    for (let at = 0; at < this.entries.length; at += width) this.read(at);
  }

  /** Nothing was written into the pages of the table since. */
  get isFresh(): boolean {
    return this.editsNow() === this.edits;
  }

  /** Pages of which it says something else than the other does. */
  *differences(other: Seen): Generator<number, void, void> {
    for (let at = 0; at < this.entries.length; at += width) {
      const isSame = [0, 1, 2].every((part) => this.entries[at + part] === other.entries[at + part]);
      if (!isSame) yield at / width;
    }
  }

  private editsNow(): number {
    let edits = 0;
    for (const frame of this.pages) edits += this.machine.memory.edits[frame] ?? 0;
    return edits;
  }

  /** Whether a mapping is young, and whether a block or a page maps, is not told apart. */
  private read(at: number): void {
    const { table, entries } = this;
    if (!table.find(at / width)) return;
    entries[at] = table.isValid ? 1 : 0;
    entries[at + 1] = table.isValid ? table.frameFor(at / width) : table.low;
    entries[at + 2] = table.isValid ? protOf(table.low, table.high) : table.high;
    const isOwn = entries[at] === 1 && entries[at + 1] === at / width && entries[at + 2] === prots.all;
    // why: the host's own pages are mapped when it first uses them.
    if (isOwn && table === this.machine.hv.host.table) entries.fill(0, at, at + width);
  }
}

export class Tables {
  private readonly machine: Machine;
  private host: Seen | undefined;
  private readonly vms = new Map<Vm, Seen>();
  private readonly underWay = new Set<Performed>();
  /** Another call was under way since all was quiet. */
  private hasOverlap = false;
  /** A page is a table of two. */
  private hasShared = false;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  reset(): void {
    this.underWay.clear();
    this.hasOverlap = false;
    this.host = undefined;
    this.vms.clear();
    this.see();
  }

  begin(one: Performed): void {
    this.underWay.add(one);
    this.hasOverlap ||= this.underWay.size > 1;
  }

  end(one: Performed): void {
    this.underWay.delete(one);
  }

  look(one: Performed, isQuiet: boolean): MachineViolation | undefined {
    if (!isQuiet) return undefined;
    const wasAlone = !this.hasOverlap;
    this.hasOverlap = false;
    const { vms, isOfHost } = this.see();
    if (this.hasShared) return laws.ownTables;
    if (!wasAlone || (vms === 0 && !isOfHost)) return undefined;
    if (one.answer?.kind === 'refused') return laws.deniedLeavesTables;
    if (accesses.has(one.call)) return laws.accessLeavesTables;
    return vms > 1 ? laws.ownTables : undefined;
  }

  /** Look at all tables anew: of how many VMs that were there the stage 2 is another one, and whether the host's is. */
  private see(): { readonly vms: number; readonly isOfHost: boolean } {
    const { hv, board } = this.machine;
    const former = this.host;
    if (former?.isFresh !== true) this.host = new Seen(this.machine, hv.host.table, board.limit);
    let isOther = this.host !== former;
    const lost = former === undefined || !isOther ? [] : [...former.differences(this.host as Seen)];
    let vms = 0;
    const all = hv.vms.all();
    for (const vm of this.vms.keys()) if (!all.includes(vm)) isOther = this.vms.delete(vm);
    for (const vm of all) {
      if (typeof vm !== 'object') continue;
      const before = this.vms.get(vm);
      if (before?.isFresh === true) continue;
      const now = new Seen(this.machine, vm.table, Infinity);
      this.vms.set(vm, now);
      isOther = true;
      if (before !== undefined && before.differences(now).next().done !== true) vms++;
    }
    if (isOther) this.hasShared = this.areShared();
    // why: pages that a call has taken for tables stay with the VM, whatever becomes of the call.
    return { vms, isOfHost: lost.some((frame) => !this.isForTables(frame)) };
  }

  private isForTables(frame: number): boolean {
    return this.machine.hv.pages.hyp[frame] === 0;
  }

  /** A page is a table of two. */
  private areShared(): boolean {
    const all = [this.host, ...this.vms.values()].flatMap((seen) => seen?.pages ?? []);
    return new Set(all).size < all.length;
  }
}
