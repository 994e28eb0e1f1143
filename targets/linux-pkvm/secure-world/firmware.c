// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0
/* What EL3 does for QEMU's machine `virt`: it sets the machine up for one CPU, starts Linux, and answers PSCI. */
#include "firmware.h"

#define REGISTER(address) (*(volatile u32 *)(u64)(address))

/* The interrupt controller. With one security state the normal world sees it as if there were no EL3. */
#define GICD_CTLR		REGISTER(0x08000000)
#define GICD_CTLR_DS		(1 << 6)
#define GICR_WAKER		REGISTER(0x080a0014)
#define GICR_WAKER_ASLEEP	(1 << 2)
#define UART			REGISTER(0x09000000)
/* The secure world's GPIO: line 0 switches the machine off, line 1 resets it. */
#define GPIO_DATA(line)		REGISTER(0x090b0000 + (4 << (line)))
#define GPIO_DIRECTION		REGISTER(0x090b0400)
#define OFF			0
#define RESET			1

#define NOT_SUPPORTED		-1L
#define INVALID_PARAMETERS	-2L
#define DENIED			-3L
#define ALREADY_ON		-4L

static void say(const char *text)
{
	while (*text)
		UART = *text++;
}

static void say_number(u64 number)
{
	int shift;

	for (shift = 60; shift >= 0; shift -= 4)
		UART = "0123456789abcdef"[number >> shift & 15];
}

static void __attribute__((noreturn)) end(int line)
{
	GPIO_DIRECTION = 1 << OFF | 1 << RESET;
	GPIO_DATA(line) = 1 << line;
	for (;;)
		asm volatile("wfi");
}

void unexpected(u64 syndrome, u64 address)
{
	say("firmware: unexpected exception ");
	say_number(syndrome);
	say(" at ");
	say_number(address);
	say("\n");
	end(OFF);
}

/* Where Linux starts. */
u64 prepare(void)
{
	GICD_CTLR = GICD_CTLR_DS;
	GICR_WAKER = 0;
	while (GICR_WAKER & GICR_WAKER_ASLEEP)
		;
	return KERNEL;
}

#define READ(name) ({ u64 read; asm volatile("mrs %0, " #name : "=r"(read)); read; })
#define WRITE(name, value) asm volatile("msr " #name ", %0" :: "r"((u64)(value)))

/* A CPU that is woken begins at EL2, with interrupts masked and no MMU at any level. */
#define SPSR_EL2H		0x3c9
#define SCTLR_EL2_RESET		0x30c50830
#define SCTLR_EL1_RESET		0x30d00800
#define CURRENT_EL2		8
/* Of the state that CPU_SUSPEND is asked for: the CPU loses all that it has. */
#define POWER_DOWN		(1 << 16)

/* Whoever has the CPU sleep: registers as start.S keeps them, and where it would go on. */
static struct {
	u64 x[21], pc, pstate, sctlr_el2, sctlr_el1;
} sleeper;

/*
 * The CPU sleeps, and is woken at once at the entry that was named. Where others lose the registers of EL2 this keeps
 * them, so that the machine can go on when the code at the entry has said enough.
 */
static s64 sleep_to_entry(const u64 *x)
{
	unsigned int i;

	for (i = 0; i < 21; i++)
		sleeper.x[i] = x[i];
	sleeper.pc = READ(elr_el3);
	sleeper.pstate = READ(spsr_el3);
	sleeper.sctlr_el2 = READ(sctlr_el2);
	sleeper.sctlr_el1 = READ(sctlr_el1);
	WRITE(elr_el3, x[2]);
	WRITE(spsr_el3, SPSR_EL2H);
	WRITE(sctlr_el2, SCTLR_EL2_RESET);
	WRITE(sctlr_el1, SCTLR_EL1_RESET);
	return x[3];
}

/* The code at the entry has said at which level it runs: its caller gets that as the answer to the call that slept. */
static void go_on(u64 *x)
{
	u64 level = x[1];
	unsigned int i;

	if (!sleeper.pc || level != CURRENT_EL2) {
		/* The hypervisor has been there meanwhile, and its stack is another. */
		say("firmware: woken below EL2\n");
		end(OFF);
	}
	WRITE(elr_el3, sleeper.pc);
	WRITE(spsr_el3, sleeper.pstate);
	WRITE(sctlr_el2, sleeper.sctlr_el2);
	WRITE(sctlr_el1, sleeper.sctlr_el1);
	for (i = 1; i < 21; i++)
		x[i] = sleeper.x[i];
	x[0] = level;
	sleeper.pc = 0;
}

static s64 features(u32 function)
{
	switch (function) {
	case 0x80000000: case 0x84000000: case 0x84000001: case 0xc4000001: case 0x84000002: case 0x84000003:
	case 0xc4000003: case 0x84000004: case 0xc4000004: case 0x84000006: case 0x84000008: case 0x84000009:
	case 0x8400000a:
		return 0;
	}
	return NOT_SUPPORTED;
}

/* Arm's Power State Coordination Interface (DEN 0022), and the version of the calling convention (DEN 0028). */
static s64 psci(const u64 *x)
{
	switch ((u32)x[0]) {
	case 0x84000000:	/* PSCI_VERSION: 1.1 */
		return 0x10001;
	case 0x84000001:	/* CPU_SUSPEND */
	case 0xc4000001:
		if (x[1] & POWER_DOWN)
			return sleep_to_entry(x);
		asm volatile("wfi");
		return 0;
	case 0x84000002:	/* CPU_OFF */
		return DENIED;
	case 0x84000003:	/* CPU_ON */
	case 0xc4000003:
		return x[1] ? INVALID_PARAMETERS : ALREADY_ON;
	case 0x84000004:	/* AFFINITY_INFO */
	case 0xc4000004:
		return x[1] ? INVALID_PARAMETERS : 0;
	case 0x84000006:	/* MIGRATE_INFO_TYPE: nobody has to be migrated */
		return 2;
	case 0x84000008:	/* SYSTEM_OFF */
		end(OFF);
	case 0x84000009:	/* SYSTEM_RESET */
		end(RESET);
	case 0x8400000a:	/* PSCI_FEATURES */
		return features(x[1]);
	case 0x80000000:	/* SMCCC_VERSION: 1.3 */
		return 0x10003;
	}
	return NOT_SUPPORTED;
}

/* SMCCC 1.3: what the caller says of its vector registers is no part of a function number. */
#define SVE_HINT		(1UL << 16)

void answer(u64 *x)
{
	x[0] &= ~SVE_HINT;
	if ((u32)x[0] == SERVICE_GO_ON)
		go_on(x);
	else if (!answer_ffa(x) && !answer_service(x))
		x[0] = psci(x);
}
