// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0
/*
 * A secure world that takes memory from the normal world by FF-A 1.1 (Arm DEN 0077), as a secure partition manager and
 * one partition in one. It uses what is shared with it or lent to it from then on, until the host's module has it give
 * that back; the module also has it read and write there. FFA-EL3: it keeps to what it was given.
 */
#include "firmware.h"

#define FFA_ERROR		0x84000060
#define FFA_SUCCESS		0x84000061
#define FFA_VERSION		0x84000063
#define FFA_FEATURES		0x84000064
#define FFA_RX_RELEASE		0x84000065
#define FFA_RXTX_UNMAP		0x84000067
#define FFA_PARTITION_INFO_GET	0x84000068
#define FFA_ID_GET		0x84000069
#define FFA_MEM_RETRIEVE_RESP	0x84000075
#define FFA_MEM_RECLAIM		0x84000077
#define FFA_MEM_FRAG_RX		0x8400007a
#define FFA_MEM_FRAG_TX		0x8400007b
#define FFA_FN64_RXTX_MAP	0xc4000066
#define FFA_FN64_MEM_LEND	0xc4000072
#define FFA_FN64_MEM_SHARE	0xc4000073
#define FFA_FN64_RETRIEVE_REQ	0xc4000074

#define VERSION_1_1		0x10001
#define NOT_SUPPORTED		-1
#define INVALID_PARAMETERS	-2
#define NO_MEMORY		-3
#define DENIED			-6

/* What the host's module asks for, by numbers that the architecture leaves to the maker of the chip. */
#define SERVICE_READ		0xc2000001
#define SERVICE_WRITE		0xc2000002
#define SERVICE_RETURN		0xc2000003

#define PAGE_SIZE		4096UL
/* The partition. */
#define RECEIVER		0x8001
/* More than the host ever shares at the same time. */
#define MOST_REGIONS		256

/* A memory transaction descriptor and what it leads to (FF-A 1.1, section 10.5). */
struct header {
	u16 sender, attributes;
	u32 flags;
	u64 handle, tag;
	u32 endpoint_size, endpoints, endpoint_offset, reserved[3];
};
struct endpoint {
	u16 receiver;
	u8 permissions, flags;
	u32 composite_offset;
	u64 reserved;
};
struct range {
	u64 address;
	u32 pages, reserved;
};
struct composite {
	u32 pages, ranges;
	u64 reserved;
	struct range range[];
};

/* Memory that the normal world has passed on. */
static struct region {
	u64 handle;		/* 0: no memory */
	u32 length, received;
	int held;
	u64 descriptor[PAGE_SIZE / sizeof(u64)];
} regions[MOST_REGIONS];

static u64 last_handle;
/* The buffers of the hypervisor. */
static u64 *tx, *rx;

/* Of whole words: no length here is anything else. */
static void copy(u64 *to, const u64 *from, u32 length)
{
	u32 i;

	for (i = 0; i < length / sizeof(u64); i++)
		to[i] = from[i];
}

static void succeed(u64 *x, u64 x2, u64 x3)
{
	x[0] = FFA_SUCCESS;
	x[1] = 0;
	x[2] = x2;
	x[3] = x3;
}

static void fail(u64 *x, int error)
{
	x[0] = FFA_ERROR;
	x[1] = 0;
	x[2] = (u32)error;
	x[3] = 0;
}

static struct region *region_of(u64 handle)
{
	struct region *region;

	for (region = regions; region < regions + MOST_REGIONS; region++)
		if (region->handle == handle)
			return region;
	return 0;
}

/* The ranges of a descriptor for the partition alone; nothing where they do not lie within it. */
static const struct composite *ranges_of(const struct region *region)
{
	const u8 *start = (const u8 *)region->descriptor;
	const struct header *header = (const void *)start;
	u64 at = header->endpoint_offset;

	if (header->endpoints != 1 || at % 8 || at + sizeof(struct endpoint) > region->length)
		return 0;
	if (((const struct endpoint *)(start + at))->receiver != RECEIVER)
		return 0;
	at = ((const struct endpoint *)(start + at))->composite_offset;
	if (at % 8 || at + sizeof(struct composite) > region->length)
		return 0;
	const struct composite *composite = (const void *)(start + at);
	u64 size = sizeof(struct composite) + composite->ranges * sizeof(struct range);

	return composite->ranges && at + size <= region->length ? composite : 0;
}

/* Does the secure world hold this address? Then the region with it. */
static struct region *holder(u64 address)
{
	struct region *region;
	u32 i;

	for (region = regions; region < regions + MOST_REGIONS; region++) {
		const struct composite *composite = region->handle && region->held ? ranges_of(region) : 0;

		for (i = 0; composite && i < composite->ranges; i++)
			if (address - composite->range[i].address < composite->range[i].pages * PAGE_SIZE)
				return region;
	}
	return 0;
}

/* A fragment of a descriptor: the last one passes the memory on, and behind others there is more to come. */
static void take(u64 *x, struct region *region, u32 fragment)
{
	if (!fragment || fragment % sizeof(u64) || fragment > region->length - region->received) {
		region->handle = 0;
		fail(x, INVALID_PARAMETERS);
		return;
	}
	copy(region->descriptor + region->received / sizeof(u64), tx, fragment);
	region->received += fragment;
	if (!ranges_of(region)) {
		region->handle = 0;
		fail(x, INVALID_PARAMETERS);
	} else if (region->received < region->length) {
		x[0] = FFA_MEM_FRAG_RX;
		x[1] = (u32)region->handle;
		x[2] = region->handle >> 32;
		x[3] = region->received;
	} else {
		region->held = 1;
		((struct header *)region->descriptor)->handle = region->handle;
		succeed(x, (u32)region->handle, region->handle >> 32);
	}
}

/* FFA_MEM_SHARE and FFA_MEM_LEND. */
static void receive(u64 *x)
{
	struct region *region = region_of(0);
	u32 length = x[1], fragment = x[2];

	if (!tx || length > PAGE_SIZE || fragment > PAGE_SIZE) {
		fail(x, INVALID_PARAMETERS);
	} else if (!region) {
		fail(x, NO_MEMORY);
	} else {
		region->handle = ++last_handle;
		region->length = length;
		region->received = 0;
		region->held = 0;
		take(x, region, fragment);
	}
}

/* FFA_MEM_FRAG_TX: what follows the first fragment. */
static void receive_more(u64 *x)
{
	u64 handle = (u32)x[1] | x[2] << 32;
	struct region *region = tx && handle ? region_of(handle) : 0;

	if (region && region->received < region->length)
		take(x, region, x[3]);
	else
		fail(x, INVALID_PARAMETERS);
}

/* The hypervisor asks which memory it was. */
static void retrieve(u64 *x)
{
	struct region *region = tx ? region_of(((const struct header *)tx)->handle) : 0;

	if (!region || !region->handle || region->received < region->length || !rx) {
		fail(x, INVALID_PARAMETERS);
		return;
	}
	copy(rx, region->descriptor, region->length);
	x[0] = FFA_MEM_RETRIEVE_RESP;
	x[1] = region->length;
	x[2] = region->length;
}

static void reclaim(u64 *x)
{
	u64 handle = (u32)x[1] | x[2] << 32;
	struct region *region = handle ? region_of(handle) : 0;

	if (!region) {
		fail(x, INVALID_PARAMETERS);
	} else if (region->held) {
		fail(x, DENIED);
	} else {
		region->handle = 0;
		succeed(x, 0, 0);
	}
}

int answer_ffa(u64 *x)
{
	switch ((u32)x[0]) {
	case FFA_VERSION:
		x[0] = VERSION_1_1;
		return 1;
	case FFA_FEATURES:
		/* Buffers of one page. */
		if ((u32)x[1] == FFA_FN64_RXTX_MAP)
			succeed(x, 0, 0);
		else
			fail(x, NOT_SUPPORTED);
		return 1;
	case FFA_ID_GET:
	case FFA_RX_RELEASE:
	case FFA_PARTITION_INFO_GET:
		succeed(x, 0, 0);
		return 1;
	case FFA_FN64_RXTX_MAP:
		tx = (u64 *)x[1];
		rx = (u64 *)x[2];
		succeed(x, 0, 0);
		return 1;
	case FFA_RXTX_UNMAP:
		tx = rx = 0;
		succeed(x, 0, 0);
		return 1;
	case FFA_FN64_MEM_SHARE:
	case FFA_FN64_MEM_LEND:
		receive(x);
		return 1;
	case FFA_MEM_FRAG_TX:
		receive_more(x);
		return 1;
	case FFA_FN64_RETRIEVE_REQ:
		retrieve(x);
		return 1;
	case FFA_MEM_RECLAIM:
		reclaim(x);
		return 1;
	}
	return 0;
}

/* x1 is an address, of a word where one is read or written; x0 of the answer is 0, or not where it is not held. */
int answer_service(u64 *x)
{
	u32 function = x[0];
	struct region *region;

	if (function < SERVICE_READ || function > SERVICE_RETURN)
		return 0;
	region = holder(x[1]);
	x[0] = region ? 0 : DENIED;
	if (region && function == SERVICE_READ)
		x[1] = *(volatile u64 *)x[1];
	else if (region && function == SERVICE_WRITE)
		*(volatile u64 *)x[1] = x[2];
	else if (region)
		region->held = 0;
	return 1;
}
