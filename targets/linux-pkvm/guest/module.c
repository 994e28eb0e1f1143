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
 *   ffa function page offset length fragment x3 x4 at word rest pages apart
 *                                                            a page for the secure world (host.h): 0, or an error
 *   reclaim page                                             a page that it has given back: the same
 *   map tx rx pages | unmap caller                           the host's mailbox, by addresses of its buffers: the same
 *   secure function page offset value                        what it does with a page: x0 x1
 *   sleep hint                                               a sleep, and CurrentEL where the CPU wakes, or an error
 *   load page offset | store page offset value | stub page   one word of memory; the code that guests run
 *   init_vm id kvm handle vcpus protected idregs vm pgd      fills the VM structure, then calls: x0 x1
 *   init_vcpu id handle vcpu index mem                       fills the vCPU structure, then calls: x0 x1
 *   topup handle index first count                           pages for the host's list of a vCPU: its length
 *   list id x1..x4                                           a hypercall that may take pages off such a list:
 *                                                            x0 x1 and, if a list changed, its length
 *   run id sync handle index pc x0 x1 x2 x21 x22             enters a vCPU: x1 esr hpfar pc x20 x21
 *   finalize id handle                                       x0 x1, pages returned (structures, stage 2)
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>

#include "hypercalls.h"
#include "host.h"

/* The hypervisor's own structures: in a kernel's source tree, not in a package of headers. */
#if __has_include(<nvhe/pkvm.h>)
#include <nvhe/pkvm.h>
#endif

#define BUFFER_SIZE	65536
#define MAX_ARGS	12

static char *requests, *answers;
static size_t answered;
static DEFINE_MUTEX(busy);

#define answer(...) (answered += scnprintf(answers + answered, BUFFER_SIZE - answered, __VA_ARGS__))

/* ---- memory ---------------------------------------------------------------------------------------------------- */

static void do_alloc(const u64 *a)
{
	u64 page;

	if (a[0] > 10) {
		answer("?at most 2^10 pages\n");
		return;
	}
	page = alloc_block(a[0]);
	if (page)
		answer("%llx\n", page);
	else
		answer("?no memory left\n");
}

/* Does a request name a word of a page? If not, an answer was given. */
static bool is_word(u64 offset)
{
	if (offset < PAGE_SIZE && !(offset % sizeof(u64)))
		return true;
	answer("?no word of a page\n");
	return false;
}

static void do_load(const u64 *a)
{
	u64 value;

	if (!is_word(a[1]))
		return;
	if (host_read(a[0], a[1], &value))
		answer("%llx\n", value);
	else
		answer("fault\n");
}

static void do_store(const u64 *a)
{
	if (is_word(a[1]))
		answer(host_write(a[0], a[1], a[2]) ? "ok\n" : "fault\n");
}

static void do_stub(const u64 *a)
{
	answer(host_load_stub(a[0]) ? "ok\n" : "fault\n");
}

/* ---- calls ----------------------------------------------------------------------------------------------------- */

static void answer_result(struct arm_smccc_res result)
{
	answer("%lx %lx\n", result.a0, result.a1);
}

static void do_call(const u64 *a)
{
	answer_result(hypercall(a[0], a + 1));
}

static void do_smc(const u64 *a)
{
	answer("%llx\n", firmware_call(a[0], a[1], a[2]));
}

/* Is there a secure world? If not, an answer was given. */
static bool has_secure_world(void)
{
	if (!ffa_tx)
		answer("?there is no secure world\n");
	return ffa_tx;
}

static void do_ffa(const u64 *a)
{
	struct ffa_message message = {
		.length = a[3], .fragment = a[4], .x3 = a[5], .x4 = a[6], .at = a[7], .word = a[8],
		.rest = a[9], .rest_pages = a[10], .apart = a[11],
	};

	if (has_secure_world())
		answer("%llx\n", ffa_pass(a[0], a[1], a[2], message));
}

static void do_reclaim(const u64 *a)
{
	if (has_secure_world())
		answer("%llx\n", ffa_take_back(a[0]));
}

static void do_map(const u64 *a)
{
	if (has_secure_world())
		answer("%llx\n", ffa_map(a[0], a[1], a[2]));
}

static void do_unmap(const u64 *a)
{
	if (has_secure_world())
		answer("%llx\n", ffa_unmap(a[0]));
}

static void do_secure(const u64 *a)
{
	if (has_secure_world() && is_word(a[2]))
		answer_result(secure_world(a[0], a[1], a[2], a[3]));
}

static void do_sleep(const u64 *a)
{
	if (has_secure_world())
		answer("%llx\n", sleep_and_wake(a[0]));
}

static void do_info(const u64 *a)
{
	answer("kvm=%zx vcpu=%zx", sizeof(struct kvm), sizeof(struct kvm_vcpu));
#ifdef __ARM64_KVM_NVHE_PKVM_H__
	answer(" hyp_vm=%zx hyp_vcpu=%zx", sizeof(struct pkvm_hyp_vm), sizeof(struct pkvm_hyp_vcpu));
#endif
	/* Of the CPU: what an atomic access of a guest takes. */
	if (read_sysreg(ID_AA64ISAR0_EL1) >> ID_AA64ISAR0_EL1_ATOMIC_SHIFT & 15)
		answer(" atomics=1");
	if (ffa_tx)
		answer(" secure_world=%llx", spare_pages);
#define HYPERCALL(name) answer(" " #name "=%x", (unsigned int)__KVM_HOST_SMCCC_FUNC_##name);
	HYPERCALLS
#undef HYPERCALL
	answer("\n");
}

#ifdef HAVE___pkvm_init_vm
/* ---- VMs ------------------------------------------------------------------------------------------------------- */

static void do_init_vm(const u64 *a)
{
	struct vm_spec spec = { .handle = a[2], .vcpus = a[3], .is_protected = a[4], .has_id_regs = a[5] };

	if (page_address_of(a[1]))
		answer_result(init_vm(a[0], a[1], spec, a[6], a[7]));
	else
		answer("?the VM structure must lie in memory\n");
}

static void do_init_vcpu(const u64 *a)
{
	if (page_address_of(a[2]) && a[3] < MAX_VCPUS)
		answer_result(init_vcpu(a[0], a[1], a[2], a[3], a[4]));
	else
		answer("?the vCPU structure must lie in memory, its index below %d\n", MAX_VCPUS);
}

static void do_finalize(const u64 *a)
{
	struct finalized end = finalize(a[0], a[1]);

	answer("%lx %lx %llx %llx\n", end.result.a0, end.result.a1, end.structures, end.stage2);
}
#endif /* HAVE___pkvm_init_vm */

#ifdef HAVE___pkvm_vcpu_load
/* ---- guests ---------------------------------------------------------------------------------------------------- */

static void do_topup(const u64 *a)
{
	struct kvm_vcpu *vcpu = vcpu_of(a[0], a[1]);

	if (!vcpu || a[3] > 512)
		answer("?no such vCPU, or too many pages\n");
	else if (topup(vcpu, a[2], a[3]))
		answer("%lx\n", vcpu->arch.pkvm_memcache.nr_pages);
	else
		answer("fault\n");
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

static void do_run(const u64 *a)
{
	struct entry entry = { .pc = a[4], .x0 = a[5], .x1 = a[6], .x2 = a[7], .x21 = a[8], .x22 = a[9] };
	struct guest_exit exit = enter_guest(a[0], a[1], a[2], a[3], entry);

	answer("%llx %llx %llx %llx %llx %llx\n", exit.x1, exit.esr, exit.hpfar, exit.pc, exit.x20, exit.x21);
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
	{ "ffa", 12, 12, do_ffa },
	{ "reclaim", 1, 1, do_reclaim },
	{ "map", 3, 3, do_map },
	{ "unmap", 1, 1, do_unmap },
	{ "secure", 4, 4, do_secure },
	{ "sleep", 1, 1, do_sleep },
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
	if (!requests || !answers || host_setup())
		return -ENOMEM;
	return misc_register(&device);
}
module_init(target_init);
MODULE_LICENSE("Dual BSD/GPL");
MODULE_DESCRIPTION("hypercalls of protected KVM, one request a line");
