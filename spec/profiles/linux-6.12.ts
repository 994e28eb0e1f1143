/** Linux 6.12: VMs and vCPUs can be made and torn down, but guests get no memory by hypercall. */
import { hypercallByNumber } from '../calls/cpu/hypercall.ts';
import { initVmUnreserved } from '../calls/lifecycle/init-vm.ts';
import { teardownVm } from '../calls/lifecycle/teardown-vm.ts';
import { answersInstead, checksInstead, has, inserts, lacks, profile, without } from '../profile.ts';
import { implied, must } from '../rule.ts';
import { hasTableEntry, hostReaches } from '../vocabulary/pages.ts';
import { isNext, lacksVcpu } from '../vocabulary/vms.ts';
import { linux72 } from './linux-7.2.ts';

const noMemory = 'what lies beyond the tables is no memory';
const inOrder = { waiver: 'nothing but the order in which vCPUs come into being depends on it' };

export const linux612 = profile('linux-6.12', linux72, [
  lacks('reserve_vm', 'unreserve_vm', 'start_teardown_vm', 'finalize_teardown_vm', 'reclaim_dying_guest_page'),
  lacks('donate_guest', 'share_guest', 'unshare_guest', 'relax_perms', 'wrprotect', 'test_clear_young', 'mkyoung'),
  lacks('force_reclaim_guest_page', 'vcpu_in_poison_fault', 'vcpu_load', 'vcpu_put', 'tlb_flush_vmid'),
  lacks(
    'guest_read',
    'guest_write',
    'guest_read_pair',
    'guest_atomic',
    'guest_fetch',
    'guest_instruction',
    'guest_call',
    'guest_mem_share',
    'guest_mem_unshare',
    'guest_hyp_meminfo',
    'topup_memcache',
    'host_load_stub',
  ),
  answersInstead('SHARE-HYP-RANGE', 'ERANGE'),
  answersInstead('UNSHARE-HYP-RANGE', 'ERANGE'),
  inserts(
    'SHARE-HYP-MEMORY',
    must('SHARE-HYP-TABLE', hasTableEntry('page'), 'ERANGE', implied('SHARE-HYP-MEMORY', noMemory)),
  ),
  inserts(
    'UNSHARE-HYP-MEMORY',
    must('UNSHARE-HYP-TABLE', hasTableEntry('page'), 'ERANGE', implied('UNSHARE-HYP-MEMORY', noMemory)),
  ),
  without('INIT-VCPU-FEATURES'),
  inserts('INIT-VCPU-PINNABLE', must('INIT-VCPU-NEXT', lacksVcpu('vm'), 'EINVAL', inOrder)),
  inserts('INIT-VCPU-VACANT', must('INIT-VCPU-NEXT', isNext('vm', 'index'), 'EINVAL', inOrder)),
  without('INIT-VCPU-VACANT'),
  without('SMC-IMMEDIATE'),
  without('SMC-NUMBER'),
  has(hypercallByNumber(8, 25), 'has hypercalls from number 8 to number 25'),
  checksInstead('HOST-READ-REACHES', hostReaches('page'), 'EFAULT'),
  has(initVmUnreserved, 'init_vm picks the handle itself and answers it'),
  has(teardownVm, 'has teardown_vm, which does everything in one step'),
]);
