/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What a guest runs: short pieces, each entered at its own address with 0 in x0, and left by a call that the hypervisor
 * hands to the host, at the latest after an exception of the guest's own. They touch no memory but the words at x22.
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
	/* 0x28: registers, of which the hypervisor answers two, knows one not, and leaves one to the host. */
	mrs	x21, id_aa64pfr0_el1
	hvc	#0
	mrs	x21, id_aa64dfr0_el1
	hvc	#0
	mrs	x21, actlr_el1
	hvc	#0
	mrs	x21, aidr_el1
	hvc	#0
	/* 0x48: a call to the firmware, and a wait. */
	smc	#0
	hvc	#0
	wfi
	hvc	#0
	/* 0x58: load two words, and add 0 to one in one step. */
	ldp	x21, x20, [x22]
	hvc	#0
	.arch_extension lse
	ldadd	xzr, x21, [x22]
	hvc	#0
	/* 0x68: what is no instruction, and a jump to x22. */
	udf	#0
	br	x22
	/* 0x200: an exception that the guest takes at EL1, if VBAR_EL1 is the start of this code. */
	.org	guest_stub + 0x200
	mov	x0, #0
	hvc	#0
	.balign 8
	.globl	guest_stub_end
guest_stub_end:
