/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
#ifndef PKVM_HOST_H
#define PKVM_HOST_H

/*
 * What a host's kernel can do to protected KVM: hypercalls, calls to the firmware, loads and stores that survive a
 * fault, and the structures of VMs and vCPUs. A module includes it after the macros that say which hypercalls its kernel
 * has (HAVE_<name>), and calls host_setup first. Pages are page frame numbers; a word is a page and an offset in bytes.
 */
#include <linux/arm-smccc.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/kvm_asm.h>

#define MAX_VMS		256
#define MAX_VCPUS	8

/* No module needs all of it. */
#define HOST		static __maybe_unused

extern const u64 guest_stub[], guest_stub_end[], wake_stub[], wake_stub_end[];

/* ---- memory ---------------------------------------------------------------------------------------------------- */

/* The address at which the host sees a page; NULL where its linear map has nothing. */
HOST u64 *page_address_of(u64 page)
{
	if (page >= 1UL << (48 - PAGE_SHIFT) || !pfn_is_map_memory(page))
		return NULL;
	return phys_to_virt(page << PAGE_SHIFT);
}

/* 2^order zeroed pages, aligned to their size: the first page, or 0. They are never freed. */
HOST u64 alloc_block(unsigned int order)
{
	unsigned long pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, order);

	return pages ? virt_to_phys((void *)pages) >> PAGE_SHIFT : 0;
}

HOST bool load(const u64 *from, u64 *value)
{
	return !copy_from_kernel_nofault(value, from, sizeof(*value));
}

HOST noinline bool store(u64 *to, u64 value)
{
	pagefault_disable();
	__put_kernel_nofault(to, &value, u64, fault);
	pagefault_enable();
	return true;
fault:
	pagefault_enable();
	return false;
}

/* Copies whole words as far as the host can reach. */
HOST bool store_all(u64 *to, const void *from, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes / sizeof(u64); i++)
		if (!store(to + i, ((const u64 *)from)[i]))
			return false;
	return true;
}

/* The kernel's own tables forbid stores to its image: a mapping that it makes anew does not. */
HOST bool store_elsewhere(u64 page, u64 offset, u64 value)
{
	struct page *of = pfn_to_page(page);
	u64 *base = vmap(&of, 1, VM_MAP, PAGE_KERNEL);
	bool stored = base && store(base + offset / sizeof(u64), value);

	vunmap(base);
	return stored;
}

/* One word of memory. False if the access faults. */
HOST bool host_read(u64 page, u64 offset, u64 *value)
{
	u64 *base = page_address_of(page);

	return base && load(base + offset / sizeof(u64), value);
}

HOST bool host_write(u64 page, u64 offset, u64 value)
{
	u64 *base = page_address_of(page);

	return base && (store(base + offset / sizeof(u64), value) || store_elsewhere(page, offset, value));
}

/* Writes the code that guests run to a page. */
HOST bool host_load_stub(u64 page)
{
	size_t size = (void *)guest_stub_end - (void *)guest_stub;
	u64 *base = page_address_of(page);

	if (!base || !store_all(base, guest_stub, size))
		return false;
	flush_icache_range((unsigned long)base, (unsigned long)base + size);
	return true;
}

/* ---- calls ----------------------------------------------------------------------------------------------------- */

/*
 * A hypercall by its number, all 64 bits of it (which the kernel's own macros would cut), with x1 to x6. One instruction
 * makes all of them: two CPUs are raced from there.
 */
HOST noinline struct arm_smccc_res hypercall(u64 id, const u64 *x)
{
	u64 first = ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_64, ARM_SMCCC_OWNER_VENDOR_HYP, 0);
	register u64 x0 asm("x0") = first + id;
	register u64 x1 asm("x1") = x[0];
	register u64 x2 asm("x2") = x[1];
	register u64 x3 asm("x3") = x[2];
	register u64 x4 asm("x4") = x[3];
	register u64 x5 asm("x5") = x[4];
	register u64 x6 asm("x6") = x[5];

	asm volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : "r"(x4), "r"(x5), "r"(x6) : "memory");
	return (struct arm_smccc_res){ .a0 = x0, .a1 = x1, .a2 = x2, .a3 = x3 };
}

/* A call to the firmware, which the hypervisor sees first: x0. */
HOST u64 firmware_call(u64 function, u64 argument, bool by_smc_1)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = argument;
	register u64 x2 asm("x2") = 0;
	register u64 x3 asm("x3") = 0;

	if (by_smc_1)
		asm volatile("smc #1" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) :: "memory");
	else
		asm volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) :: "memory");
	return x0;
}

/* ---- the secure world ------------------------------------------------------------------------------------------ */

/* Arm's Firmware Framework (DEN 0077), version 1.1: the host talks to the secure world, and the hypervisor listens. */
#define FFA_CALL(number)	(0x84000000 + (number))
#define FFA_CALL64(number)	(0xc4000000 + (number))
#define FFA_OK			FFA_CALL(0x61)
#define FFA_MORE		FFA_CALL(0x7a)

/*
 * The buffer through which descriptors go to the hypervisor; NULL where there is no secure world. Where the host has no
 * mailbox it is the one of the start.
 */
static u32 *ffa_tx, *own_tx;

/*
 * What memory was passed on, and the handle by which it is taken back; a message may name a spare block as well. Behind
 * these lie the buffers of the start, and a page that is shared with the hypervisor, below which one is the host's alone.
 */
#define PASSED_ON	64
#define SPARE_ORDER	1
#define SPARES		(PASSED_ON << SPARE_ORDER)
enum behind_spares { SPARE_TX = SPARES, SPARE_RX, SPARE_OWNED, SPARE_SHARED };
static struct passed_on {
	u64 page, handle;
} passed_on[PASSED_ON];
static u64 spare_pages;

HOST struct arm_smccc_res smc(u64 function, u64 x1, u64 x2, u64 x3, u64 x4)
{
	struct arm_smccc_res result;

	arm_smccc_smc(function, x1, x2, x3, x4, 0, 0, 0, &result);
	return result;
}

/* What an FF-A call answers beside what it was asked for: 0, or the number of an error. */
HOST s64 ffa_error(struct arm_smccc_res result)
{
	return (u32)result.a0 == FFA_OK ? 0 : (s32)result.a2;
}

/* The host's mailbox is made of buffers of so many pages: 0, or an error. */
HOST s64 ffa_map(u64 tx, u64 rx, u64 pages)
{
	s64 error = ffa_error(smc(FFA_CALL64(0x66), tx, rx, pages, 0));

	if (!error)
		ffa_tx = phys_to_virt(tx);
	return error;
}

/* The mailbox of a caller is taken away: the same. */
HOST s64 ffa_unmap(u64 caller)
{
	s64 error = ffa_error(smc(FFA_CALL(0x67), caller, 0, 0, 0));

	if (!error)
		ffa_tx = own_tx;
	return error;
}

/* Agrees on a version, and names the buffers. */
HOST void ffa_setup(void)
{
	if ((s32)smc(FFA_CALL(0x63), 0x10001, 0, 0, 0).a0 < 0)
		return;
	spare_pages = alloc_block(ilog2(SPARES) + 1);
	if (!spare_pages)
		return;
	hypercall(__KVM_HOST_SMCCC_FUNC___pkvm_host_share_hyp, (u64[6]){ spare_pages + SPARE_SHARED });
	own_tx = phys_to_virt((spare_pages + SPARE_TX) << PAGE_SHIFT);
	ffa_map((spare_pages + SPARE_TX) << PAGE_SHIFT, (spare_pages + SPARE_RX) << PAGE_SHIFT, 1);
}

/* What else a message names: nothing, a spare block of pages, or what is not the host's to pass on. */
enum ffa_rest { FFA_NOTHING, FFA_SPARE, FFA_THE_SAME, FFA_OWNED, FFA_SHARED, FFA_LAST_PAGE };

/*
 * What a message says: lengths, reserved arguments, one word of the descriptor by its place in bytes, and a second range,
 * perhaps in a fragment of its own (1), or in one that is sent without a message (2).
 */
struct ffa_message {
	u64 length, fragment, x3, x4, at, word, rest, rest_pages, apart;
};

/* The page number without what a physical address has no bits for. */
HOST u64 ffa_page(u64 page)
{
	return page & ((1UL << (64 - PAGE_SHIFT)) - 1);
}

/* What is known of a page that was passed on, or room for that; NULL where there is none left. */
HOST struct passed_on *passed_on_of(u64 page)
{
	struct passed_on *one;

	for (one = passed_on; one < passed_on + PASSED_ON; one++)
		if (!one->page || one->page == ffa_page(page))
			return one;
	return NULL;
}

/* One range of a descriptor. */
HOST void ffa_range(u32 *at, u64 address, u32 pages)
{
	at[0] = address;
	at[1] = address >> 32;
	at[2] = pages;
	at[3] = 0;
}

HOST void ffa_second_range(u32 *at, u64 page, const struct passed_on *one, struct ffa_message message)
{
	u64 first[] = {
		[FFA_SPARE] = spare_pages + ((one - passed_on) << SPARE_ORDER),
		[FFA_THE_SAME] = page,
		[FFA_OWNED] = spare_pages + SPARE_OWNED,
		[FFA_SHARED] = spare_pages + SPARE_SHARED,
		[FFA_LAST_PAGE] = ffa_page(~0UL),
	};

	ffa_range(at, first[message.rest] << PAGE_SHIFT, message.rest_pages);
}

/* What a message is written into first, and what the host has in its buffer otherwise: that page may have other uses. */
static u32 ffa_message_words[PAGE_SIZE / sizeof(u32)], ffa_kept_words[PAGE_SIZE / sizeof(u32)];

/* Writes the words of a message, or those that were there, to the buffer. False where the host does not reach it. */
HOST bool ffa_fill(const u32 *words)
{
	return store_all((u64 *)ffa_tx, words, PAGE_SIZE);
}

/*
 * The descriptor is a header (48 bytes), one endpoint (16), how many ranges there are (16), one range of one page (16),
 * and perhaps another (16).
 */
HOST void ffa_describe(u32 *to, u64 page, u64 offset, const struct passed_on *one, struct ffa_message message)
{
	to[6] = 16;			/* the size of an endpoint, */
	to[7] = 1;			/* how many there are, */
	to[8] = 48;			/* and where */
	to[12] = 0x8001 | 2 << 16;	/* a partition that reads and writes */
	to[13] = 64;			/* where the ranges are described: */
	to[16] = 1 + message.rest_pages;	/* pages in all, */
	to[17] = 1 + !!message.rest;	/* and ranges */
	ffa_range(to + 20, (page << PAGE_SHIFT) + offset, 1);
	if (message.rest && !message.apart)
		ffa_second_range(to + 24, page, one, message);
	if (message.at < PAGE_SIZE)
		to[message.at / sizeof(u32)] = message.word;
}

/* Sends a message whose descriptor is given, and what follows it. */
HOST struct arm_smccc_res ffa_send(u64 function, u64 page, const struct passed_on *one, struct ffa_message message)
{
	struct arm_smccc_res result;

	if (message.apart == 2)
		return smc(FFA_CALL(0x7b), ~0U, ~0U, 16, 0);
	result = smc(FFA_CALL64(function), message.length, message.fragment, message.x3, message.x4);
	if (message.apart && (u32)result.a0 == FFA_MORE) {
		ffa_second_range(ffa_message_words, page, one, message);
		ffa_fill(ffa_message_words);
		result = smc(FFA_CALL(0x7b), result.a1, result.a2, 16, 0);
	}
	return result;
}

/* Shares a page with the secure world (0x73) or lends it (0x72). */
HOST s64 ffa_pass(u64 function, u64 page, u64 offset, struct ffa_message message)
{
	struct passed_on *one = passed_on_of(page);
	struct arm_smccc_res result;

	if (!ffa_tx || !one || message.rest > FFA_LAST_PAGE)
		return -1;
	memset(ffa_message_words, 0, PAGE_SIZE);
	if (message.apart == 2)
		ffa_second_range(ffa_message_words, page, one, message);
	else
		ffa_describe(ffa_message_words, page, offset, one, message);
	if (copy_from_kernel_nofault(ffa_kept_words, ffa_tx, PAGE_SIZE) || !ffa_fill(ffa_message_words))
		return -1;
	result = ffa_send(function, page, one, message);
	ffa_fill(ffa_kept_words);
	if (!ffa_error(result))
		*one = (struct passed_on){ .page = ffa_page(page), .handle = (u32)result.a2 | result.a3 << 32 };
	return ffa_error(result);
}

/* Takes a page back, by the last handle that there was for it, even if that was used; by none if there was none. */
HOST s64 ffa_take_back(u64 page)
{
	struct passed_on *one = passed_on_of(page);
	u64 handle = one && one->page ? one->handle : ~0ULL;

	return ffa_error(smc(FFA_CALL(0x77), (u32)handle, handle >> 32, 0, 0));
}

/* What the secure world is to do at an address: read a word (1), write it (2), or give the page back (3). */
HOST struct arm_smccc_res secure_world(u64 function, u64 page, u64 offset, u64 value)
{
	return smc(0xc2000000 + function, (page << PAGE_SHIFT) + offset, value, 0, 0);
}

/*
 * PSCI's CPU_SUSPEND to a state in which the CPU loses all that it has, and to wake at code of the host's own: CurrentEL
 * as that code has read it, or an error. `hint`: 0x10000 for a number with the SVE hint.
 */
HOST s64 sleep_and_wake(u64 hint)
{
	u64 page = alloc_block(0);
	u64 *entry = page ? page_address_of(page) : NULL;

	if (!entry || !store_all(entry, wake_stub, (void *)wake_stub_end - (void *)wake_stub))
		return -1;
	flush_icache_range((unsigned long)entry, (unsigned long)entry + PAGE_SIZE);
	return smc(0xc4000001 + hint, 1 << 16, page << PAGE_SHIFT, 0, 0).a0;
}

#ifdef HAVE___pkvm_init_vm
/* ---- VMs ------------------------------------------------------------------------------------------------------- */

/* The VMs that exist, and the host's structures for them and their vCPUs. */
static struct vm {
	u64 handle;
	struct kvm *kvm;
	struct kvm_vcpu *vcpus[MAX_VCPUS];
} vms[MAX_VMS];

/* As the hypervisor does, it looks at no more of a register than a handle has. */
HOST struct vm *vm_of(pkvm_handle_t handle)
{
	struct vm *vm;

	for (vm = vms; vm < vms + MAX_VMS; vm++)
		if (vm->kvm && vm->handle == handle)
			return vm;
	return NULL;
}

HOST bool is_used(const void *structure)
{
	struct vm *vm;
	int i;

	for (vm = vms; vm < vms + MAX_VMS; vm++) {
		if (vm->kvm && vm->kvm == structure)
			return true;
		for (i = 0; i < MAX_VCPUS; i++)
			if (vm->kvm && vm->vcpus[i] == structure)
				return true;
	}
	return false;
}

/* Copies that are filled in and then stored where the host says; the last one belongs to no VM. */
static struct kvm *kvm_form;
static struct kvm_vcpu *vcpu_form, *vcpu_of_nobody;

/* What the host's structure of a VM says. */
struct vm_spec {
	u64 handle, vcpus;
	bool is_protected, has_id_regs;
};

/* Fills the structure of a VM at page `at`, which must be memory, and makes the VM; its memory are addresses. */
HOST struct arm_smccc_res init_vm(u64 id, u64 at, struct vm_spec spec, u64 vm_address, u64 pgd_address)
{
	struct kvm *kvm = (struct kvm *)page_address_of(at);
	struct arm_smccc_res result;
	struct vm *vm;

	if (!is_used(kvm)) {
		/* Whatever else the host has written there stays: the hypervisor reads some of it. */
		if (copy_from_kernel_nofault(kvm_form, kvm, sizeof(*kvm_form)))
			memset(kvm_form, 0, sizeof(*kvm_form));
		kvm_form->created_vcpus = spec.vcpus;
#ifdef HAVE___pkvm_reserve_vm
		kvm_form->arch.pkvm.handle = spec.handle;
		kvm_form->arch.pkvm.is_protected = spec.is_protected;
		kvm_form->arch.flags = spec.has_id_regs ? BIT(KVM_ARCH_FLAG_ID_REGS_INITIALIZED) : 0;
		bitmap_zero(kvm_form->arch.vcpu_features, KVM_VCPU_MAX_FEATURES);
#endif
		store_all((u64 *)kvm, kvm_form, sizeof(*kvm_form));
	}
	result = hypercall(id, (u64[6]){ (u64)kvm, (u64)phys_to_virt(vm_address), (u64)phys_to_virt(pgd_address) });
	if (result.a0 || (s64)result.a1 < 0)
		return result;
	for (vm = vms; vm < vms + MAX_VMS; vm++)
		if (!vm->kvm)
			break;
	if (vm < vms + MAX_VMS)
		*vm = (struct vm){ .handle = result.a1 ?: spec.handle, .kvm = kvm };
	return result;
}

/* The same for a vCPU; what lies at an index of MAX_VCPUS or above is not kept. */
HOST struct arm_smccc_res init_vcpu(u64 id, u64 handle, u64 at, u64 index, u64 vcpu_address)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)page_address_of(at);
	struct arm_smccc_res result;
	struct vm *vm = vm_of(handle);

	if (!is_used(vcpu)) {
		memset(vcpu_form, 0, sizeof(*vcpu_form));
		vcpu_form->vcpu_id = index;
		vcpu_form->vcpu_idx = index;
		vcpu_form->kvm = vm ? vm->kvm : NULL;
		store_all((u64 *)vcpu, vcpu_form, sizeof(*vcpu_form));
	}
	result = hypercall(id, (u64[6]){ handle, (u64)vcpu, (u64)phys_to_virt(vcpu_address) });
	if (!result.a0 && !result.a1 && vm && index < MAX_VCPUS)
		vm->vcpus[index] = vcpu;
	return result;
}

/* Empties a list of pages that the hypervisor returned, and says how many it added to those that it found. */
HOST u64 drain(struct kvm_hyp_memcache *list, u64 before)
{
	u64 pages = list->nr_pages - before;

	list->nr_pages = 0;
	list->head = 0;
	return pages;
}

/* The end of a VM, and how many pages came back. */
struct finalized {
	struct arm_smccc_res result;
	u64 structures, stage2;
};

HOST struct finalized finalize(u64 id, u64 handle)
{
	struct vm *vm = vm_of(handle);
	struct finalized end = {};

	end.structures = vm ? vm->kvm->arch.pkvm.teardown_mc.nr_pages : 0;
#ifdef HAVE___pkvm_reserve_vm
	end.stage2 = vm ? vm->kvm->arch.pkvm.stage2_teardown_mc.nr_pages : 0;
#endif
	end.result = hypercall(id, (u64[6]){ handle });
	if (vm && !end.result.a0 && !end.result.a1) {
		end.structures = drain(&vm->kvm->arch.pkvm.teardown_mc, end.structures);
#ifdef HAVE___pkvm_reserve_vm
		end.stage2 = drain(&vm->kvm->arch.pkvm.stage2_teardown_mc, end.stage2);
#endif
		*vm = (struct vm){};
	}
	return end;
}
#endif /* HAVE___pkvm_init_vm */

#ifdef HAVE___pkvm_vcpu_load
/* ---- guests ---------------------------------------------------------------------------------------------------- */

HOST struct kvm_vcpu *vcpu_of(u64 handle, u64 index)
{
	struct vm *vm = vm_of(handle);

	return vm && index < MAX_VCPUS ? vm->vcpus[index] : NULL;
}

/* Puts pages on the host's list of a vCPU, which must exist. False if one of them cannot be reached. */
HOST bool topup(struct kvm_vcpu *vcpu, u64 first, u64 count)
{
	struct kvm_hyp_memcache *list = &vcpu->arch.pkvm_memcache;
	u64 i, *page, word;

	for (i = 0; i < count; i++) {
		page = page_address_of(first + i);
		if (!page || !load(page, &word) || !store(page, word))
			return false;
	}
	for (i = 0; i < count; i++) {
		page = page_address_of(first + i);
		store(page, list->head);
		/* A link leads to a page wherever in the page it points: every other one not to its start. */
		list->head = virt_to_phys(page) + (i % 2) * sizeof(u64);
		list->nr_pages++;
	}
	return true;
}

/* Registers that the guest's code complements, x23 after it took what d0 holds; x3 is an argument of its calls. */
HOST bool is_complemented(int reg, bool calls)
{
	return reg >= (calls ? 4 : 3) && reg <= 30 && !(reg >= 20 && reg <= 22);
}

/* d0 of the host. */
HOST u64 host_fp(void)
{
	u64 value;

	asm volatile(".arch_extension fp\n\tfmov %0, d0" : "=r"(value));
	return value;
}

HOST void set_host_fp(u64 value)
{
	asm volatile(".arch_extension fp\n\tfmov d0, %0" : : "r"(value));
}

/* How a guest enters its code (see stub.S), and how it left. */
struct entry {
	u64 pc, x0, x1, x2, x21, x22;
};
struct guest_exit {
	u64 x1, esr, hpfar, pc, x20, x21;
};

/*
 * Enters a vCPU. What a guest computes depends on all of its registers: those that its code has no other use for are
 * filled before an entry, and whatever of them, or of the host's d0, is not as it has to be behind the exit changes x20
 * and x21. `sync` is the hypercall that brings the state of a protected vCPU to the host, 0 where there is none.
 */
HOST struct guest_exit enter_guest(u64 id, u64 sync, u64 handle, u64 index, struct entry entry)
{
	static u64 fill;
	struct kvm_vcpu *vcpu = vcpu_of(handle, index) ?: vcpu_of_nobody;
	struct kvm_cpu_context *context = &vcpu->arch.ctxt;
	bool calls = entry.x0;
	struct arm_smccc_res result;
	__uint128_t host_q0;
	unsigned long flags;
	u64 lost = 0;
	int tries, i;

	fill += 0x9e3779b97f4a7c15;
	for (i = 0; i <= 30; i++)
		if (is_complemented(i, calls))
			context->regs.regs[i] = fill * (2 * i + 1);
	context->fp_regs.vregs[0] = context->regs.regs[23];
	ctxt_sys_reg(context, CPACR_EL1) = 3 << 20;

	context->regs.pc = entry.pc;
	context->regs.pstate = PSR_MODE_EL1h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
	context->regs.regs[0] = entry.x0;
	context->regs.regs[1] = entry.x1;
	context->regs.regs[2] = entry.x2;
	if (calls)
		context->regs.regs[3] = 0;
	context->regs.regs[20] = 0;
	context->regs.regs[21] = entry.x21;
	context->regs.regs[22] = entry.x22;
	/*
	 * Exceptions of the guest lead into its code, and a wait for an interrupt ends the run: nothing is pending. Accesses
	 * to registers of caches, debugging and performance monitors trap, as far as that is the host's to say.
	 */
	context->sys_regs[VBAR_EL1] = entry.pc & PAGE_MASK;
	vcpu->arch.hcr_el2 = (vcpu->arch.hcr_el2 & ~(HCR_VSE | HCR_VI | HCR_VF)) | HCR_TWI | HCR_TID2;
	vcpu->arch.mdcr_el2 |= MDCR_EL2_TDA | MDCR_EL2_TPM | MDCR_EL2_TPMCR;
#ifdef PKVM_HOST_STATE_DIRTY
	vcpu_set_flag(vcpu, PKVM_HOST_STATE_DIRTY);
#endif
	/* An interrupt of the host's takes the guest out; it is entered again. */
	for (tries = 0; tries < 100; tries++) {
		local_irq_save(flags);
		asm volatile(".arch_extension fp\n\tstr q0, %0" : "=Q"(host_q0));
		set_host_fp(~fill);
		result = hypercall(id, (u64[6]){ (u64)vcpu });
		lost |= host_fp() ^ ~fill;
		asm volatile(".arch_extension fp\n\tldr q0, %0" : : "Q"(host_q0));
		local_irq_restore(flags);
		if (result.a0 || (s64)result.a1 < 0 || ARM_EXCEPTION_CODE(result.a1) != ARM_EXCEPTION_IRQ)
			break;
#ifdef PKVM_HOST_STATE_DIRTY
		/* Of a VM that is not protected the hypervisor has kept the registers: those here are older. */
		vcpu_clear_flag(vcpu, PKVM_HOST_STATE_DIRTY);
#endif
	}
	if (sync)
		hypercall(sync, (u64[6]){});
	for (i = 0; i <= 30; i++)
		if (is_complemented(i, calls))
			lost |= context->regs.regs[i] ^ ~(fill * (2 * i + 1));
	return (struct guest_exit){
		.x1 = result.a0 ? ~0ULL : (u64)result.a1,
		.esr = vcpu->arch.fault.esr_el2,
		.hpfar = vcpu->arch.fault.hpfar_el2,
		.pc = context->regs.pc,
		.x20 = context->regs.regs[20] ^ lost,
		.x21 = context->regs.regs[21] ^ lost,
	};
}
#endif /* HAVE___pkvm_vcpu_load */

HOST int host_setup(void)
{
#ifdef HAVE___pkvm_init_vm
	kvm_form = kzalloc(sizeof(*kvm_form), GFP_KERNEL);
	vcpu_form = kzalloc(sizeof(*vcpu_form), GFP_KERNEL);
	vcpu_of_nobody = kzalloc(sizeof(*vcpu_of_nobody), GFP_KERNEL);
	if (!kvm_form || !vcpu_form || !vcpu_of_nobody)
		return -ENOMEM;
#endif
	ffa_setup();
	return 0;
}

#endif /* PKVM_HOST_H */
