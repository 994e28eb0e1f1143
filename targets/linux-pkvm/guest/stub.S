/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What a guest runs: short pieces, each entered at its own address with 0 in x0, with one end, a call that the hypervisor
 * hands to the host; after an exception of the guest's own there is another. They touch no memory but the words at x22.
 */
#include <linux/linkage.h>

	.section .rodata
	.balign 8
	.globl	guest_stub
guest_stub:
	/* 0x00: a guest call with x0..x3; its result goes to x20. */
	hvc	#0
	mov	x20, x0
	b	end
	nop
	/* 0x10: load the word at x22 into x21, what d0 held into x23, and the word into d0. */
	ldr	x21, [x22]
	fmov	x23, d0
	fmov	d0, x21
	b	end
	/* 0x20: store x21 to the word at x22. */
	str	x21, [x22]
	b	end
	/* 0x28: registers, of which the hypervisor answers two, knows one not, and leaves one to the host. */
	mrs	x21, id_aa64pfr0_el1
	b	end
	mrs	x21, id_aa64dfr0_el1
	b	end
	mrs	x21, actlr_el1
	b	end
	mrs	x21, aidr_el1
	b	end
	/* 0x48: a call to the firmware, and a wait, which an interrupt of the host's that came just before would end. */
	smc	#0
	b	end
	wfi
	b	.-4
	/* 0x58: load two words, and add 0 to one in one step. */
	ldp	x21, x20, [x22]
	b	end
	.arch_extension lse
	ldadd	xzr, x21, [x22]
	b	end
	/* 0x68: what is no instruction, and a jump to x22. */
	udf	#0
	br	x22
	.org	guest_stub + 0x80
	/* 0x80: whatever was not used is complemented, so that an exit has all of it to save. */
end:
	.irp	reg, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 23, 24, 25, 26, 27, 28, 29, 30
	mvn	x\reg, x\reg
	.endr
	mov	x0, #0
	hvc	#0
	/* 0xf0: a register that reads as zero, and writes of x21 to it, to one that has no write, and to others. */
	.org	guest_stub + 0xf0
	mrs	x21, mdscr_el1
	b	end
	msr	mdscr_el1, x21
	b	end
	.inst	0xd5180415	/* msr id_aa64pfr0_el1, x21: no assembler writes it. */
	b	end
	msr	actlr_el1, x21
	b	end
	msr	pmcr_el0, x21
	b	end
	msr	csselr_el1, x21
	b	end
	/* 0x200: an exception that the guest takes at EL1, if VBAR_EL1 is the start of this code. */
	.org	guest_stub + 0x200
	mov	x0, #0
	hvc	#0
	.balign 8
	.globl	guest_stub_end
guest_stub_end:
	/* Where the host has a CPU wake, with no MMU: it tells the firmware (secure-world/) at which level it runs. */
	.globl	wake_stub
wake_stub:
	mrs	x1, CurrentEL
	mov	x0, #0xc2000000
	add	x0, x0, #4
	smc	#0
	.globl	wake_stub_end
wake_stub_end:
