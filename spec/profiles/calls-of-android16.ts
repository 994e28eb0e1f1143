/**
 * Every hypercall of Android 16 and every call that it takes from a protected VM, in the order of its source, and where
 * the specification speaks of it, or why not. Source: `hyp-main.c` and `pkvm.c` of the tree that `android16-6.12-as-shipped`
 * was read in (2c9224d389b0).
 */
import { is } from './hypercalls-7.3.ts';
import type { Hypercall } from './hypercalls-7.3.ts';

const excused = (reason: string, ...names: string[]): Hypercall[] => names.map((name) => ({ name, excused: reason }));

const early = 'refused from the moment on at which the hypervisor protects itself';
const flushed = 'it drops cached translations, which costs time and changes no answer';
const allocator =
  "it moves pages between the host and the hypervisor's allocator, which is no part of the state: INIT-VM-ALLOCATED, " +
  'INIT-VCPU-ALLOCATED and INIT-VM-SPACE say what a lack of them answers';
const traced = 'it is for a kernel that traces its hypervisor; what it reads and copies is no page of a VM';
const ofDevices = 'devices that a VM has to itself are not specified';
const ofFfa = 'FF-A of guests is not specified';
const domains = 'a domain is no part of the state: each device has one of its own';

export const hostCallsOfAndroid16: readonly Hypercall[] = [
  ...excused(
    early,
    '__kvm_get_mdcr_el2',
    '__pkvm_init',
    '__pkvm_create_private_mapping',
    '__pkvm_cpu_set_vector',
    '__kvm_enable_ssbs',
    '__vgic_v3_init_lrs',
    '__vgic_v3_get_gic_config',
  ),
  ...excused(
    `${early}; before that ${flushed}`,
    '__kvm_flush_vm_context',
    '__kvm_tlb_flush_vmid_ipa',
    '__kvm_tlb_flush_vmid_ipa_nsh',
    '__kvm_tlb_flush_vmid',
    '__kvm_tlb_flush_vmid_range',
    '__kvm_flush_cpu_context',
  ),
  ...excused(
    `${early}: modules are code of the hypervisor, and loaded by a host that is still trusted`,
    '__pkvm_alloc_module_va',
    '__pkvm_map_module_page',
    '__pkvm_unmap_module_page',
    '__pkvm_init_module',
    '__pkvm_register_hcall',
    '__pkvm_iommu_init',
    '__pkvm_devices_init',
  ),
  ...excused('each CPU makes it once, as it starts; after that it answers EPERM', '__pkvm_prot_finalize'),
  is('__pkvm_host_share_hyp', 'host_share_hyp'),
  is('__pkvm_host_unshare_hyp', 'host_unshare_hyp'),
  is('__pkvm_host_donate_guest', 'donate_guest'),
  ...excused('it donates the pages of a list; one page at a time is specified', '__pkvm_host_donate_guest_sglist'),
  is('__pkvm_host_share_guest', 'share_guest'),
  is('__pkvm_host_unshare_guest', 'unshare_guest'),
  is('__pkvm_host_relax_perms_guest', 'relax_perms'),
  is('__pkvm_host_wrprotect_guest', 'wrprotect'),
  is('__pkvm_host_test_clear_young_guest', 'test_clear_young'),
  is('__pkvm_host_mkyoung_guest', 'mkyoung'),
  ...excused('it writes a block as its pages, of the same owner; blocks are not specified', '__pkvm_host_split_guest'),
  ...excused("it changes the pc of a VM that is not protected, or of the host's own structure", '__kvm_adjust_pc'),
  is(
    '__kvm_vcpu_run',
    'guest_read',
    'guest_write',
    'guest_fetch',
    'guest_read_pair',
    'guest_atomic',
    'guest_instruction',
    'guest_call',
  ),
  ...excused(
    'it sets the virtual counter of whichever guest runs next: CPU-TIME promises no time',
    '__kvm_timer_set_cntvoff',
  ),
  ...excused(
    'it copies registers of the interrupt controller between the loaded vCPU and the structure of the host',
    '__vgic_v3_save_vmcr_aprs',
    '__vgic_v3_restore_vmcr_aprs',
  ),
  is('__pkvm_init_vm', 'init_vm'),
  is('__pkvm_init_vcpu', 'init_vcpu'),
  is('__pkvm_start_teardown_vm', 'start_teardown_vm'),
  is('__pkvm_finalize_teardown_vm', 'finalize_teardown_vm'),
  is('__pkvm_reclaim_dying_guest_page', 'reclaim_dying_guest_page'),
  ...excused(ofFfa, '__pkvm_reclaim_dying_guest_ffa_resources', '__pkvm_notify_guest_vm_avail'),
  is('__pkvm_vcpu_load', 'vcpu_load'),
  is('__pkvm_vcpu_put', 'vcpu_put'),
  is('__pkvm_vcpu_sync_state', 'vcpu_sync_state'),
  ...excused(
    traced,
    '__pkvm_update_clock_tracing',
    '__pkvm_load_tracing',
    '__pkvm_teardown_tracing',
    '__pkvm_enable_tracing',
    '__pkvm_reset_tracing',
    '__pkvm_swap_reader_tracing',
    '__pkvm_enable_event',
    '__pkvm_selftest_event',
    '__pkvm_sync_ftrace',
    '__pkvm_disable_ftrace',
  ),
  is('__pkvm_tlb_flush_vmid', 'tlb_flush_vmid'),
  ...excused(
    allocator,
    '__pkvm_hyp_alloc_mgt_refill',
    '__pkvm_hyp_alloc_mgt_reclaimable',
    '__pkvm_hyp_alloc_mgt_reclaim',
  ),
  ...excused(domains, '__pkvm_host_iommu_alloc_domain', '__pkvm_host_iommu_free_domain'),
  is('__pkvm_host_iommu_attach_dev', 'iommu_attach'),
  is('__pkvm_host_iommu_detach_dev', 'iommu_detach'),
  is('__pkvm_host_iommu_map_pages', 'iommu_map'),
  is('__pkvm_host_iommu_unmap_pages', 'iommu_unmap'),
  ...excused('it answers which page is mapped, and changes nothing', '__pkvm_host_iommu_iova_to_phys'),
  ...excused(
    'it tells the hypervisor whether a power domain is on, for what it does with the IOMMUs in it',
    '__pkvm_host_hvc_pd',
  ),
  ...excused('it writes down how page tables look, and nothing of what pages hold', '__pkvm_ptdump'),
  ...excused('it maps the pages of a list; one range at a time is specified', '__pkvm_host_iommu_map_sg'),
  ...excused(
    ofDevices,
    '__pkvm_host_donate_hyp_mmio',
    '__pkvm_host_reclaim_hyp_mmio',
    '__pkvm_host_map_guest_mmio',
    '__pkvm_pviommu_attach',
    '__pkvm_pviommu_add_vsid',
  ),
  ...excused('it answers a number, and changes nothing', '__pkvm_host_get_ffa_version'),
];

const passedOn = 'the host does it, as it does SYSTEM_RESET; nothing of the VM changes before';

export const guestCallsOfAndroid16: readonly Hypercall[] = [
  is('VERSION', 'guest_call'),
  is('CALL_UID', 'guest_call'),
  is('FEATURES', 'guest_call'),
  is('MMIO_GUARD_ENROLL', 'guest_mmio_guard_enroll'),
  is('MMIO_GUARD_MAP', 'guest_mmio_guard_map'),
  ...excused('it guards several frames; one at a time is specified', 'MMIO_RGUARD_MAP'),
  is('MMIO_GUARD_UNMAP', 'guest_mmio_guard_unmap'),
  ...excused('like MMIO_GUARD_UNMAP it does nothing', 'MMIO_RGUARD_UNMAP'),
  is('MMIO_GUARD_INFO', 'guest_mmio_guard_info'),
  is('HYP_MEMINFO', 'guest_hyp_meminfo'),
  is('MEM_SHARE', 'guest_mem_share'),
  is('MEM_UNSHARE', 'guest_mem_unshare'),
  is('MEM_RELINQUISH', 'guest_mem_relinquish'),
  ...excused(
    'the firmware answers, and not the host, or NOT_SUPPORTED where it has none: CPU-RANDOM is about other hypervisors',
    'TRNG_VERSION, _FEATURES, _GET_UUID, _RND32 and _RND64',
  ),
  ...excused(
    `${ofDevices}; a VM names an IOMMU domain by its number alone, and half of the numbers are the host's`,
    'PVIOMMU_OP',
  ),
  ...excused(ofDevices, 'DEV_REQ_MMIO', 'DEV_REQ_DMA'),
  ...excused(ofFfa, 'FF-A'),
  is('CPU_ON', 'guest_cpu_on', 'host_fail_cpu_on'),
  is('CPU_OFF', 'guest_cpu_off'),
  is('AFFINITY_INFO', 'guest_call'),
  ...excused('the hypervisor answers a number', 'PSCI_VERSION', 'PSCI_FEATURES'),
  is('SYSTEM_OFF', 'guest_call'),
  is('SYSTEM_RESET', 'guest_call'),
  ...excused(passedOn, 'SYSTEM_RESET2', 'CPU_SUSPEND'),
  is('any other number', 'guest_call'),
];
