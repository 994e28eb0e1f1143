/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What a guest runs: three short pieces, each entered at its own address and left by a call that the hypervisor hands
 * to the host. They fill less than 64 bytes and touch no memory but the word at x22.
 */
#include <linux/linkage.h>

	.section .rodata
	.balign 8
	.globl	guest_stub
guest_stub:
	/* 0x00: a guest call with x0..x3; its result goes to x20. */
	hvc	#0
	mov	x20, x0
	mov	x0, #0
	hvc	#0
	/* 0x10: load the word at x22 into x21. */
	ldr	x21, [x22]
	mov	x0, #0
	hvc	#0
	/* 0x1c: store x21 to the word at x22. */
	str	x21, [x22]
	mov	x0, #0
	hvc	#0
	/* 0x28: never reached. */
	b	.
	.balign 8
	.globl	guest_stub_end
guest_stub_end:
