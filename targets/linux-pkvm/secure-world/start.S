/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * EL3 of the emulated machine: where it comes out of reset, and where secure monitor calls arrive. It lies in the
 * secure flash at address 0; stack and variables lie in the secure RAM. The MMU stays off.
 */
#define STACK_TOP	0x0e010000

/* SCR_EL3: below are the normal world and AArch64; HVC and pointer authentication are theirs. */
#define SCR_NS		(1 << 0)
#define SCR_RES1	(3 << 4)
#define SCR_HCE		(1 << 8)
#define SCR_RW		(1 << 10)
#define SCR_APK		(1 << 16)
#define SCR_API		(1 << 17)
/* CPTR_EL3: SVE is theirs as well. */
#define CPTR_EZ		(1 << 8)
/* SCTLR_EL3 with what is reserved as 1, and instructions that are cached. */
#define SCTLR_RES1	0x30c50830
#define SCTLR_I		(1 << 12)
/* EL2 with its own stack, and all interrupts masked. */
#define SPSR_EL2H	0x3c9
#define EC_SMC64	0x17

	.section .text.start, "ax"
	.globl	_start
_start:
	mrs	x0, mpidr_el1
	tst	x0, #0xff
	b.ne	park
	ldr	x0, =STACK_TOP
	mov	sp, x0
	ldr	x0, =vectors
	msr	vbar_el3, x0
	ldr	x0, =SCTLR_RES1 | SCTLR_I
	msr	sctlr_el3, x0
	ldr	x0, =SCR_NS | SCR_RES1 | SCR_HCE | SCR_RW | SCR_APK | SCR_API
	msr	scr_el3, x0
	mov	x0, #CPTR_EZ
	msr	cptr_el3, x0
	msr	mdcr_el3, xzr
	isb
	/* ICC_SRE_EL3: the interrupt controller by system registers, at all levels. */
	mov	x0, #0xf
	msr	s3_6_c12_c12_5, x0
	isb
	bl	prepare
	msr	elr_el3, x0
	mov	x0, #SPSR_EL2H
	msr	spsr_el3, x0
	/* As Linux wants it: the device tree in x0, zero in x1 to x3. */
	ldr	x0, =DEVICE_TREE
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	eret

/* There is one CPU. */
park:	wfe
	b	park

	.macro	vector, to
	.balign	128
	b	\to
	.endm

	.balign	2048
vectors:
	.rept	8
	vector	failed
	.endr
	vector	called
	.rept	7
	vector	failed
	.endr

failed:	mrs	x0, esr_el3
	mrs	x1, elr_el3
	bl	unexpected

/* From EL2: x0 to x17 are the call, and its answer. What the compiler's code may change besides is kept. */
called:	sub	sp, sp, #176
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	mrs	x0, esr_el3
	lsr	x0, x0, #26
	cmp	x0, #EC_SMC64
	b.ne	failed
	mov	x0, sp
	bl	answer
	ldp	x0, x1, [sp, #0]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x29, [sp, #144]
	ldr	x30, [sp, #160]
	add	sp, sp, #176
	eret
