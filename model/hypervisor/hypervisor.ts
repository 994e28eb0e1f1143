/** The hypervisor put together. Each room is an object of small methods, any of which a named fault can replace. */
import type { Board } from '../board.ts';
import type { Cache } from '../cache.ts';
import type { ExposureRules } from '../exposure.ts';
import type { Memory } from '../memory.ts';
import type { Tlb } from '../tlb.ts';
import type { System } from '../system-kind.ts';
import { AndroidLifecycle, AndroidTeardown } from './android-lifecycle.ts';
import { AndroidGuestMemory, AndroidReclaim } from './android-memory.ts';
import type { Call } from './call.ts';
import { Core } from './core.ts';
import { Dma } from './dma.ts';
import { FfaProxy } from './ffa.ts';
import { GuestCalls } from './guest-calls.ts';
import { GuestMemory } from './guest-memory.ts';
import { Linux74Lifecycle } from './heap-lifecycle.ts';
import { HostSharing } from './host-sharing.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Lock } from './locks.ts';
import { Memcache } from './memcache.ts';
import { Reclaim } from './reclaim.ts';
import { Teardown } from './teardown.ts';
import { ShippedDma, ShippedFfaProxy } from './shipped-devices.ts';
import { ShippedLifecycle, ShippedTeardown } from './shipped-lifecycle.ts';
import { ShippedGuestCalls, ShippedGuestMemory, ShippedReclaim } from './shipped-memory.ts';
import { VcpuPlacement } from './vcpus.ts';

/** The rooms in which the systems differ. */
const linux = { GuestMemory, GuestCalls, Reclaim, Lifecycle, Teardown, Dma, FfaProxy };
const rooms = {
  linux,
  'linux-7.4': { ...linux, Lifecycle: Linux74Lifecycle },
  mixed: linux,
  android: {
    ...linux,
    GuestMemory: AndroidGuestMemory,
    Reclaim: AndroidReclaim,
    Lifecycle: AndroidLifecycle,
    Teardown: AndroidTeardown,
  },
  'android-as-shipped': {
    GuestMemory: ShippedGuestMemory,
    GuestCalls: ShippedGuestCalls,
    Reclaim: ShippedReclaim,
    Lifecycle: ShippedLifecycle,
    Teardown: ShippedTeardown,
    Dma: ShippedDma,
    FfaProxy: ShippedFfaProxy,
  },
} as const;

export class Hypervisor extends Core {
  readonly guests: GuestMemory;
  readonly reclaim: Reclaim;
  readonly lifecycle: Lifecycle;
  readonly teardown: Teardown;
  readonly memcache = new Memcache(this);
  readonly sharing = new HostSharing(this);
  readonly vcpus = new VcpuPlacement(this);
  readonly guestCalls: GuestCalls;
  readonly dma: Dma;
  readonly ffa: FfaProxy;

  constructor(board: Board, memory: Memory, cache: Cache, tlb: Tlb, exposure: ExposureRules, system: System) {
    super(board, memory, cache, tlb, exposure, system);
    const { memcache } = this;
    const own = rooms[system];
    this.guests = new own.GuestMemory(this, memcache);
    this.reclaim = new own.Reclaim(this, this.guests);
    this.lifecycle = new own.Lifecycle(this, memcache);
    this.teardown = new own.Teardown(this, this.lifecycle);
    this.guestCalls = new own.GuestCalls(this, this.guests, memcache);
    this.dma = new own.Dma(this);
    this.ffa = new own.FfaProxy(this, this.sharing);
  }

  locks(): readonly Lock[] {
    const ofVms = this.vms.all().flatMap((slot) => (typeof slot === 'object' ? [slot.lock] : []));
    return [this.vms.lock, this.ffa.lock, this.host.lock, ...ofVms];
  }

  /** The calls of the host that Linux and Android both have. */
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
    const { reclaim, lifecycle, ffa } = this;
    return {
      ffa_share: (cpu, args) => ffa.shareOrNot(cpu, args),
      ffa_lend: (cpu, args) => ffa.shareOrNot(cpu, args),
      ffa_reclaim: (cpu, args) => ffa.reclaimByHandle(cpu, args),
      hypercall: (_cpu, args) => lifecycle.early(args),
      reserve_vm: (cpu) => lifecycle.reserve(cpu),
      unreserve_vm: (cpu, args) => lifecycle.unreserve(cpu, args),
      force_reclaim_guest_page: (cpu, args) => reclaim.forceReclaim(cpu, args),
      vcpu_in_poison_fault: (cpu) => reclaim.inPoisonFault(cpu),
    };
  }

  /** Of the host's mailbox: the mixed machine, which passes memory on as Android does, has none. */
  mailboxCalls(): Record<string, Call> {
    const { ffa } = this;
    return {
      ffa_rxtx_map: (cpu, args) => ffa.map(cpu, args),
      ffa_rxtx_unmap: (cpu, args) => ffa.unmap(cpu, args),
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
