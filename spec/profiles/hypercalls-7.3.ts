/**
 * Every hypercall of Linux 7.3 by its number (`enum __kvm_host_smccc_func`), and where the specification speaks of it:
 * in calls of its own, by the number alone, or why not (`excused`).
 */
export type Hypercall = { readonly name: string } & (
  { readonly calls: readonly string[] } | { readonly excused: string }
);

export const is = (name: string, ...calls: string[]): Hypercall => ({ name, calls });
const excused = (name: string, reason: string): Hypercall => ({ name, excused: reason });

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
  is('__kvm_adjust_pc', 'hypercall'),
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
  is('__tracing_load', 'hypercall'),
  is('__tracing_unload', 'hypercall'),
  excused('__tracing_enable', traced),
  excused('__tracing_swap_reader', traced),
  excused('__tracing_update_clock', traced),
  excused('__tracing_reset', traced),
  excused('__tracing_enable_event', traced),
  excused('__tracing_write_event', traced),
  is('__vgic_v3_save_aprs', 'hypercall'),
  is('__vgic_v3_restore_vmcr_aprs', 'hypercall'),
  excused('__vgic_v5_save_apr', ofGicV5),
  excused('__vgic_v5_restore_vmcr_apr', ofGicV5),
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

/**
 * Calls that are made by their numbers, with a pointer: to a structure of the host's, or to anything else. Tracing is in
 * no kernel that is asked, and refuses.
 */
export const pointedCalls: readonly number[] = [
  '__kvm_adjust_pc',
  '__tracing_load',
  '__tracing_unload',
  '__vgic_v3_save_aprs',
  '__vgic_v3_restore_vmcr_aprs',
].map((name) => hypercalls.findIndex((one) => one.name === name));
