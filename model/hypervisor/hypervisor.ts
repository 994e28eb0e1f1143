/** The hypervisor put together. Each room is an object of small methods, any of which a named fault can replace. */
import type { World } from '../../spec/world.ts';
import type { Board } from '../board.ts';
import type { Cache } from '../cache.ts';
import { owner } from '../descriptor.ts';
import type { ExposureRules } from '../exposure.ts';
import { Iommu } from '../iommu.ts';
import type { Memory } from '../memory.ts';
import { SecureWorld } from '../secure-world.ts';
import { TranslationTable } from '../table.ts';
import { hostVmid, type Tlb } from '../tlb.ts';
import { AndroidLifecycle, AndroidTeardown } from './android-lifecycle.ts';
import { AndroidGuestMemory, AndroidHostMemory, AndroidReclaim } from './android-memory.ts';
import { arg, type Args, type Call } from './call.ts';
import { Dma } from './dma.ts';
import { FfaProxy } from './ffa.ts';
import { GuestCalls } from './guest-calls.ts';
import { GuestMemory } from './guest-memory.ts';
import { Heap } from './heap.ts';
import { HostLists } from './host-lists.ts';
import { HostMemory } from './host-memory.ts';
import { HostSharing } from './host-sharing.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Lock } from './locks.ts';
import { Memcache } from './memcache.ts';
import { PageLists } from './page-list.ts';
import { PageRecords } from './page-records.ts';
import { Reclaim } from './reclaim.ts';
import { Teardown } from './teardown.ts';
import { Upkeep } from './upkeep.ts';
import { VcpuPlacement } from './vcpus.ts';
import { VmTable } from './vm-table.ts';

const beyondAll = 2 ** 40;

export class Hypervisor {
  readonly world: World;
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

  /** The allocator of Android's hypervisor; empty where Linux's lifecycle has no use for it. */
  readonly heap: Heap;

  readonly guests: GuestMemory;
  readonly reclaim: Reclaim;
  readonly lifecycle: Lifecycle;
  readonly teardown: Teardown;
  readonly memcache = new Memcache(this);
  readonly sharing = new HostSharing(this);
  readonly vcpus = new VcpuPlacement(this);
  readonly guestCalls = new GuestCalls(this);
  readonly dma = new Dma(this);
  readonly ffa = new FfaProxy(this);

  constructor(board: Board, memory: Memory, cache: Cache, tlb: Tlb, exposure: ExposureRules, isAndroid = false) {
    this.world = board.world;
    this.board = board;
    this.memory = memory;
    this.exposure = exposure;
    this.pages = new PageRecords(board);
    this.upkeep = new Upkeep(cache, tlb);
    this.heap = new Heap(board, this.upkeep);
    this.guests = isAndroid ? new AndroidGuestMemory(this) : new GuestMemory(this);
    this.reclaim = isAndroid ? new AndroidReclaim(this) : new Reclaim(this);
    this.lifecycle = isAndroid ? new AndroidLifecycle(this) : new Lifecycle(this);
    this.teardown = isAndroid ? new AndroidTeardown(this) : new Teardown(this);
    this.lists = new PageLists(board, memory);
    this.hostLists = new HostLists(board.world.slots, board.world.vcpus);
    this.secureWorld = new SecureWorld(board, cache);
    this.vms = new VmTable(board.world.slots);
    this.guestLevels = (board.world.gfns[0]?.tables.length ?? 1) + 1;
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
    this.host = new (isAndroid ? AndroidHostMemory : HostMemory)(board, this.pages, table);
    this.iommu = new Iommu(board, memory, this.pages.refs, tlb, source);
    for (let frame = board.ownStart; frame < board.end; frame++) this.host.giveTo(frame, owner.HYP);
  }

  gfnOf(args: Args): number {
    return this.world.gfns[arg(args, 'gfn')]?.frame ?? beyondAll;
  }

  locks(): readonly Lock[] {
    const ofVms = this.vms.all().flatMap((slot) => (typeof slot === 'object' ? [slot.lock] : []));
    return [this.vms.lock, this.ffa.lock, this.host.lock, ...ofVms];
  }

  /** The calls of the host that Linux 7.3 and Android both have. */
  calls(): Record<string, Call> {
    const { sharing, guests, reclaim, lifecycle, teardown, vcpus } = this;
    return {
      host_share_hyp: (cpu, args) => sharing.share(cpu, args),
      host_unshare_hyp: (cpu, args) => sharing.unshare(cpu, args),
      init_vm: (cpu, args) => lifecycle.initVm(cpu, args),
      init_vcpu: (cpu, args) => lifecycle.initVcpu(cpu, args),
      start_teardown_vm: (cpu, args) => teardown.start(cpu, args),
      finalize_teardown_vm: (cpu, args) => teardown.finalize(cpu, args),
      vcpu_load: (cpu, args) => vcpus.load(cpu, args),
      vcpu_put: (cpu) => vcpus.put(cpu),
      vcpu_sync_state: () => vcpus.syncState(),
      tlb_flush_vmid: (cpu, args) => guests.tlbFlush(cpu, args),
      donate_guest: (cpu, args) => guests.donate(cpu, args),
      share_guest: (cpu, args) => guests.share(cpu, args),
      unshare_guest: (cpu, args) => guests.unshare(cpu, args),
      relax_perms: (cpu, args) => guests.relaxPerms(cpu, args),
      wrprotect: (cpu, args) => guests.wrprotect(cpu, args),
      test_clear_young: (cpu, args) => guests.testClearYoung(cpu, args),
      mkyoung: (cpu, args) => guests.mkyoung(cpu, args),
      reclaim_dying_guest_page: (cpu, args) => reclaim.reclaimDying(cpu, args),
    };
  }

  /** The calls that only Linux has. */
  linuxCalls(): Record<string, Call> {
    const { reclaim, lifecycle } = this;
    return {
      hypercall: (_cpu, args) => lifecycle.early(args),
      reserve_vm: (cpu) => lifecycle.reserve(cpu),
      unreserve_vm: (cpu, args) => lifecycle.unreserve(cpu, args),
      force_reclaim_guest_page: (cpu, args) => reclaim.forceReclaim(cpu, args),
      vcpu_in_poison_fault: (cpu) => reclaim.inPoisonFault(cpu),
    };
  }

  /** The calls that Android's hypervisor adds. */
  androidCalls(): Record<string, Call> {
    const { dma, ffa } = this;
    return {
      iommu_attach: (cpu, args) => dma.attach(cpu, args),
      iommu_detach: (cpu, args) => dma.detach(cpu, args),
      iommu_map: (cpu, args) => dma.map(cpu, args),
      iommu_unmap: (cpu, args) => dma.unmap(cpu, args),
      ffa_share: (cpu, args) => ffa.share(cpu, args),
      ffa_lend: (cpu, args) => ffa.lend(cpu, args),
      ffa_reclaim: (cpu, args) => ffa.reclaim(cpu, args),
    };
  }
}
