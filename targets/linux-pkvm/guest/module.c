// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0
/*
 * The host's side of the target: /dev/pkvm-target takes one request a line and answers one line for each. Requests are
 * a word and numbers in hexadecimal without prefix, or with `@` where the address at which the host sees that place in
 * memory is meant; answers are numbers, `ok`, `fault` (the access faulted), or a line that starts with `?` and says what
 * is wrong with the request. No request can do more than a host kernel can: issue
 * hypercalls, and load and store through accessors that survive a fault.
 *
 *   info                                                     sizes, and the number of every hypercall
 *   alloc order                                              2^order zeroed pages: the first page's number
 *   call id [x1..x6]                                         a hypercall: x0 x1
 *   smc number argument immediate                            a call to the firmware: x0
 *   load page offset | store page offset value | stub page   one word of memory; the code that guests run
 *   init_vm id kvm handle vcpus protected idregs vm pgd      fills the VM structure, then calls: x0 x1
 *   init_vcpu id handle vcpu index mem                       fills the vCPU structure, then calls: x0 x1
 *   topup handle index first count                           pages for the host's list of a vCPU: its length
 *   list id x1..x4                                           a hypercall that may take pages off such a list:
 *                                                            x0 x1 and, if a list changed, its length
 *   run id sync handle index pc x0 x1 x2 x21 x22             enters a vCPU: x1 esr hpfar pc x20 x21
 *   finalize id handle                                       x0 x1, pages returned (structures, stage 2)
 */
#include <linux/arm-smccc.h>
#include <linux/fs.h>
#include <linux/kvm_host.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/kvm_asm.h>

/* The hypervisor's own structures: in a kernel's source tree, not in a package of headers. */
#if __has_include(<nvhe/pkvm.h>)
#include <nvhe/pkvm.h>
#endif

#include "hypercalls.h"

#define BUFFER_SIZE	65536
#define MAX_ARGS	12
#define MAX_VMS		256
#define MAX_VCPUS	8

extern const u64 guest_stub[], guest_stub_end[];

static char *requests, *answers;
static size_t answered;
static DEFINE_MUTEX(busy);

#define answer(...) (answered += scnprintf(answers + answered, BUFFER_SIZE - answered, __VA_ARGS__))

/* ---- memory ---------------------------------------------------------------------------------------------------- */

/* The address at which the host sees a page; NULL where its linear map has nothing. */
static u64 *page_address_of(u64 page)
{
	if (page >= 1UL << (48 - PAGE_SHIFT) || !pfn_is_map_memory(page))
		return NULL;
	return phys_to_virt(page << PAGE_SHIFT);
}

static bool load(const u64 *from, u64 *value)
{
	return !copy_from_kernel_nofault(value, from, sizeof(*value));
}

static noinline bool store(u64 *to, u64 value)
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
static bool store_all(u64 *to, const void *from, size_t bytes)
{
	size_t i;

	for (i = 0; i < bytes / sizeof(u64); i++)
		if (!store(to + i, ((const u64 *)from)[i]))
			return false;
	return true;
}

static void do_alloc(const u64 *a)
{
	unsigned long pages;

	if (a[0] > 10) {
		answer("?at most 2^10 pages\n");
		return;
	}
	pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, a[0]);
	if (!pages)
		answer("?no memory left\n");
	else
		answer("%llx\n", (u64)virt_to_phys((void *)pages) >> PAGE_SHIFT);
}

/* The word that a request names, or NULL after an answer was given. */
static u64 *word_at(u64 page, u64 offset)
{
	u64 *base = page_address_of(page);

	if (offset >= PAGE_SIZE || offset % sizeof(u64)) {
		answer("?no word of a page\n");
		return NULL;
	}
	if (!base) {
		answer("fault\n");
		return NULL;
	}
	return base + offset / sizeof(u64);
}

static void do_load(const u64 *a)
{
	u64 *word = word_at(a[0], a[1]), value;

	if (!word)
		return;
	if (load(word, &value))
		answer("%llx\n", value);
	else
		answer("fault\n");
}

/* The kernel's own tables forbid stores to its image: a mapping that it makes anew does not. */
static bool store_elsewhere(u64 page, u64 offset, u64 value)
{
	struct page *of = pfn_to_page(page);
	u64 *base = vmap(&of, 1, VM_MAP, PAGE_KERNEL);
	bool stored = base && store(base + offset / sizeof(u64), value);

	vunmap(base);
	return stored;
}

static void do_store(const u64 *a)
{
	u64 *word = word_at(a[0], a[1]);

	if (word)
		answer(store(word, a[2]) || store_elsewhere(a[0], a[1], a[2]) ? "ok\n" : "fault\n");
}

static void do_stub(const u64 *a)
{
	u64 *page = word_at(a[0], 0);
	size_t size = (void *)guest_stub_end - (void *)guest_stub;

	if (!page)
		return;
	if (!store_all(page, guest_stub, size)) {
		answer("fault\n");
		return;
	}
	flush_icache_range((unsigned long)page, (unsigned long)page + size);
	answer("ok\n");
}

/* ---- hypercalls ------------------------------------------------------------------------------------------------ */

static struct arm_smccc_res hypercall(u64 id, const u64 *x)
{
	struct arm_smccc_res result;
	u64 function = ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_64, ARM_SMCCC_OWNER_VENDOR_HYP, id);

	arm_smccc_1_1_hvc(function, x[0], x[1], x[2], x[3], x[4], x[5], &result);
	return result;
}

static void do_call(const u64 *a)
{
	struct arm_smccc_res result = hypercall(a[0], a + 1);

	answer("%lx %lx\n", result.a0, result.a1);
}

/* A call to the firmware, which the hypervisor sees first: function number, argument, immediate. */
static void do_smc(const u64 *a)
{
	register u64 x0 asm("x0") = a[0];
	register u64 x1 asm("x1") = a[1];
	register u64 x2 asm("x2") = 0;
	register u64 x3 asm("x3") = 0;

	if (a[2])
		asm volatile("smc #1" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) :: "memory");
	else
		asm volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) :: "memory");
	answer("%llx\n", x0);
}

static void do_info(const u64 *a)
{
	answer("kvm=%zx vcpu=%zx", sizeof(struct kvm), sizeof(struct kvm_vcpu));
#ifdef __ARM64_KVM_NVHE_PKVM_H__
	answer(" hyp_vm=%zx hyp_vcpu=%zx", sizeof(struct pkvm_hyp_vm), sizeof(struct pkvm_hyp_vcpu));
#endif
#define HYPERCALL(name) answer(" " #name "=%x", (unsigned int)__KVM_HOST_SMCCC_FUNC_##name);
	HYPERCALLS
#undef HYPERCALL
	answer("\n");
}

#ifdef HAVE___pkvm_init_vm
/* ---- VMs ------------------------------------------------------------------------------------------------------- */

/* The VMs that exist, and the host's structures for them and their vCPUs. */
static struct vm {
	u64 handle;
	struct kvm *kvm;
	struct kvm_vcpu *vcpus[MAX_VCPUS];
} vms[MAX_VMS];

static struct vm *vm_of(u64 handle)
{
	struct vm *vm;

	for (vm = vms; vm < vms + MAX_VMS; vm++)
		if (vm->kvm && vm->handle == handle)
			return vm;
	return NULL;
}

static bool is_used(const void *structure)
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

static void do_init_vm(const u64 *a)
{
	struct kvm *kvm = (struct kvm *)page_address_of(a[1]);
	struct arm_smccc_res result;
	struct vm *vm;
	u64 handle;

	if (!kvm) {
		answer("?the VM structure must lie in memory\n");
		return;
	}
	if (!is_used(kvm)) {
		/* Whatever else the host has written there stays: the hypervisor reads some of it. */
		if (copy_from_kernel_nofault(kvm_form, kvm, sizeof(*kvm_form)))
			memset(kvm_form, 0, sizeof(*kvm_form));
		kvm_form->created_vcpus = a[3];
#ifdef HAVE___pkvm_reserve_vm
		kvm_form->arch.pkvm.handle = a[2];
		kvm_form->arch.pkvm.is_protected = a[4];
		kvm_form->arch.flags = a[5] ? BIT(KVM_ARCH_FLAG_ID_REGS_INITIALIZED) : 0;
		bitmap_zero(kvm_form->arch.vcpu_features, KVM_VCPU_MAX_FEATURES);
#endif
		store_all((u64 *)kvm, kvm_form, sizeof(*kvm_form));
	}
	result = hypercall(a[0], (u64[6]){ (u64)kvm, (u64)phys_to_virt(a[6]), (u64)phys_to_virt(a[7]) });
	handle = result.a1 ?: a[2];
	if (!result.a0 && (s64)result.a1 >= 0) {
		for (vm = vms; vm < vms + MAX_VMS; vm++)
			if (!vm->kvm)
				break;
		if (vm < vms + MAX_VMS)
			*vm = (struct vm){ .handle = handle, .kvm = kvm };
	}
	answer("%lx %lx\n", result.a0, result.a1);
}

static void do_init_vcpu(const u64 *a)
{
	struct kvm_vcpu *vcpu = (struct kvm_vcpu *)page_address_of(a[2]);
	struct arm_smccc_res result;
	struct vm *vm = vm_of(a[1]);

	if (!vcpu || a[3] >= MAX_VCPUS) {
		answer("?the vCPU structure must lie in memory, its index below %d\n", MAX_VCPUS);
		return;
	}
	if (!is_used(vcpu)) {
		memset(vcpu_form, 0, sizeof(*vcpu_form));
		vcpu_form->vcpu_id = a[3];
		vcpu_form->vcpu_idx = a[3];
		vcpu_form->kvm = vm ? vm->kvm : NULL;
		store_all((u64 *)vcpu, vcpu_form, sizeof(*vcpu_form));
	}
	result = hypercall(a[0], (u64[6]){ a[1], (u64)vcpu, (u64)phys_to_virt(a[4]) });
	if (!result.a0 && !result.a1 && vm)
		vm->vcpus[a[3]] = vcpu;
	answer("%lx %lx\n", result.a0, result.a1);
}

/* Empties a list of pages that the hypervisor returned, and says how many it added to those that it found. */
static u64 drain(struct kvm_hyp_memcache *list, u64 before)
{
	u64 pages = list->nr_pages - before;

	list->nr_pages = 0;
	list->head = 0;
	return pages;
}

static void do_finalize(const u64 *a)
{
	struct vm *vm = vm_of(a[1]);
	u64 structures = vm ? vm->kvm->arch.pkvm.teardown_mc.nr_pages : 0, stage2 = 0;
	struct arm_smccc_res result;

#ifdef HAVE___pkvm_reserve_vm
	stage2 = vm ? vm->kvm->arch.pkvm.stage2_teardown_mc.nr_pages : 0;
#endif
	result = hypercall(a[0], a + 1);
	if (vm && !result.a0 && !result.a1) {
		structures = drain(&vm->kvm->arch.pkvm.teardown_mc, structures);
#ifdef HAVE___pkvm_reserve_vm
		stage2 = drain(&vm->kvm->arch.pkvm.stage2_teardown_mc, stage2);
#endif
		*vm = (struct vm){};
	}
	answer("%lx %lx %llx %llx\n", result.a0, result.a1, structures, stage2);
}
#endif /* HAVE___pkvm_init_vm */

#ifdef HAVE___pkvm_vcpu_load
/* ---- guests ---------------------------------------------------------------------------------------------------- */

static struct kvm_vcpu *vcpu_of(u64 handle, u64 index)
{
	struct vm *vm = vm_of(handle);

	return vm && index < MAX_VCPUS ? vm->vcpus[index] : NULL;
}

static void do_topup(const u64 *a)
{
	struct kvm_vcpu *vcpu = vcpu_of(a[0], a[1]);
	struct kvm_hyp_memcache *list;
	u64 i, *page, word;

	if (!vcpu || a[3] > 512) {
		answer("?no such vCPU, or too many pages\n");
		return;
	}
	for (i = 0; i < a[3]; i++) {
		page = page_address_of(a[2] + i);
		if (!page || !load(page, &word) || !store(page, word)) {
			answer("fault\n");
			return;
		}
	}
	list = &vcpu->arch.pkvm_memcache;
	for (i = 0; i < a[3]; i++) {
		page = page_address_of(a[2] + i);
		store(page, list->head);
		/* A link leads to a page wherever in the page it points: every other one not to its start. */
		list->head = virt_to_phys(page) + (i % 2) * sizeof(u64);
		list->nr_pages++;
	}
	answer("%lx\n", list->nr_pages);
}

static void do_list(const u64 *a)
{
	static u64 before[MAX_VMS][MAX_VCPUS];
	struct arm_smccc_res result;
	int v, i;

	for (v = 0; v < MAX_VMS; v++)
		for (i = 0; vms[v].kvm && i < MAX_VCPUS; i++)
			if (vms[v].vcpus[i])
				before[v][i] = vms[v].vcpus[i]->arch.pkvm_memcache.nr_pages;
	result = hypercall(a[0], a + 1);
	answer("%lx %lx", result.a0, result.a1);
	for (v = 0; v < MAX_VMS; v++)
		for (i = 0; vms[v].kvm && i < MAX_VCPUS; i++)
			if (vms[v].vcpus[i] && vms[v].vcpus[i]->arch.pkvm_memcache.nr_pages != before[v][i])
				answer(" %lx", vms[v].vcpus[i]->arch.pkvm_memcache.nr_pages);
	answer("\n");
}

/* Registers that the guest's code complements, x23 after it took what d0 holds; x3 is an argument of its calls. */
static bool is_complemented(int reg, bool calls)
{
	return reg >= (calls ? 4 : 3) && reg <= 30 && !(reg >= 20 && reg <= 22);
}

/* d0 of the host. */
static u64 host_fp(void)
{
	u64 value;

	asm volatile(".arch_extension fp\n\tfmov %0, d0" : "=r"(value));
	return value;
}

static void set_host_fp(u64 value)
{
	asm volatile(".arch_extension fp\n\tfmov d0, %0" : : "r"(value));
}

/*
 * What a guest computes depends on all of its registers: those that its code has no other use for are filled before an
 * entry, and whatever of them, or of the host's d0, is not as it has to be behind the exit changes x20 and x21.
 */
static void do_run(const u64 *a)
{
	static u64 fill;
	struct kvm_vcpu *vcpu = vcpu_of(a[2], a[3]) ?: vcpu_of_nobody;
	struct kvm_cpu_context *context = &vcpu->arch.ctxt;
	bool calls = a[5];
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

	context->regs.pc = a[4];
	context->regs.pstate = PSR_MODE_EL1h | PSR_D_BIT | PSR_A_BIT | PSR_I_BIT | PSR_F_BIT;
	context->regs.regs[0] = a[5];
	context->regs.regs[1] = a[6];
	context->regs.regs[2] = a[7];
	if (calls)
		context->regs.regs[3] = 0;
	context->regs.regs[20] = 0;
	context->regs.regs[21] = a[8];
	context->regs.regs[22] = a[9];
	/* Exceptions of the guest lead into its code, and a wait for an interrupt ends the run. */
	context->sys_regs[VBAR_EL1] = a[4] & PAGE_MASK;
	vcpu->arch.hcr_el2 |= HCR_TWI;
#ifdef PKVM_HOST_STATE_DIRTY
	vcpu_set_flag(vcpu, PKVM_HOST_STATE_DIRTY);
#endif
	/* An interrupt of the host's takes the guest out; it is entered again. */
	for (tries = 0; tries < 100; tries++) {
		local_irq_save(flags);
		asm volatile(".arch_extension fp\n\tstr q0, %0" : "=Q"(host_q0));
		set_host_fp(~fill);
		result = hypercall(a[0], (u64[6]){ (u64)vcpu });
		lost |= host_fp() ^ ~fill;
		asm volatile(".arch_extension fp\n\tldr q0, %0" : : "Q"(host_q0));
		local_irq_restore(flags);
		if (result.a0 || (s64)result.a1 < 0 || ARM_EXCEPTION_CODE(result.a1) != ARM_EXCEPTION_IRQ)
			break;
	}
	if (a[1])
		hypercall(a[1], (u64[6]){});
	for (i = 0; i <= 30; i++)
		if (is_complemented(i, calls))
			lost |= context->regs.regs[i] ^ ~(fill * (2 * i + 1));
	answer("%llx %llx %llx %llx %llx %llx\n", result.a0 ? ~0ULL : (u64)result.a1, vcpu->arch.fault.esr_el2,
	       vcpu->arch.fault.hpfar_el2, context->regs.pc, context->regs.regs[20] ^ lost, context->regs.regs[21] ^ lost);
}
#endif /* HAVE___pkvm_vcpu_load */

/* ---- requests -------------------------------------------------------------------------------------------------- */

static const struct request {
	const char *name;
	unsigned int least, most;
	void (*handle)(const u64 *a);
} kinds[] = {
	{ "info", 0, 0, do_info },
	{ "alloc", 1, 1, do_alloc },
	{ "call", 1, 7, do_call },
	{ "smc", 3, 3, do_smc },
	{ "load", 2, 2, do_load },
	{ "store", 3, 3, do_store },
	{ "stub", 1, 1, do_stub },
#ifdef HAVE___pkvm_init_vm
	{ "init_vm", 8, 8, do_init_vm },
	{ "init_vcpu", 5, 5, do_init_vcpu },
	{ "finalize", 2, 2, do_finalize },
#endif
#ifdef HAVE___pkvm_vcpu_load
	{ "topup", 4, 4, do_topup },
	{ "list", 1, 7, do_list },
	{ "run", 10, 10, do_run },
#endif
};

static void serve(char *line)
{
	const struct request *kind;
	u64 args[MAX_ARGS] = {};
	char *name, *word;
	unsigned int n = 0;
	bool place;

	name = strsep(&line, " ");
	while ((word = strsep(&line, " "))) {
		place = *word == '@';
		if (n == MAX_ARGS || kstrtou64(word + place, 16, &args[n])) {
			answer("?not a number: %s\n", word);
			return;
		}
		if (place)
			args[n] = (u64)phys_to_virt(args[n]);
		n++;
	}
	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++) {
		if (strcmp(name, kind->name))
			continue;
		if (n < kind->least || n > kind->most)
			answer("?%s takes %u to %u numbers\n", name, kind->least, kind->most);
		else
			kind->handle(args);
		return;
	}
	answer("?no request %s\n", name);
}

static ssize_t target_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	ssize_t taken = -EFAULT;
	char *rest, *line;

	if (size >= BUFFER_SIZE)
		return -E2BIG;
	mutex_lock(&busy);
	if (!copy_from_user(requests, from, size)) {
		requests[size] = 0;
		answered = 0;
		rest = requests;
		while ((line = strsep(&rest, "\n")))
			if (*line)
				serve(line);
		taken = size;
	}
	mutex_unlock(&busy);
	return taken;
}

static ssize_t target_read(struct file *file, char __user *to, size_t size, loff_t *at)
{
	ssize_t given;

	mutex_lock(&busy);
	given = min(size, answered);
	if (copy_to_user(to, answers, given)) {
		given = -EFAULT;
	} else {
		memmove(answers, answers + given, answered - given);
		answered -= given;
	}
	mutex_unlock(&busy);
	return given;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = target_read,
	.write = target_write,
};
static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pkvm-target",
	.fops = &operations,
	.mode = 0600,
};

static int __init target_init(void)
{
	requests = kmalloc(BUFFER_SIZE, GFP_KERNEL);
	answers = kmalloc(BUFFER_SIZE, GFP_KERNEL);
	if (!requests || !answers)
		return -ENOMEM;
#ifdef HAVE___pkvm_init_vm
	kvm_form = kzalloc(sizeof(*kvm_form), GFP_KERNEL);
	vcpu_form = kzalloc(sizeof(*vcpu_form), GFP_KERNEL);
	vcpu_of_nobody = kzalloc(sizeof(*vcpu_of_nobody), GFP_KERNEL);
	if (!kvm_form || !vcpu_form || !vcpu_of_nobody)
		return -ENOMEM;
#endif
	return misc_register(&device);
}
module_init(target_init);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("hypercalls of protected KVM, one request a line");
