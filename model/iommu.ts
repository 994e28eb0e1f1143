/** The IOMMU: a table per device, which only the hypervisor writes, and translations that each device has cached. */
import type { Board } from './board.ts';
import type { Memory } from './memory.ts';
import { deviceRegime, type Tlb } from './tlb.ts';
import { TranslationTable, type TableSource } from './table.ts';

export class Iommu {
  readonly tables: readonly TranslationTable[];
  /** Streams that are attached to the host's domain; all others are blocked. */
  readonly attached: Uint8Array;
  private readonly tlb: Tlb;

  constructor(board: Board, memory: Memory, counts: Uint16Array, tlb: Tlb, pool: TableSource) {
    const { devices, iovas } = board.config;
    this.tlb = tlb;
    this.attached = new Uint8Array(devices);
    let levels = 1;
    while (board.block ** levels < iovas) levels++;
    const shape = { entries: board.block, levels, rootPages: 1 };
    this.tables = Array.from(
      { length: devices },
      (_, device) =>
        new TranslationTable(memory, counts, shape, pool.take(), pool, (iova, pages) =>
          this.invalidate(device, iova, pages),
        ),
    );
  }

  /** A translation ended: the device has forgotten it, and transfers under way are over, when this returns. */
  invalidate(device: number, iova: number, pages: number): void {
    this.tlb.invalidate(deviceRegime + device, iova, pages);
  }

  flush(device: number): void {
    this.tlb.flush(deviceRegime + device);
  }
}
