/**
 * Android 16 as its source has it, where a warning at EL2 is the end of the machine.
 *
 * Read and not specified: sizes that are neither a page nor a block, in `share_guest`, and gfns and sizes in bytes of
 * `unshare_guest`, `wrprotect`, `test_clear_young` and `reclaim_dying_guest_page` that are not aligned, which reach what
 * lies behind; calls of ranges and lists; page tables that come back with every reclaim. Why calls that change nothing
 * of who owns a page are not specified either is said of each (`calls-of-android16.ts`).
 */
import { guestMemRelinquishMapped } from '../calls/android/guest-mem-relinquish.ts';
import { guestMmioGuardInfo } from '../calls/android/guest-mmio-guard-info.ts';
import { whilePowered } from '../calls/android/powered.ts';
import { shippedDeviceWrite } from '../calls/android/shipped-device-write.ts';
import { shippedInitVcpu } from '../calls/android/shipped-init-vcpu.ts';
import { shippedIommuUnmap } from '../calls/android/shipped-iommu-unmap.ts';
import { shippedMkyoung } from '../calls/android/shipped-mkyoung.ts';
import { shippedReclaimDyingGuestPage } from '../calls/android/shipped-reclaim-dying-guest-page.ts';
import { ffaReclaim } from '../calls/dma/ffa-reclaim.ts';
import { tlbFlushVmid } from '../calls/cpu/tlb-flush-vmid.ts';
import { both, either, equals, every, not, quantity, when } from '../language/build.ts';
import type { Bool } from '../language/term.ts';
import { fault } from '../parameters.ts';
import {
  answersInstead,
  checksInstead,
  does,
  has,
  inserts,
  insertsAfter,
  moves,
  neverRun,
  profile,
  readIn,
  takes,
  without,
} from '../profile.ts';
import { implied, must, neverDecides, noSubject } from '../rule.ts';
import { hasOwnAddresses } from '../vocabulary/lifecycle.ts';
import {
  endFits,
  hasTableEntry,
  hostRegains,
  hostState,
  hypState,
  isGuestShared,
  isMemory,
  isOffRecord,
  isRam,
  isUnused,
} from '../vocabulary/pages.ts';
import { tablesSuffice, tablesSufficeForBlock } from '../vocabulary/page-tables.ts';
import { mappedPage, mappingOf } from '../vocabulary/stage2.ts';
import { isLive, isReserved, lifeOf, loadedVcpu, loadedVm } from '../vocabulary/vms.ts';
import { android16 } from './android16-6.12.ts';

/** The copy of the tree that was read. */
const tree = '2c9224d389b0';

const allocator = { waiver: "the hypervisor's own allocator is not part of the state; when it is full is its choice" };
const tables = tablesSuffice(loadedVcpu, loadedVm, 'gfn');
const tablesOfBlock = tablesSufficeForBlock(loadedVcpu, loadedVm, 'gfn');
/** What is so of each of the pages that `unshare_guest` finds. */
const borrowed = (fact: Bool): Bool => every(mappedPage('vm', 'gfn'), 'nr', 'each page', fact);

/** Both the VM and the host have the page in these states. */
const isSeenAs = (byVm: 'OWNED' | 'SHARED_OWNED', byHost: 'NOPAGE' | 'SHARED_BORROWED'): Bool =>
  both(mappingOf('vm', 'gfn').is(byVm), hostState(mappedPage('vm', 'gfn')).is(byHost));
/** In an entry that stays taken is what looks like a VM, and every call that looks for one follows it. */
const kept = must('FINALIZE-KEPT', not(isReserved('vm')), 'PANIC', noSubject);

const differences = [
  // A reclaim from the secure world looks at the host's view of a page alone, so that a secure world that names a wrong
  // page hands the host the memory of a VM.
  ...readIn(
    'mem_protect.c',
    tree,
    has({ ...ffaReclaim, effects: [hostRegains('page')] }, 'ffa_reclaim changes the host’s view of the page alone'),
    without('FFA-RECLAIM-OWNER'),
    without('FFA-RECLAIM-BORROWER'),
    checksInstead('MEM-SHARE-OWNED', isSeenAs('OWNED', 'NOPAGE'), 'INVALID_PARAMETER'),
    checksInstead('MEM-UNSHARE-SHARED', isSeenAs('SHARED_OWNED', 'SHARED_BORROWED'), 'INVALID_PARAMETER'),
  ),
  ...readIn(
    'ffa.c',
    tree,
    checksInstead('FFA-RECLAIM-MEMORY', isRam('page'), 'PANIC'),
    answersInstead('FFA-RECLAIM-GIVEN', 'PANIC'),
  ),

  // What a dying VM borrows cannot be unshared; it is reclaimed like what it owns, whoever else borrows it.
  ...readIn(
    'mem_protect.c',
    tree,
    without('RECLAIM-DYING-OWNED'),
    has(
      shippedReclaimDyingGuestPage,
      'reclaim_dying_guest_page is told how large the entry is, and takes whole blocks',
    ),
  ),
  // Taken back from a dying VM for the second time, a page that the hypervisor has borrowed since passes for the host's
  // alone; whether the hypervisor has it, and uses it, is asked of it still.
  ...readIn(
    'mem_protect.c',
    tree,
    checksInstead('SHARE-HYP-UNPINNED', isUnused('page'), 'EINVAL'),
    without('SHARE-HYP-UNLENT'),
    insertsAfter('SHARE-HYP-UNPINNED', must('SHARE-HYP-UNLENT', hypState('page').is('NOPAGE'), 'EPERM')),
    checksInstead('DONATE-UNPINNED', isUnused('page'), 'EINVAL'),
    checksInstead('SHARE-GUEST-UNPINNED', every('page', 'nr', 'each page', isUnused('each page')), 'EPERM'),
    checksInstead('FFA-SHARE-UNPINNED', isUnused('page'), 'DENIED'),
    checksInstead('FFA-LEND-UNPINNED', isUnused('page'), 'DENIED'),
    checksInstead(
      'INIT-VM-PGD-UNPINNED',
      every('pgd', quantity('pgdPages'), 'each page', both(isUnused('each page'), hypState('each page').is('NOPAGE'))),
      'EINVAL',
    ),
  ),
  ...readIn(
    'hyp-main.c',
    tree,
    checksInstead('UNSHARE-GUEST-VM', isLive('vm'), 'EINVAL'),
    checksInstead('WRPROTECT-VM', isLive('vm'), 'EINVAL'),
    checksInstead('YOUNG-VM', isLive('vm'), 'EINVAL'),
  ),

  // The end of the machine: where the host would end a VM that is loaded, or none, or protect a protected one from
  // writing, and where no table is left for a mapping, which is noticed only after the host's side has changed.
  ...readIn('pkvm.c', tree, answersInstead('TEARDOWN-KNOWN', 'PANIC'), answersInstead('TEARDOWN-UNLOADED', 'PANIC')),
  ...readIn(
    'mem_protect.c',
    tree,
    answersInstead('WRPROTECT-UNPROTECTED', 'PANIC'),
    checksInstead('DONATE-TABLES', tables, 'PANIC'),
    checksInstead('SHARE-GUEST-TABLES', either(tables, both(not(equals('nr', 1)), tablesOfBlock)), 'PANIC'),
  ),

  ...readIn(
    'mem_protect.c',
    tree,
    checksInstead('SHARE-GUEST-PFN', endFits('page'), 'EINVAL'),
    without('SHARE-GUEST-COUNT'),
    checksInstead('UNSHARE-GUEST-COUNTED', borrowed(hostState('each page').is('SHARED_OWNED')), 'EPERM'),
    insertsAfter(
      'UNSHARE-GUEST-COUNTED',
      must('UNSHARE-GUEST-COUNTED', borrowed(isGuestShared('each page')), 'PANIC', neverDecides('MEM-CONSERVE-SHARES')),
    ),
    has(
      whilePowered(guestMemRelinquishMapped),
      'guest_mem_relinquish wipes a page while other vCPUs still write to it',
    ),
    inserts(
      'IOMMU-MAP-MEMORY',
      must(
        'IOMMU-MAP-TABLE',
        hasTableEntry('page'),
        'ERANGE',
        implied('IOMMU-MAP-MEMORY', 'only the error is another'),
      ),
    ),
    checksInstead('IOMMU-MAP-MEMORY', either(isMemory('page'), isOffRecord('page')), 'EPERM'),
    has(shippedDeviceWrite, 'what device_write stores to registers of another device is not followed'),
  ),
  ...readIn(
    'hyp-main.c',
    tree,
    has(shippedMkyoung, 'mkyoung refuses nothing, and answers the descriptor, or 0 where there is none'),
  ),
  ...readIn(
    'iommu.c',
    tree,
    answersInstead('IOMMU-MAP-RANGE', 'E2BIG'),
    moves('IOMMU-MAP-RANGE', 'IOMMU-MAP-DEVICE'),
    has(shippedIommuUnmap, 'iommu_unmap refuses nothing, and answers how many bytes it has unmapped'),
  ),

  ...readIn(
    'pkvm.c',
    tree,
    has(
      shippedInitVcpu,
      'init_vcpu leaves the page of the host pinned where the index is refused, and asks for no identification registers',
    ),
  ),
  ...readIn(
    'alloc.c',
    tree,
    takes('init_vm', { crowded: fault }),
    inserts('INIT-VM-ALLOCATED', must('INIT-VM-SPACE', hasOwnAddresses('crowded'), 'EINVAL', allocator)),
    takes('init_vcpu', { crowded: fault }),
    inserts('INIT-VCPU-ALLOCATED', must('INIT-VCPU-SPACE', hasOwnAddresses('crowded'), 'EINVAL', allocator)),
  ),

  // An entry whose VM the secure world was told of stays taken where it cannot be told of its end.
  ...readIn(
    'pkvm.c',
    tree,
    takes('finalize_teardown_vm', { untold: fault }),
    does(['finalize_teardown_vm'], when(equals('untold', 1), lifeOf('vm').becomes('RESERVED'))),
    inserts('TEARDOWN-KNOWN', kept),
    inserts('FINALIZE-KNOWN', kept),
    inserts('RECLAIM-DYING', kept),
    inserts('INIT-VCPU-VM', kept),
    inserts('LOAD-LIVE', kept),
    inserts('UNSHARE-GUEST-VM', kept),
    inserts('WRPROTECT-VM', kept),
    inserts('YOUNG-VM', kept),
    has({ ...tlbFlushVmid, guards: [kept] }, 'checks FINALIZE-KEPT in tlb_flush_vmid'),
  ),
  ...readIn('pkvm.c', tree, has(whilePowered(guestMmioGuardInfo))),
];

export const android16AsShipped = neverRun(
  profile('android16-6.12-as-shipped', android16, differences),
  "a published copy of the branch's tree",
);
