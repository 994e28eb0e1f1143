/** A hypervisor that is not Linux: who owns a page, who reaches it, and what is left in it; no word of an interface. */
import { readsByName, sharesByName, unsharesByName, writesByName } from '../calls/ownership/guests.ts';
import { donateToNamed, hostWritesPage, shareWithNamed, unshareWithNamed } from '../calls/ownership/pages.ts';
import { finalizeNamedVm, initNamedVm, reclaimFromNamed, startNamedTeardown } from '../calls/ownership/vms.ts';
import { checksInstead, has, lacks, profile, without } from '../profile.ts';
import type { Profile } from '../profile.ts';
import { hostReaches } from '../vocabulary/pages.ts';
import { linux73 } from './linux-7.3.ts';

const rules = profile('ownership', linux73, [
  lacks('reserve_vm', 'unreserve_vm', 'init_vcpu', 'vcpu_load', 'vcpu_put', 'vcpu_sync_state', 'host_load_stub'),
  lacks('topup_memcache', 'relax_perms', 'wrprotect', 'test_clear_young', 'mkyoung', 'tlb_flush_vmid'),
  lacks('force_reclaim_guest_page', 'vcpu_in_poison_fault', 'guest_hyp_meminfo', 'hypercall'),
  lacks('guest_read_pair', 'guest_atomic', 'guest_fetch', 'guest_instruction', 'guest_call', 'host_smc'),
  lacks('ffa_share', 'ffa_lend', 'ffa_reclaim', 'secure_read', 'secure_write', 'secure_return'),
  lacks('ffa_rxtx_map', 'ffa_rxtx_unmap'),
  has(hostWritesPage, 'host_write is a store and nothing else'),
  has(initNamedVm, 'init_vm takes the handle by which the host will name the VM, and no memory'),
  has(donateToNamed, 'donate_guest names the VM, and needs no memory for tables'),
  has(shareWithNamed, 'share_guest names the VM, and shares a single page with all permissions'),
  has(unshareWithNamed, 'unshare_guest takes back a single page'),
  has(readsByName, 'guest_read needs no vCPU and no code'),
  has(writesByName, 'guest_write needs no vCPU and no code'),
  has(sharesByName, 'guest_mem_share needs no vCPU and no code, and may be repeated'),
  has(unsharesByName, 'guest_mem_unshare needs no vCPU and no code, and may be repeated'),
  has(startNamedTeardown, 'start_teardown_vm knows of no vCPU that is loaded'),
  has(reclaimFromNamed, 'reclaim_dying_guest_page knows of no frame that is poisoned or part of a block'),
  has(finalizeNamedVm, 'finalize_teardown_vm gives back, wiped, what the VM still owns'),
  checksInstead('HOST-READ-REACHES', hostReaches('page'), 'EFAULT'),
  without('UNSHARE-HYP-UNPINNED'),
]);

export const ownership: Profile = { ...rules, compares: 'ownership' };
