/**
 * Every hypercall of Linux 7.3 by its number (`enum __kvm_host_smccc_func`), and where the specification speaks of it:
 * in calls of its own, or why not. `excused`: it has nothing to do with what is specified; `unasked`: it has, or may have.
 */
export type Hypercall = { readonly name: string } & (
  { readonly calls: readonly string[] } | { readonly excused: string } | { readonly unasked: string }
);

const is = (name: string, ...calls: string[]): Hypercall => ({ name, calls });
const excused = (name: string, reason: string): Hypercall => ({ name, excused: reason });
const unasked = (name: string, reason: string): Hypercall => ({ name, unasked: reason });

const flushed =
  'it drops cached translations, which costs time and changes no answer; a wild pointer stops the machine';
const traced =
  'it is for a kernel that traces its hypervisor (CONFIG_NVHE_EL2_TRACING); what it reads and copies is no page of a VM';
const ofGicV5 = 'on a machine without a GICv5 it stops the machine, which is a finding; no machine here has one';

/** Entry number n is hypercall number n. */
export const hypercalls: readonly Hypercall[] = [
  is('__kvm_hyp_init', 'hypercall'),
  is('__pkvm_init', 'hypercall'),
  is('__pkvm_create_private_mapping', 'hypercall'),
  is('__pkvm_cpu_set_vector', 'hypercall'),
  is('__kvm_enable_ssbs', 'hypercall'),
  is('__vgic_v3_init_lrs', 'hypercall'),
  is('__vgic_v3_get_gic_config', 'hypercall'),
  is('__pkvm_prot_finalize', 'hypercall'),
  unasked(
    '__kvm_adjust_pc',
    "it moves the program counter in the host's own structure, never in the hypervisor's; a pointer to what is not shared is dropped",
  ),
  is('__kvm_vcpu_run', 'guest_read', 'guest_write', 'guest_mem_share', 'guest_mem_unshare', 'guest_hyp_meminfo'),
  excused('__kvm_flush_vm_context', 'it drops the cached translations of all VMs, which changes no answer'),
  excused('__kvm_tlb_flush_vmid_ipa', flushed),
  excused('__kvm_tlb_flush_vmid_ipa_nsh', flushed),
  excused('__kvm_tlb_flush_vmid', flushed),
  excused('__kvm_tlb_flush_vmid_range', flushed),
  excused('__kvm_flush_cpu_context', flushed),
  excused(
    '__kvm_timer_set_cntvoff',
    'it sets the virtual counter of whichever guest runs next: CPU-TIME promises no time',
  ),
  unasked(
    '__tracing_load',
    'it takes and pins pages of the host where the kernel traces its hypervisor; MEM-CONSERVE-PINS does not count these',
  ),
  unasked('__tracing_unload', 'it unpins what __tracing_load has pinned'),
  excused('__tracing_enable', traced),
  excused('__tracing_swap_reader', traced),
  excused('__tracing_update_clock', traced),
  excused('__tracing_reset', traced),
  excused('__tracing_enable_event', traced),
  excused('__tracing_write_event', traced),
  unasked(
    '__vgic_v3_save_aprs',
    "it copies priorities between the vCPU that is loaded and the host's structure; a finding of 7.2 is about its pointer",
  ),
  unasked('__vgic_v3_restore_vmcr_aprs', 'it copies them back, with the mask of the interrupt controller'),
  unasked('__vgic_v5_save_apr', ofGicV5),
  unasked('__vgic_v5_restore_vmcr_apr', ofGicV5),
  is('__pkvm_host_share_hyp', 'host_share_hyp'),
  is('__pkvm_host_unshare_hyp', 'host_unshare_hyp'),
  is('__pkvm_host_donate_guest', 'donate_guest'),
  is('__pkvm_host_share_guest', 'share_guest'),
  is('__pkvm_host_unshare_guest', 'unshare_guest'),
  is('__pkvm_host_relax_perms_guest', 'relax_perms'),
  is('__pkvm_host_wrprotect_guest', 'wrprotect'),
  is('__pkvm_host_test_clear_young_guest', 'test_clear_young'),
  is('__pkvm_host_mkyoung_guest', 'mkyoung'),
  is('__pkvm_reserve_vm', 'reserve_vm'),
  is('__pkvm_unreserve_vm', 'unreserve_vm'),
  is('__pkvm_init_vm', 'init_vm'),
  is('__pkvm_init_vcpu', 'init_vcpu'),
  is('__pkvm_vcpu_in_poison_fault', 'vcpu_in_poison_fault'),
  is('__pkvm_force_reclaim_guest_page', 'force_reclaim_guest_page'),
  is('__pkvm_reclaim_dying_guest_page', 'reclaim_dying_guest_page'),
  is('__pkvm_start_teardown_vm', 'start_teardown_vm'),
  is('__pkvm_finalize_teardown_vm', 'finalize_teardown_vm'),
  is('__pkvm_vcpu_load', 'vcpu_load'),
  is('__pkvm_vcpu_put', 'vcpu_put'),
  is('__pkvm_vcpu_sync_state', 'vcpu_sync_state'),
  is('__pkvm_tlb_flush_vmid', 'tlb_flush_vmid'),
];
