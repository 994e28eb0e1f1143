/**
 * Linux 7.3: by which function of EL2 each call is decided, and how its arguments are passed. Functions of
 * `mem_protect.c` that act on a vCPU or a VM are given it by their callers in `hyp-main.c`, which decide the first
 * guards.
 */

export interface Binding {
  /** The declaration, as in `nvhe/mem_protect.h` and `nvhe/pkvm.h`. */
  readonly prototype: string;
  /** The arguments in C, made of the numbers of the call by the conversions that `spec.h` declares. */
  readonly passes: string;
  /** The last guard that the caller decides, or the last effect that it brings about. */
  readonly after?: string;
  /** An error as a negative number, unless it answers otherwise: with nothing, or with a pointer that may be NULL. */
  readonly returns?: 'nothing' | 'pointer';
}

const vcpu = 'loaded_vcpu(this_cpu)';

export const bindings: Readonly<Record<string, Binding>> = {
  host_share_hyp: { prototype: 'int __pkvm_host_share_hyp(u64 pfn)', passes: 'pfn_of(the_page)' },
  host_unshare_hyp: { prototype: 'int __pkvm_host_unshare_hyp(u64 pfn)', passes: 'pfn_of(the_page)' },
  donate_guest: {
    prototype: 'int __pkvm_host_donate_guest(u64 pfn, u64 gfn, struct pkvm_hyp_vcpu *vcpu)',
    passes: `pfn_of(the_page), gfn_of(the_gfn), ${vcpu}`,
    after: 'DONATE-REFILLED',
  },
  share_guest: {
    prototype:
      'int __pkvm_host_share_guest(u64 pfn, u64 gfn, u64 nr_pages, struct pkvm_hyp_vcpu *vcpu, enum kvm_pgtable_prot prot)',
    passes: `pfn_of(the_page), gfn_of(the_gfn), nr_pages_of(the_nr), ${vcpu}, (enum kvm_pgtable_prot)the_prot`,
    after: 'SHARE-GUEST-REFILLED',
  },
  unshare_guest: {
    prototype: 'int __pkvm_host_unshare_guest(u64 gfn, u64 nr_pages, struct pkvm_hyp_vm *hyp_vm)',
    passes: 'gfn_of(the_gfn), nr_pages_of(the_nr), hyp_vm_of(the_vm)',
    after: 'UNSHARE-GUEST-UNPROTECTED',
  },
  relax_perms: {
    prototype: 'int __pkvm_host_relax_perms_guest(u64 gfn, struct pkvm_hyp_vcpu *vcpu, enum kvm_pgtable_prot prot)',
    passes: `gfn_of(the_gfn), ${vcpu}, (enum kvm_pgtable_prot)the_prot`,
    after: 'RELAX-UNPROTECTED',
  },
  wrprotect: {
    prototype: 'int __pkvm_host_wrprotect_guest(u64 gfn, u64 nr_pages, struct pkvm_hyp_vm *hyp_vm)',
    passes: 'gfn_of(the_gfn), nr_pages_of(the_nr), hyp_vm_of(the_vm)',
    after: 'WRPROTECT-UNPROTECTED',
  },
  test_clear_young: {
    prototype: 'int __pkvm_host_test_clear_young_guest(u64 gfn, u64 nr_pages, bool mkold, struct pkvm_hyp_vm *vm)',
    passes: 'gfn_of(the_gfn), nr_pages_of(the_nr), the_mkold, hyp_vm_of(the_vm)',
    after: 'YOUNG-UNPROTECTED',
  },
  mkyoung: {
    prototype: 'int __pkvm_host_mkyoung_guest(u64 gfn, struct pkvm_hyp_vcpu *vcpu)',
    passes: `gfn_of(the_gfn), ${vcpu}`,
    after: 'MKYOUNG-UNPROTECTED',
  },
  vcpu_in_poison_fault: {
    prototype: 'int __pkvm_vcpu_in_poison_fault(struct pkvm_hyp_vcpu *hyp_vcpu)',
    passes: vcpu,
    after: 'POISON-FAULT-LOADED',
  },
  force_reclaim_guest_page: {
    prototype: 'int __pkvm_host_force_reclaim_page_guest(phys_addr_t phys)',
    passes: '(phys_addr_t)pfn_of(the_page) << 12',
  },
  reclaim_dying_guest_page: {
    prototype: 'int __pkvm_reclaim_dying_guest_page(pkvm_handle_t handle, u64 gfn)',
    passes: 'handle_of(the_vm), gfn_of(the_gfn)',
  },
  reserve_vm: { prototype: 'int __pkvm_reserve_vm(void)', passes: '' },
  unreserve_vm: {
    prototype: 'void __pkvm_unreserve_vm(pkvm_handle_t handle)',
    passes: 'handle_of(the_vm)',
    returns: 'nothing',
  },
  init_vm: {
    prototype: 'int __pkvm_init_vm(struct kvm *host_kvm, unsigned long vm_hva, unsigned long pgd_hva)',
    passes:
      'host_kvm_of(the_kvm, the_vm, the_created, the_protected, the_id_regs), hva_of(the_vm_mem, the_vm_mem_fault), hva_of(the_pgd, the_pgd_fault)',
  },
  init_vcpu: {
    prototype: 'int __pkvm_init_vcpu(pkvm_handle_t handle, struct kvm_vcpu *host_vcpu, unsigned long vcpu_hva)',
    passes: 'handle_of(the_vm), host_vcpu_of(the_host_vcpu, the_index), hva_of(the_mem, the_mem_fault)',
  },
  start_teardown_vm: {
    prototype: 'int __pkvm_start_teardown_vm(pkvm_handle_t handle)',
    passes: 'handle_of(the_vm)',
  },
  finalize_teardown_vm: {
    prototype: 'int __pkvm_finalize_teardown_vm(pkvm_handle_t handle)',
    passes: 'handle_of(the_vm)',
  },
  vcpu_load: {
    prototype: 'struct pkvm_hyp_vcpu *pkvm_load_hyp_vcpu(pkvm_handle_t handle, unsigned int vcpu_idx)',
    passes: 'handle_of(the_vm), (unsigned int)the_index',
    returns: 'pointer',
  },
  vcpu_put: {
    prototype: 'void pkvm_put_hyp_vcpu(struct pkvm_hyp_vcpu *hyp_vcpu)',
    passes: vcpu,
    after: 'PUT-LOADED',
    returns: 'nothing',
  },
};

/** What the functions take, where the headers of the kernel are not there. */
export const types = `\
typedef unsigned long long u64;
typedef u64 phys_addr_t;
typedef unsigned short pkvm_handle_t;
struct kvm;
struct kvm_vcpu;
struct pkvm_hyp_vm;
struct pkvm_hyp_vcpu;
enum kvm_pgtable_prot {
  KVM_PGTABLE_PROT_PX = 1,
  KVM_PGTABLE_PROT_UX = 2,
  KVM_PGTABLE_PROT_W = 4,
  KVM_PGTABLE_PROT_R = 8,
};`;

/** From the numbers of the specification to arguments. Whoever brings the hypervisor writes them. */
export const conversions: readonly (readonly [string, string])[] = [
  ['u64 pfn_of(int page)', 'the page frame number'],
  ['u64 gfn_of(int gfn)', 'the guest frame number'],
  ['u64 nr_pages_of(int nr)', 'so many pages; PAGES_OF_BLOCK stands for those of a 2 MiB block'],
  ['pkvm_handle_t handle_of(int vm)', 'the handle of an entry of the VM table; -1 is below, SLOTS beyond it'],
  ['struct pkvm_hyp_vm *hyp_vm_of(int vm)', "the hypervisor's VM in an entry of the VM table"],
  ['struct pkvm_hyp_vcpu *loaded_vcpu(int cpu)', 'the vCPU loaded on a CPU, on which the call then is made'],
  [
    'struct kvm *host_kvm_of(int page, int vm, int vcpus, int is_protected, int has_id_regs)',
    "the host's VM structure from this page on, in which the host has written the rest",
  ],
  ['struct kvm_vcpu *host_vcpu_of(int page, int index)', "the host's vCPU structure, likewise"],
  ['unsigned long hva_of(int page, int is_unaligned)', "the hypervisor's address of a page, or one within it"],
];
