/** One slot per VM. A handle is a slot's number plus an offset; the first free slot is given out. */
import { Lock } from './locks.ts';
import type { Vm } from './vm.ts';

type Slot = Vm | 'reserved' | undefined;

export class VmTable {
  readonly lock = new Lock('VM table');
  /** Counts changes of slots, as a table counts its own. */
  edits = 0;
  private readonly slots: Slot[];

  constructor(slots: number) {
    this.slots = new Array<Slot>(slots).fill(undefined);
  }

  get size(): number {
    return this.slots.length;
  }

  all(): readonly Slot[] {
    return this.slots;
  }

  at(slot: number): Slot {
    return this.slots[slot];
  }

  /** The VM behind a handle; a slot that is only reserved has none. */
  find(slot: number): Vm | undefined {
    const found = this.slots[slot];
    return found === 'reserved' ? undefined : found;
  }

  /** The same for a call that names the handle. */
  named(slot: number): Vm | undefined {
    return this.find(slot);
  }

  findFree(): number {
    return this.slots.indexOf(undefined);
  }

  set(slot: number, value: Slot): void {
    this.edits++;
    this.slots[slot] = value;
  }

  /** why: a VM is published by this store alone, after everything in it is ready. */
  publish(slot: number, vm: Vm): boolean {
    if (this.slots[slot] !== 'reserved') return false;
    this.edits++;
    this.slots[slot] = vm;
    return true;
  }
}
