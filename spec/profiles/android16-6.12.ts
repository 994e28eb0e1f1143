/**
 * Android 16 on its kernel 6.12, with IOMMU, FF-A and power states at EL2.
 *
 * Not specified at this level: the numbers of calls; ranges, lists and 2 MiB blocks of a donation or a share by the
 * guest, and the split of a block; the firmware window, and which vCPU enters the firmware; the register matrix of an
 * exit; memory that the hypervisor's own allocator holds; that page tables which become free come back with every
 * reclaim, and not only at the end; pages and device registers that modules own, device registers that are mapped for
 * DMA, devices of a VM; the IOMMU domain that mirrors the host's stage 2; the mailbox of the host for
 * its messages to the secure world; FF-A calls of guests.
 */
import { androidGuestCall } from '../calls/cpu/guest-call.ts';
import { androidInitVcpu } from '../calls/android/android-init-vcpu.ts';
import { androidInitVm } from '../calls/android/android-init-vm.ts';
import { androidReclaimDyingGuestPage } from '../calls/android/android-reclaim-dying-guest-page.ts';
import { deviceBypassRead } from '../calls/dma/device-bypass-read.ts';
import { deviceBypassWrite } from '../calls/dma/device-bypass-write.ts';
import { deviceRead } from '../calls/dma/device-read.ts';
import { deviceWrite } from '../calls/dma/device-write.ts';
import { ffaLend } from '../calls/dma/ffa-lend.ts';
import { ffaReclaim } from '../calls/dma/ffa-reclaim.ts';
import { ffaShare } from '../calls/dma/ffa-share.ts';
import { guestCpuOff } from '../calls/android/guest-cpu-off.ts';
import { guestCpuOn } from '../calls/android/guest-cpu-on.ts';
import { hostFailCpuOn } from '../calls/android/host-fail-cpu-on.ts';
import { guestHypMeminfo } from '../calls/android/guest-hyp-meminfo.ts';
import { androidMemShare } from '../calls/memory/guest-mem-share.ts';
import { guestMemRelinquish } from '../calls/android/guest-mem-relinquish.ts';
import { guestMmioGuardEnroll } from '../calls/android/guest-mmio-guard-enroll.ts';
import { guestMmioGuardMap } from '../calls/android/guest-mmio-guard-map.ts';
import { guestMmioGuardUnmap } from '../calls/android/guest-mmio-guard-unmap.ts';
import { iommuAttach } from '../calls/dma/iommu-attach.ts';
import { iommuDetach } from '../calls/dma/iommu-detach.ts';
import { iommuMap } from '../calls/dma/iommu-map.ts';
import { iommuUnmap } from '../calls/dma/iommu-unmap.ts';
import { powered } from '../calls/android/powered.ts';
import { answersInstead, checksInstead, has, inserts, insertsAfter, lacks, profile, without } from '../profile.ts';
import { implied, must, noSubject } from '../rule.ts';
import { areUnmappedForDma, hostReaches, isRam, isUnmappedForDma } from '../vocabulary/pages.ts';
import { isCreated } from '../vocabulary/vms.ts';
import { linux73 } from './linux-7.3.ts';

const otherError = 'only the error is another';

export const android16 = profile('android16-6.12', linux73, [
  // Handles are made by init_vm, and no page is taken from a VM that lives.
  lacks('hypercall', 'host_smc', 'reserve_vm', 'unreserve_vm', 'force_reclaim_guest_page', 'vcpu_in_poison_fault'),
  has(androidInitVm, "init_vm takes its handle and its structure from the hypervisor's own tables"),
  has(androidInitVcpu, 'init_vcpu sets the power state, and takes no memory from the host'),
  has(androidReclaimDyingGuestPage, 'reclaim_dying_guest_page is told which page to find'),

  checksInstead('HOST-READ-REACHES', hostReaches('page'), 'EFAULT'),
  has(guestHypMeminfo),
  without('MEMINFO-PROTECTED'),
  has(guestMemRelinquish),
  has(guestMmioGuardEnroll),
  has(guestMmioGuardMap),
  has(guestMmioGuardUnmap),
  has(guestCpuOn),
  has(guestCpuOff),
  has(androidGuestCall, 'the hypervisor answers calls that it does not know, and AFFINITY_INFO'),
  has(androidMemShare, 'guest_mem_share asks the host for a page that is not there, and puts no fault on record'),
  insertsAfter('RUN-LOADED', ...powered),
  has(hostFailCpuOn),

  has(iommuAttach),
  has(iommuDetach),
  has(iommuMap),
  has(iommuUnmap),
  has(deviceRead),
  has(deviceWrite),
  has(deviceBypassRead),
  has(deviceBypassWrite),
  insertsAfter('SHARE-HYP-OWNED', must('SHARE-HYP-UNPINNED', isUnmappedForDma('page'), 'EINVAL')),
  insertsAfter('DONATE-OWNED', must('DONATE-UNPINNED', isUnmappedForDma('page'), 'EINVAL')),
  insertsAfter('SHARE-GUEST-OWNED', must('SHARE-GUEST-UNPINNED', areUnmappedForDma('page', 'nr'), 'EPERM')),

  lacks('ffa_rxtx_map', 'ffa_rxtx_unmap'),
  has(ffaShare, 'what the secure world refuses is not said'),
  has(ffaLend, 'a page that is lent is lost to the host; what the secure world refuses is not said'),
  has(ffaReclaim, 'ffa_reclaim looks at what is recorded of the page, and at more of it'),
  insertsAfter('FFA-SHARE-OWNED', must('FFA-SHARE-UNPINNED', isUnmappedForDma('page'), 'DENIED')),
  insertsAfter('FFA-LEND-OWNED', must('FFA-LEND-UNPINNED', isUnmappedForDma('page'), 'DENIED')),

  inserts('SHARE-HYP-MEMORY', must('SHARE-HYP-RAM', isRam('page'), 'EINVAL', implied('SHARE-HYP-MEMORY', otherError))),
  inserts(
    'UNSHARE-HYP-MEMORY',
    must('UNSHARE-HYP-RAM', isRam('page'), 'EINVAL', implied('UNSHARE-HYP-MEMORY', otherError)),
  ),
  inserts('DONATE-MEMORY', must('DONATE-RAM', isRam('page'), 'EINVAL', implied('DONATE-MEMORY', otherError))),
  answersInstead('WRPROTECT-UNPROTECTED', 'EPERM'),
  inserts('TEARDOWN-LIVE', must('TEARDOWN-KNOWN', isCreated('vm'), 'ENOENT', noSubject)),
  answersInstead('TEARDOWN-UNLOADED', 'EBUSY'),
  inserts('FINALIZE-DYING', must('FINALIZE-KNOWN', isCreated('vm'), 'ENOENT', noSubject)),
  answersInstead('FINALIZE-DYING', 'EBUSY'),
]);
