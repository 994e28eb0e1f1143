/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What a guest runs: three short pieces, each entered at its own address, with one end, a call that the hypervisor
 * hands to the host. They touch no memory but the word at x22. The pieces fill less than 64 bytes, of which whoever
 * looks at them keeps track.
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
	.balign 64
	/* 0x40: whatever was not used is complemented, so that an exit has all of it to save. */
end:
	.irp	reg, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 23, 24, 25, 26, 27, 28, 29, 30
	mvn	x\reg, x\reg
	.endr
	mov	x0, #0
	hvc	#0
	/* 0xac: never reached. */
	b	.
	.balign 8
	.globl	guest_stub_end
guest_stub_end:
