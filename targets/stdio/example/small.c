/*
 * A small hypervisor that is not Linux, as an adapter for profile `ownership`: it owns eight pages of memory, gives
 * them to protected VMs, and takes them back. It answers EPERM whenever it refuses, whatever the reason.
 *
 *     gcc -O2 -o small targets/stdio/example/small.c
 *     npx pvm-spec hunt --target stdio:./small
 *
 * Each of -DFORGETS_TO_WIPE, -DFORGETS_THE_OWNER and -DFORGETS_TO_UNSHARE plants a fault.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 8, FRAMES = 1024, VMS = 3, HOST = -1, NONE = -1, FIRST_HANDLE = 0x1000 };

/* The hypervisor: who owns each page, who else may use it, and what each VM sees at which frame. */
static struct page {
	int owner; /* HOST, or the number of a VM */
	bool shared; /* by its owner: the host's with the hypervisor, a VM's with the host */
	uint64_t words[512];
} pages[PAGES];

static struct vm {
	enum { FREE, LIVE, DYING } life;
	int page_at[FRAMES];
} vms[VMS];

static void start(void)
{
	memset(pages, 0, sizeof(pages));
	for (int i = 0; i < PAGES; i++)
		pages[i].owner = HOST;
	for (int i = 0; i < VMS; i++)
		vms[i].life = FREE;
}

static bool host_owns(int page)
{
	return page != NONE && pages[page].owner == HOST && !pages[page].shared;
}

static bool host_reaches(int page)
{
	return page != NONE && (pages[page].owner == HOST || pages[page].shared);
}

/* The page that a VM has at a frame, if the VM is in that phase of its life. */
static int page_of(int vm, int life, long frame)
{
	return vm != NONE && (int)vms[vm].life == life && frame >= 0 && frame < FRAMES ? vms[vm].page_at[frame] : NONE;
}

static bool share_with_hyp(int page)
{
	return host_owns(page) && (pages[page].shared = true);
}

static bool unshare_with_hyp(int page)
{
	if (page == NONE || pages[page].owner != HOST || !pages[page].shared)
		return false;
	pages[page].shared = false;
	return true;
}

static bool make_vm(int vm, bool is_protected)
{
	if (vm == NONE || vms[vm].life != FREE || !is_protected)
		return false;
	vms[vm].life = LIVE;
	for (int i = 0; i < FRAMES; i++)
		vms[vm].page_at[i] = NONE;
	return true;
}

static bool donate(int vm, int page, long frame)
{
	if (vm == NONE || vms[vm].life != LIVE || frame < 0 || frame >= FRAMES || vms[vm].page_at[frame] != NONE)
		return false;
#ifndef FORGETS_THE_OWNER
	if (!host_owns(page))
		return false;
#endif
	if (page == NONE)
		return false;
	pages[page].owner = vm;
	vms[vm].page_at[frame] = page;
	return true;
}

static void give_back(int vm, long frame)
{
	struct page *page = &pages[vms[vm].page_at[frame]];
#ifndef FORGETS_TO_WIPE
	memset(page->words, 0, sizeof(page->words));
#endif
	page->owner = HOST;
	page->shared = false;
	vms[vm].page_at[frame] = NONE;
}

static bool reclaim(int vm, long frame)
{
	if (page_of(vm, DYING, frame) == NONE)
		return false;
	give_back(vm, frame);
	return true;
}

static bool end_vm(int vm, int from)
{
	if (vm == NONE || (int)vms[vm].life != from)
		return false;
	for (long frame = 0; from == DYING && frame < FRAMES; frame++)
		reclaim(vm, frame);
	vms[vm].life = from == LIVE ? DYING : FREE;
	return true;
}

static bool guest_shares(int page, bool with_host)
{
	if (page == NONE)
		return false;
#ifdef FORGETS_TO_UNSHARE
	if (!with_host)
		return true;
#endif
	pages[page].shared = with_host;
	return true;
}

/* The adapter: a line with a call comes in, a line with its answer goes out. */

/* Where the value of a field begins; the lines have no blanks. */
static const char *field(const char *line, const char *name)
{
	char key[32];
	snprintf(key, sizeof(key), "\"%s\":", name);
	const char *at = strstr(line, key);
	return at ? at + strlen(key) : NULL;
}

static long number(const char *line, const char *name)
{
	const char *at = field(line, name);
	return at ? strtol(at, NULL, 10) : NONE;
}

/* Pages of memory are called P0 to P7; what has another name is no memory. */
static int page_named(const char *line)
{
	const char *at = field(line, "page");
	unsigned page = at && sscanf(at, "\"P%u\"", &page) == 1 ? page : PAGES;
	return page < PAGES ? (int)page : NONE;
}

static void say(bool done)
{
	puts(done ? "{\"ret\":0}" : "{\"ret\":\"EPERM\"}");
}

static void load(int page, long offset)
{
	if (page == NONE)
		say(false);
	else
		printf("{\"value\":\"0x%llx\"}\n", (unsigned long long)pages[page].words[offset / 8]);
}

static void store(int page, long offset, const char *value)
{
	if (page != NONE)
		pages[page].words[offset / 8] = strtoull(value + 1, NULL, 16);
	say(page != NONE);
}

static void answer(const char *line)
{
	const char *value = field(line, "value");
	const long frame = number(line, "gfn"), offset = number(line, "offset"), handle = number(line, "handle");
	const int page = page_named(line);
	const int vm = handle >= FIRST_HANDLE && handle < FIRST_HANDLE + VMS ? (int)handle - FIRST_HANDLE : NONE;
#define IS(call) (strncmp(field(line, "op"), "\"" call "\"", sizeof(call) + 1) == 0)
	if (IS("host_share_hyp")) say(share_with_hyp(page));
	else if (IS("host_unshare_hyp")) say(unshare_with_hyp(page));
	else if (IS("host_read")) load(host_reaches(page) ? page : NONE, offset);
	else if (IS("host_write")) store(host_reaches(page) ? page : NONE, offset, value);
	else if (IS("init_vm")) say(make_vm(vm, strncmp(field(line, "protected"), "true", 4) == 0));
	else if (IS("donate_guest")) say(donate(vm, page, frame));
	else if (IS("guest_read")) load(page_of(vm, LIVE, frame), offset);
	else if (IS("guest_write")) store(page_of(vm, LIVE, frame), offset, value);
	else if (IS("guest_mem_share")) say(guest_shares(page_of(vm, LIVE, frame), true));
	else if (IS("guest_mem_unshare")) say(guest_shares(page_of(vm, LIVE, frame), false));
	else if (IS("start_teardown_vm")) say(end_vm(vm, LIVE));
	else if (IS("reclaim_dying_guest_page")) say(reclaim(vm, frame));
	else if (IS("finalize_teardown_vm")) say(end_vm(vm, DYING));
}

int main(void)
{
	static char line[1 << 16];
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("{\"pvmTarget\":1,\"profile\":\"ownership\","
	     "\"target\":{\"hypervisor\":\"small\",\"release\":\"1\",\"machine\":\"C\",\"mode\":\"in memory\"},"
	     "\"calls\":[\"host_share_hyp\",\"host_unshare_hyp\",\"host_read\",\"host_write\",\"init_vm\","
	     "\"donate_guest\",\"guest_read\",\"guest_write\",\"guest_mem_share\",\"guest_mem_unshare\","
	     "\"start_teardown_vm\",\"reclaim_dying_guest_page\",\"finalize_teardown_vm\"]}");
	while (fgets(line, sizeof(line), stdin)) {
		if (field(line, "op"))
			answer(line);
		else {
			start();
			puts("{\"ready\":true}");
		}
	}
	return 0;
}
