/** Linux 7.3: the profile from which the others differ. */
import { baseProfile } from '../profile.ts';
import { donateGuest } from '../calls/donate-guest.ts';
import { finalizeTeardownVm } from '../calls/finalize-teardown-vm.ts';
import { forceReclaimGuestPage } from '../calls/force-reclaim-guest-page.ts';
import { guestHypMeminfo } from '../calls/guest-hyp-meminfo.ts';
import { guestMemShare } from '../calls/guest-mem-share.ts';
import { guestMemUnshare } from '../calls/guest-mem-unshare.ts';
import { guestRead } from '../calls/guest-read.ts';
import { guestWrite } from '../calls/guest-write.ts';
import { hostLoadStub } from '../calls/host-load-stub.ts';
import { hostRead } from '../calls/host-read.ts';
import { hostShareHyp } from '../calls/host-share-hyp.ts';
import { hostUnshareHyp } from '../calls/host-unshare-hyp.ts';
import { hostWrite } from '../calls/host-write.ts';
import { hypercallByNumber } from '../calls/hypercall.ts';
import { initVcpu } from '../calls/init-vcpu.ts';
import { initVm } from '../calls/init-vm.ts';
import { mkyoung } from '../calls/mkyoung.ts';
import { reclaimDyingGuestPage } from '../calls/reclaim-dying-guest-page.ts';
import { relaxPerms } from '../calls/relax-perms.ts';
import { reserveVm } from '../calls/reserve-vm.ts';
import { shareGuest } from '../calls/share-guest.ts';
import { startTeardownVm } from '../calls/start-teardown-vm.ts';
import { testClearYoung } from '../calls/test-clear-young.ts';
import { tlbFlushVmid } from '../calls/tlb-flush-vmid.ts';
import { topupMemcache } from '../calls/topup-memcache.ts';
import { unreserveVm } from '../calls/unreserve-vm.ts';
import { unshareGuest } from '../calls/unshare-guest.ts';
import { vcpuInPoisonFault } from '../calls/vcpu-in-poison-fault.ts';
import { vcpuLoad } from '../calls/vcpu-load.ts';
import { vcpuPut } from '../calls/vcpu-put.ts';
import { vcpuSyncState } from '../calls/vcpu-sync-state.ts';
import { wrprotect } from '../calls/wrprotect.ts';

export const linux73 = baseProfile('linux-7.3', [
  donateGuest,
  finalizeTeardownVm,
  forceReclaimGuestPage,
  guestRead,
  guestWrite,
  guestMemShare,
  guestMemUnshare,
  guestHypMeminfo,
  hostLoadStub,
  hostRead,
  hostShareHyp,
  hostUnshareHyp,
  hostWrite,
  hypercallByNumber(7, 50),
  initVcpu,
  initVm,
  mkyoung,
  reclaimDyingGuestPage,
  relaxPerms,
  reserveVm,
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
