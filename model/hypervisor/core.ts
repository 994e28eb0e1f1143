/**
 * What all rooms of the hypervisor stand on: its memory, its records and tables, and what it knows of VMs and devices.
 */
import type { Config } from '../../spec/config.ts';
import type { Board } from '../board.ts';
import type { Cache } from '../cache.ts';
import { owner } from '../descriptor.ts';
import type { ExposureRules } from '../exposure.ts';
import { Iommu } from '../iommu.ts';
import type { Memory } from '../memory.ts';
import { SecureWorld } from '../secure-world.ts';
import { TranslationTable } from '../table.ts';
import { hostVmid, type Tlb } from '../tlb.ts';
import { AndroidHostMemory } from './android-host-memory.ts';
import { arg, type Args } from './call.ts';
import { Heap } from './heap.ts';
import { HostLists } from './host-lists.ts';
import { HostMemory } from './host-memory.ts';
import { PageLists } from './page-list.ts';
import { PageRecords } from './page-records.ts';
import { Upkeep } from './upkeep.ts';
import { ShippedVmTable } from './shipped-vm-table.ts';
import { VmTable } from './vm-table.ts';
import { isAndroid, type System } from '../system-kind.ts';

const beyondAll = 2 ** 40;

export class Core {
  readonly config: Config;
  readonly board: Board;
  readonly memory: Memory;
  readonly pages: PageRecords;
  readonly upkeep: Upkeep;
  readonly lists: PageLists;
  readonly hostLists: HostLists;
  readonly host: HostMemory;
  readonly iommu: Iommu;
  readonly vms: VmTable;
  readonly exposure: ExposureRules;
  readonly secureWorld: SecureWorld;
  /** Levels of a guest's table, the root included. */
  readonly guestLevels: number;
  /** Free frames of the hypervisor's own. */
  readonly pool: number[] = [];

  /** Empty where the lifecycle has no use for it. */
  readonly heap: Heap;

  constructor(board: Board, memory: Memory, cache: Cache, tlb: Tlb, exposure: ExposureRules, system: System) {
    this.config = board.config;
    this.board = board;
    this.memory = memory;
    this.exposure = exposure;
    this.pages = new PageRecords(board);
    this.upkeep = new Upkeep(cache, tlb);
    this.heap = new Heap(board, this.upkeep);
    this.lists = new PageLists(board, memory);
    this.hostLists = new HostLists(board.config.slots, board.config.vcpus);
    this.secureWorld = new SecureWorld(board, cache);
    this.vms = new (system === 'android-as-shipped' ? ShippedVmTable : VmTable)(board.config.slots);
    this.guestLevels = (board.config.gfns[0]?.tables.length ?? 1) + 1;
    for (let frame = board.end - 1; frame >= board.poolStart; frame--) this.pool.push(frame);
    const source = {
      take: (): number => this.pool.pop() ?? -1,
      give: (frame: number): void => {
        memory.zero(frame);
        this.pool.push(frame);
      },
    };
    let levels = 1;
    while (board.block ** levels < board.limit) levels++;
    const shape = { entries: board.block, levels, rootPages: 1 };
    const table = new TranslationTable(memory, this.pages.refs, shape, source.take(), source, (ipa, pages) =>
      this.upkeep.invalidate(hostVmid, ipa, pages),
    );
    this.host = new (isAndroid(system) ? AndroidHostMemory : HostMemory)(board, this.pages, table);
    this.iommu = new Iommu(board, memory, this.pages.refs, tlb, source);
    for (let frame = board.ownStart; frame < board.end; frame++) this.host.giveTo(frame, owner.HYP);
    // Android's host never sees it.
    if (!isAndroid(system)) for (let frame = board.codeStart; frame < board.heapStart; frame++) this.host.show(frame);
  }

  gfnOf(args: Args): number {
    return this.config.gfns[arg(args, 'gfn')]?.frame ?? beyondAll;
  }
}
