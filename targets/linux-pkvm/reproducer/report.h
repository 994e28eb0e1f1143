/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
#ifndef PKVM_REPORT_H
#define PKVM_REPORT_H

/*
 * A reproducer's report: every call with the answer that was expected and the one that was got, in the kernel's log, and
 * at the end whether the finding is here. Answers are compared as words. Included after host.h.
 */
#include <linux/delay.h>

#define SAY(...) pr_info("reproducer: " __VA_ARGS__)

/* A hypercall by its name in the kernel's list, and its number alone. */
#define ID(name) __KVM_HOST_SMCCC_FUNC_##name
#define HVC(name, ...) hypercall(ID(name), (u64[6]){ __VA_ARGS__ })
#define HVC_NUMBER(id, ...) hypercall(id, (u64[6]){ __VA_ARGS__ })

/* A page's address, and the address at which the host's kernel sees it. */
#define ADDRESS(page) ((u64)(page) << PAGE_SHIFT)
#define SEEN_AT(page) ((u64)phys_to_virt(ADDRESS(page)))

static char got[128];
static unsigned int steps, unlike;
/* What the specification expects of the next call, where the finding is that it is answered otherwise. */
static const char *expects;

/* Tells of a call that was answered. `recorded`: the answer in the recording that this was made from. */
HOST void check(const char *call, const char *recorded, const char *answer)
{
	bool is_same = !strcmp(recorded, answer);

	SAY("%2u  %s: expected %s, got %s%s\n", ++steps, call, expects ?: recorded, answer,
	    is_same == !expects ? "" : is_same ? "  <-- the finding" : "  <-- not as recorded");
	unlike += !is_same;
	expects = NULL;
}

/* Before a call of which the machine stops. */
HOST void announce(const char *call, const char *expected)
{
	SAY("%2u  %s: expected %s\n", ++steps, call, expected);
	SAY("    if this is the last line, the machine has stopped, and the finding is here\n");
	if (unlike)
		SAY("    %u calls before it were not answered as recorded\n", unlike);
	/* A console that has a thread of its own needs the time to print this. */
	msleep(500);
}

/* Behind it. */
HOST void goes_on(void)
{
	unlike++;
	SAY("    got an answer: the machine goes on\n");
}

HOST void conclude(void)
{
	if (unlike)
		SAY("%u of %u calls were not answered as recorded: the finding is not here\n", unlike, steps);
	else
		SAY("all %u calls were answered as recorded: the finding is here\n", steps);
}

/* ---- answers in words ------------------------------------------------------------------------------------------ */

#define WORDS(...) (scnprintf(got, sizeof(got), __VA_ARGS__), (const char *)got)

HOST const char *error_name(s64 error)
{
#define NAME(error) case error: return #error
	switch (-error) {
	NAME(EPERM);
	NAME(ENOENT);
	NAME(E2BIG);
	NAME(EAGAIN);
	NAME(ENOMEM);
	NAME(EFAULT);
	NAME(EBUSY);
	NAME(EEXIST);
	NAME(ENODEV);
	NAME(EINVAL);
	NAME(ERANGE);
	NAME(EOPNOTSUPP);
	NAME(EHWPOISON);
	}
#undef NAME
	return NULL;
}

/* What a hypercall returns: a number or an error. */
HOST const char *ret(struct arm_smccc_res result)
{
	s64 value = result.a1;

	if ((s64)result.a0 == -1)
		return "NOT_SUPPORTED";
	if (value < 0 && error_name(value))
		return error_name(value);
	return WORDS("%lld", value);
}

/* A call that returns nothing leaves its first argument where others return a number. */
HOST const char *nothing(u64 first, struct arm_smccc_res result)
{
	return !result.a0 && result.a1 == first ? "nothing" : ret(result);
}

/* A call that makes a VM returns its handle. */
HOST const char *handle(u64 *vm, struct arm_smccc_res result)
{
	if (result.a0 || (s64)result.a1 < 0)
		return ret(result);
	*vm = result.a1;
	return "a handle";
}

HOST const char *stored(bool done)
{
	return done ? "ok" : "EFAULT";
}

HOST const char *word(u64 page, u64 offset)
{
	u64 value;

	return host_read(page, offset, &value) ? WORDS("0x%llx", value) : "EFAULT";
}

HOST const char *firmware(u64 x0)
{
	return (s64)x0 == -1 ? "NOT_SUPPORTED" : (s64)x0 == -2 ? "INVALID_PARAMETERS" : WORDS("%lld", x0);
}

/* Where a CPU wakes: CurrentEL, or why it did not sleep. */
HOST const char *woken(s64 level)
{
	return level > 0 ? WORDS("0x%llx", level) : firmware(level);
}

/* What an FF-A call answers. */
HOST const char *secure(s64 error)
{
	switch (error) {
	case -1:
		return "NOT_SUPPORTED";
	case -2:
		return "INVALID_PARAMETERS";
	case -3:
		return "NO_MEMORY";
	case -6:
		return "DENIED";
	}
	return WORDS("%lld", error);
}

/* What the secure world does with a page: it reads (1), writes (2), or gives it back (3). */
HOST const char *by_secure_world(u64 function, u64 page, u64 offset, u64 value)
{
	struct arm_smccc_res result = secure_world(function, page, offset, value);

	if (result.a0)
		return function == 3 ? "DENIED" : "FAULT";
	return function == 1 ? WORDS("0x%lx", result.a1) : "0";
}

#ifdef HAVE___pkvm_init_vm
#define INIT_VM(kvm, memory, pgd, ...) \
	init_vm(ID(__pkvm_init_vm), kvm, (struct vm_spec){ __VA_ARGS__ }, memory, pgd)
#define INIT_VCPU(...) init_vcpu(ID(__pkvm_init_vcpu), __VA_ARGS__)

HOST const char *finalized(struct finalized end)
{
	if (end.result.a0 || end.result.a1)
		return ret(end.result);
	return WORDS("0, %llu pages of structures and %llu of tables", end.structures, end.stage2);
}
#endif

#ifdef HAVE___pkvm_vcpu_load
/* Enters a vCPU; the hypercall that brings the state of a protected one to the host is SYNC, where there is one. */
#ifndef SYNC
#define SYNC 0
#endif
#define RUN(vm, index, piece, ...) guest(vm, index, piece, (struct entry){ .pc = GUEST_CODE + piece, __VA_ARGS__ })

/* The host's list of a vCPU after pages were put on it. */
HOST const char *list(u64 vm, u64 index, u64 first, u64 count)
{
	struct kvm_vcpu *vcpu = vcpu_of(vm, index);

	if (!vcpu)
		return "no such vCPU";
	return topup(vcpu, first, count) ? WORDS("%lu pages", vcpu->arch.pkvm_memcache.nr_pages) : "EFAULT";
}

/* Where each piece of the guest's code starts (stub.S), and where a guest leaves when it is done. */
enum piece {
	GUEST_CALL = 0x00,
	GUEST_LOAD = 0x10,
	GUEST_STORE = 0x20,
	GUEST_READ_ID_AA64PFR0_EL1 = 0x28,
	GUEST_READ_ID_AA64DFR0_EL1 = 0x30,
	GUEST_READ_ACTLR_EL1 = 0x38,
	GUEST_READ_AIDR_EL1 = 0x40,
	GUEST_SMC = 0x48,
	GUEST_WFI = 0x50,
	GUEST_PAIR = 0x58,
	GUEST_ATOMIC = 0x60,
	GUEST_UDF = 0x68,
	GUEST_JUMP = 0x6c,
	GUEST_READ_MDSCR_EL1 = 0xf0,
	GUEST_WRITE_MDSCR_EL1 = 0xf8,
	GUEST_WRITE_ID_AA64PFR0_EL1 = 0x100,
	GUEST_WRITE_ACTLR_EL1 = 0x108,
	GUEST_WRITE_PMCR_EL0 = 0x110,
	GUEST_WRITE_CSSELR_EL1 = 0x118,
	GUEST_END = 0xec,
	GUEST_EXCEPTION = 0x208,
};

HOST const char *abort_words(const char *kind, enum piece piece, struct guest_exit exit)
{
	static const char *const faults[] = { "address_size", "translation", "access_flag", "permission" };
	bool is_data = *kind == 'd';
	int n = scnprintf(got, sizeof(got), "exit %s, gfn 0x%llx, fault %s", kind, exit.hpfar >> 4 & 0xffffffffff,
			  faults[exit.esr >> 2 & 3]);

	if (is_data)
		n += scnprintf(got + n, sizeof(got) - n, ", write %llu", exit.esr >> 6 & 1);
	if (is_data && (piece == GUEST_PAIR || piece == GUEST_ATOMIC))
		scnprintf(got + n, sizeof(got) - n, ", isv %llu", exit.esr >> 24 & 1);
	return got;
}

/* Enters a vCPU at a piece of its code, and says how it left, or what the piece gave. */
HOST const char *guest(u64 vm, u64 index, enum piece piece, struct entry entry)
{
	struct guest_exit exit = enter_guest(ID(__kvm_vcpu_run), SYNC, vm, index, entry);
	u64 at = exit.pc - (entry.pc - piece);
	unsigned int class = exit.esr >> 26 & 0x3f;

	if ((s64)exit.x1 < 0)
		return ret((struct arm_smccc_res){ .a1 = exit.x1 });
	if (!(exit.x1 & 0x7fffffff))
		return "exit irq";
	switch (class) {
	case ESR_ELx_EC_HVC64:
		if (at == GUEST_EXCEPTION)
			return "exit undefined";
		if (at != GUEST_END)
			return "exit hvc";
		if (piece == GUEST_STORE || piece >= GUEST_WRITE_MDSCR_EL1)
			return "ok";
		if (piece == GUEST_CALL)
			return WORDS("smccc %lld", exit.x20);
		return WORDS("0x%llx", exit.x21);
	case ESR_ELx_EC_IABT_LOW:
		return abort_words("inst_abort", piece, exit);
	case ESR_ELx_EC_DABT_LOW:
		return abort_words("data_abort", piece, exit);
	case ESR_ELx_EC_WFx:
		return "exit wfx";
	case ESR_ELx_EC_SMC64:
		return "exit smc";
	case ESR_ELx_EC_SYS64:
		return "exit sysreg";
	}
	return WORDS("exit ec%02x", class);
}
#endif

#endif /* PKVM_REPORT_H */
