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
	case 0x80000000:	/* SMCCC_VERSION: 1.2 */
		return 0x10002;
	}
	return NOT_SUPPORTED;
}

void answer(u64 *x)
{
	if (!answer_ffa(x) && !answer_service(x))
		x[0] = psci(x);
}
