/* Two calls of a hypervisor, written by hand for the test of the checks: one word for each page. */
#include "spec.h"

#define PFN(page) (0x40000 + (u64)(page))
enum { WRAPPING = PAGES - 1, ALIAS = PAGES - 2, RAM = PAGES - 6 };

struct page {
  unsigned char host, hyp;
  unsigned short refcount;
};
static struct page table[PAGES];

static struct page *page_of(u64 pfn) {
  const u64 number = (pfn & ~(1ull << 52)) - PFN(0);
  return number < RAM ? &table[number] : NULL;
}

int __pkvm_host_share_hyp(u64 pfn) {
  struct page *page = page_of(pfn);
  if (pfn == ~0ull >> 12) return -EINVAL;
  if (!page || page->host != 0 || page->hyp != 3) return -EPERM;
  page->host = 1;
  page->hyp = 2;
  return 0;
}

int __pkvm_host_unshare_hyp(u64 pfn) {
  struct page *page = page_of(pfn);
  if (pfn == ~0ull >> 12) return -EINVAL;
  if (!page || page->host != 1 || page->hyp != 2) return -EPERM;
  if (page->refcount) return -EBUSY;
  page->host = 0;
  page->hyp = 3;
  return 0;
}

/* The abstraction. */
u64 pfn_of(int page) {
  if (page == WRAPPING) return ~0ull >> 12;
  return page == ALIAS ? PFN(0) + (1ull << 52) : PFN(page);
}

int read_host(int page) { return table[page].host; }
int read_hyp(int page) { return table[page].hyp; }
int read_pins(int page) { return table[page].refcount; }

void arbitrary_state(void) {
  for (int page = 0; page < PAGES; page++) {
    table[page].host = (unsigned char)choose(0, 3);
    table[page].hyp = (unsigned char)choose(0, 3);
    table[page].refcount = (unsigned short)choose(0, 1);
  }
}
