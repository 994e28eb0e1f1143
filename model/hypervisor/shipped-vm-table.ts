/** The table of VMs of Android 16 as shipped. */
import { expect } from './locks.ts';
import type { Vm } from './vm.ts';
import { VmTable } from './vm-table.ts';

export class ShippedVmTable extends VmTable {
  /** An entry that is kept after the end of its VM holds a number that looks like an address, and is followed as one. */
  override named(slot: number): Vm | undefined {
    expect(this.at(slot) !== 'reserved', 'a VM is looked for where there is no memory');
    return super.named(slot);
  }
}
