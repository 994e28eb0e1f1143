/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0 */
/*
 * What mem_protect.c has before its self-test, declared for the compiler alone: with it, a self-test that was exported is
 * held against the headers of a kernel without its source.
 */
#define CONFIG_NVHE_EL2_DEBUG 1
#include <linux/kvm_host.h>
#include <asm/sections.h>
#include <nvhe/gfp.h>
#include <nvhe/memory.h>
#include <nvhe/mem_protect.h>
#include <nvhe/pkvm.h>

static struct hyp_pool host_s2_pool;
static struct {
	enum pkvm_page_state host;
	enum pkvm_page_state hyp;
	enum pkvm_page_state guest[2];
} selftest_state;
static struct hyp_page *selftest_page;
static struct pkvm_hyp_vcpu *selftest_vcpu;
void assert_page_state(void);

/* Calls the function, and looks at the states of the page. */
#define assert_transition_res(res, fn, ...)          \
	do {                                         \
		WARN_ON(fn(__VA_ARGS__) != (res));   \
		assert_page_state();                 \
	} while (0)
