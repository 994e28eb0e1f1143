/** Linux 7.3: the profile from which the others differ. */
import { baseProfile } from '../profile.ts';
import { donateGuest } from '../calls/memory/donate-guest.ts';
import { ffaLendAsShare } from '../calls/dma/ffa-lend.ts';
import { ffaReclaimByHandle } from '../calls/dma/ffa-reclaim.ts';
import { ffaRxtxMap } from '../calls/dma/ffa-rxtx-map.ts';
import { ffaRxtxUnmap } from '../calls/dma/ffa-rxtx-unmap.ts';
import { ffaShareOrNot } from '../calls/dma/ffa-share.ts';
import { finalizeTeardownVm } from '../calls/lifecycle/finalize-teardown-vm.ts';
import { forceReclaimGuestPage } from '../calls/memory/force-reclaim-guest-page.ts';
import { guestAtomic } from '../calls/memory/guest-atomic.ts';
import { guestCall } from '../calls/cpu/guest-call.ts';
import { guestFetch } from '../calls/memory/guest-fetch.ts';
import { guestHypMeminfo } from '../calls/android/guest-hyp-meminfo.ts';
import { guestInstruction } from '../calls/cpu/guest-instruction.ts';
import { guestMemShare } from '../calls/memory/guest-mem-share.ts';
import { guestMemUnshare } from '../calls/memory/guest-mem-unshare.ts';
import { guestRead } from '../calls/memory/guest-read.ts';
import { guestReadPair } from '../calls/memory/guest-read-pair.ts';
import { guestWrite } from '../calls/memory/guest-write.ts';
import { hostLoadStub } from '../calls/memory/host-load-stub.ts';
import { hostRead } from '../calls/memory/host-read.ts';
import { hostShareHyp } from '../calls/memory/host-share-hyp.ts';
import { hostSmc } from '../calls/cpu/host-smc.ts';
import { hostUnshareHyp } from '../calls/memory/host-unshare-hyp.ts';
import { hostWrite } from '../calls/memory/host-write.ts';
import { pointedCalls } from './hypercalls-7.3.ts';
import { hypercallByNumber } from '../calls/cpu/hypercall.ts';
import { initVcpu } from '../calls/lifecycle/init-vcpu.ts';
import { initVm } from '../calls/lifecycle/init-vm.ts';
import { mkyoung } from '../calls/memory/mkyoung.ts';
import { reclaimDyingGuestPage } from '../calls/memory/reclaim-dying-guest-page.ts';
import { relaxPerms } from '../calls/memory/relax-perms.ts';
import { reserveVm } from '../calls/lifecycle/reserve-vm.ts';
import { secureRead } from '../calls/dma/secure-read.ts';
import { secureReturn } from '../calls/dma/secure-return.ts';
import { secureWrite } from '../calls/dma/secure-write.ts';
import { shareGuest } from '../calls/memory/share-guest.ts';
import { startTeardownVm } from '../calls/lifecycle/start-teardown-vm.ts';
import { testClearYoung } from '../calls/memory/test-clear-young.ts';
import { tlbFlushVmid } from '../calls/cpu/tlb-flush-vmid.ts';
import { topupMemcache } from '../calls/memory/topup-memcache.ts';
import { unreserveVm } from '../calls/lifecycle/unreserve-vm.ts';
import { unshareGuest } from '../calls/memory/unshare-guest.ts';
import { vcpuInPoisonFault } from '../calls/memory/vcpu-in-poison-fault.ts';
import { vcpuLoad } from '../calls/cpu/vcpu-load.ts';
import { vcpuPut } from '../calls/cpu/vcpu-put.ts';
import { vcpuSyncState } from '../calls/cpu/vcpu-sync-state.ts';
import { wrprotect } from '../calls/memory/wrprotect.ts';

export const linux73 = baseProfile('linux-7.3', [
  donateGuest,
  ffaLendAsShare,
  ffaReclaimByHandle,
  ffaRxtxMap,
  ffaRxtxUnmap,
  ffaShareOrNot,
  finalizeTeardownVm,
  forceReclaimGuestPage,
  guestRead,
  guestReadPair,
  guestWrite,
  guestAtomic,
  guestFetch,
  guestInstruction,
  guestCall,
  guestMemShare,
  guestMemUnshare,
  guestHypMeminfo,
  hostLoadStub,
  hostRead,
  hostShareHyp,
  hostSmc,
  hostUnshareHyp,
  hostWrite,
  hypercallByNumber(7, 50, [50, ...pointedCalls]),
  initVcpu,
  initVm,
  mkyoung,
  reclaimDyingGuestPage,
  relaxPerms,
  reserveVm,
  secureRead,
  secureReturn,
  secureWrite,
  shareGuest,
  startTeardownVm,
  testClearYoung,
  tlbFlushVmid,
  topupMemcache,
  unreserveVm,
  unshareGuest,
  vcpuInPoisonFault,
  vcpuLoad,
  vcpuPut,
  vcpuSyncState,
  wrprotect,
]);
