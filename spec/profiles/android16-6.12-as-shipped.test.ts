import { expect, test } from 'vitest';
import { content, privateOf } from '../fields.ts';
import { protAll } from '../config.ts';
import type { ClauseId } from '../clauses.generated.ts';
import type { Refusal } from '../answers.ts';
import { android16 } from './android16-6.12.ts';
import { android16AsShipped } from './android16-6.12-as-shipped.ts';
import { answered, Bench, config, denied } from './bench.ts';

const shippedBench = (): Bench => new Bench(android16AsShipped);

/** A VM that is not protected, with its first vCPU loaded; the page is shared with it where one is named. */
function withHostsGuest(bench: Bench, shared?: number): Bench {
  for (const page of [0, 1]) bench.call('host_share_hyp', { page });
  bench.call('init_vm', { kvm: 0, created: 1, idRegs: 1, pgd: 2 });
  bench.call('init_vcpu', { hostVcpu: 1 });
  bench.call('topup_memcache', { first: 3, pages: 1 });
  bench.call('vcpu_load');
  if (shared !== undefined) {
    expect(bench.call('share_guest', { page: shared, nr: 1, prot: protAll })).toEqual(answered());
  }
  return bench;
}

test('a reclaim from the secure world does not reach the page of a VM, but did as shipped', () => {
  const bench = new Bench(android16).withGuest(4);
  expect(bench.call('ffa_reclaim', { page: 4 })).toEqual(denied('DENIED', 'FFA-RECLAIM-OWNER'));
  expect(bench.call('ffa_reclaim', { page: 0 })).toEqual(denied('DENIED', 'FFA-RECLAIM-BORROWER'));
  const shipped = new Bench(android16AsShipped).withGuest(4);
  shipped.call('guest_write');
  expect(shipped.call('ffa_reclaim', { page: 4 })).toEqual(answered());
  expect(shipped.call('host_read', { page: 4 })).toEqual(answered(privateOf(0)));
});

test('a page that two VMs borrow is not the host’s again when one of them dies, but was as shipped', () => {
  const borrowed = [android16, android16AsShipped].map((profile) => {
    const bench = new Bench(profile);
    for (const page of [0, 1]) bench.call('host_share_hyp', { page });
    for (const [vm, pgd, table] of [
      [0, 2, 3],
      [1, 5, 6],
    ] as const) {
      bench.call('init_vm', { kvm: 0, created: 1, idRegs: 1, pgd });
      bench.call('init_vcpu', { vm, hostVcpu: 1 });
      bench.call('topup_memcache', { vm, first: table, pages: 1 });
      bench.call('vcpu_load', { vm }, vm);
      expect(bench.call('share_guest', { page: 4, nr: 1, prot: protAll }, vm)).toEqual(answered());
    }
    bench.call('vcpu_put');
    expect(bench.call('start_teardown_vm')).toEqual(answered());
    return bench;
  });
  const [android, shipped] = borrowed as [Bench, Bench];
  expect(android.call('reclaim_dying_guest_page', { page: 4 })).toEqual(denied('EPERM', 'RECLAIM-DYING-OWNED'));
  expect(android.call('unshare_guest', { nr: 1 })).toEqual(answered());
  expect(shipped.call('unshare_guest', { nr: 1 })).toEqual(denied('EINVAL', 'UNSHARE-GUEST-VM'));
  expect(shipped.call('reclaim_dying_guest_page', { page: 4, nr: 1 })).toEqual(answered());
  for (const bench of borrowed) expect(bench.call('guest_read', { vm: 1 }, 1)).toEqual(answered(content.zero));
  expect(android.call('host_share_hyp', { page: 4 })).toEqual(denied('EPERM', 'SHARE-HYP-OWNED'));
  // The host has it to itself, and gives it to a protected VM, while the other VM goes on reading it.
  shipped.call('finalize_teardown_vm');
  shipped.call('init_vm', { kvm: 0, created: 1, protected: 1, pgd: 2 });
  shipped.call('init_vcpu', { hostVcpu: 1, mpState: 1 });
  shipped.call('topup_memcache', { first: 3, pages: 1 });
  shipped.call('vcpu_load');
  expect(shipped.call('donate_guest', { page: 4 })).toEqual(answered());
  expect(shipped.call('guest_write')).toEqual(answered());
  expect(shipped.call('guest_read', { vm: 1 }, 1)).toEqual(answered(privateOf(0)));
});

test.each([
  ['wrprotect', { nr: 1 }, 'WRPROTECT-UNPROTECTED'],
  ['start_teardown_vm', {}, 'TEARDOWN-UNLOADED'],
  ['start_teardown_vm', { vm: 1 }, 'TEARDOWN-KNOWN'],
] as const)('%s stops the machine as shipped, with %o', (call, named, clause) => {
  const [android, shipped] = [android16, android16AsShipped].map((of) => new Bench(of).withGuest(4)) as [Bench, Bench];
  expect(android.call(call, named)).toMatchObject({ kind: 'denied', clause });
  expect(shipped.call(call, named)).toEqual(denied('PANIC', clause));
});

test('a page that is relinquished may go back with what another vCPU wrote', () => {
  for (const [raced, left] of [
    [0, content.zero],
    [1, privateOf(0)],
  ] as const) {
    const bench = shippedBench().withGuest(4);
    bench.call('guest_write');
    expect(bench.call('guest_mem_relinquish', { raced })).toEqual(answered());
    expect(bench.call('host_read', { page: 4 })).toEqual(answered(left));
  }
});

test('the count of shares wraps to 0, and the machine stops where one of them ends', () => {
  const [android, shipped] = [android16, android16AsShipped].map((profile) => {
    const bench = new Bench(profile, { ...config, maxShares: 1 });
    withHostsGuest(bench, 4);
    bench.call('topup_memcache', { first: 6, pages: 1 });
    return bench;
  }) as [Bench, Bench];
  const again = { page: 4, gfn: 1, nr: 1, prot: protAll };
  expect(android.call('share_guest', again)).toEqual(denied('EBUSY', 'SHARE-GUEST-COUNT'));
  expect(shipped.call('share_guest', again)).toEqual(answered());
  expect(shipped.call('host_share_hyp', { page: 4 })).toEqual(denied('EPERM', 'SHARE-HYP-OWNED'));
  expect(shipped.call('unshare_guest', { nr: 1 })).toEqual(denied('PANIC', 'UNSHARE-GUEST-COUNTED'));
});

test('mkyoung answers whether there is a descriptor, and refuses nothing', () => {
  expect(shippedBench().call('mkyoung')).toEqual(answered(0));
  expect(shippedBench().withGuest(4).call('mkyoung'), 'a protected VM').toEqual(answered(0));
  const bench = withHostsGuest(shippedBench(), 4);
  expect(bench.call('mkyoung', { gfn: 1 })).toEqual(answered(0));
  bench.call('test_clear_young', { nr: 1, mkold: 1 });
  expect(bench.call('test_clear_young', { nr: 1 })).toEqual(answered(0));
  expect(bench.call('mkyoung')).toEqual(answered(1));
  expect(bench.call('test_clear_young', { nr: 1 })).toEqual(answered(1));
});

test('a device gets the registers of another, and an unmapping answers what it has unmapped', () => {
  const bench = shippedBench();
  expect(bench.call('iommu_map', { page: 7 })).toEqual(answered());
  expect(new Bench(android16).call('iommu_map', { page: 7 })).toEqual(denied('EPERM', 'IOMMU-MAP-MEMORY'));
  expect(bench.call('iommu_map', { page: 5, device: 2 })).toEqual(denied('ENOENT', 'IOMMU-MAP-DEVICE'));
  expect(bench.call('iommu_unmap', { iova: 1 })).toEqual(answered(0));
  expect(bench.call('iommu_unmap', { device: 2 })).toEqual(answered(0));
  expect(bench.call('iommu_unmap')).toEqual(answered(4096));
  expect(bench.call('iommu_map', { page: 5 })).toEqual(answered());
  expect(bench.call('host_share_hyp', { page: 5 })).toEqual(denied('EINVAL', 'SHARE-HYP-UNPINNED'));
});

test('a range that wraps around is too big, whatever the domain', () => {
  const wrapping = { kind: 'wrapping', pfn: 2 ** 52 - 1, of: 8, aligned: 1, name: 'last' } as const;
  const bench = new Bench(android16AsShipped, { ...config, pages: [...config.pages, wrapping] });
  for (const device of [0, 2]) {
    expect(bench.call('iommu_map', { page: 8, device })).toEqual(denied('E2BIG', 'IOMMU-MAP-RANGE'));
  }
});

test.each([
  [1, 'EINVAL', 'RECLAIM-DYING-PAGE', 5],
  [2, 'EINVAL', 'RECLAIM-DYING-ORDER', 4],
  [512, 'E2BIG', 'RECLAIM-DYING-WHOLE', 4],
] satisfies [number, Refusal, ClauseId, number][])(
  'a page is not reclaimed as %i pages: %s',
  (nr, error, clause, page) => {
    const bench = shippedBench().withGuest(4);
    bench.call('vcpu_put');
    bench.call('start_teardown_vm');
    expect(bench.call('reclaim_dying_guest_page', { page, nr })).toEqual(denied(error, clause));
  },
);

test('addresses run out, where memory would not help', () => {
  const bench = shippedBench();
  for (const page of [0, 1]) bench.call('host_share_hyp', { page });
  const asked = { kvm: 0, created: 1, protected: 1, pgd: 2 };
  expect(bench.call('init_vm', { ...asked, full: 1, crowded: 1 })).toEqual(denied('EINVAL', 'INIT-VM-SPACE'));
  expect(bench.call('init_vm', { ...asked, full: 1 })).toEqual(denied('ENOMEM', 'INIT-VM-ALLOCATED'));
  expect(bench.call('init_vm', asked)).toEqual(answered());
  expect(bench.call('init_vcpu', { hostVcpu: 1, crowded: 1 })).toEqual(denied('EINVAL', 'INIT-VCPU-SPACE'));
});

test('an entry of which the secure world was not told that its VM is gone stays taken', () => {
  const bench = withHostsGuest(new Bench(android16AsShipped, { ...config, slots: 1 }));
  bench.call('vcpu_put');
  bench.call('start_teardown_vm');
  expect(bench.call('finalize_teardown_vm', { untold: 1 }).kind).toBe('done');
  const asked = { kvm: 0, created: 1, idRegs: 1, pgd: 2 };
  expect(bench.call('init_vm', asked)).toEqual(denied('ENOMEM', 'INIT-VM-ROOM'));
  for (const call of ['start_teardown_vm', 'finalize_teardown_vm', 'vcpu_load', 'unshare_guest', 'tlb_flush_vmid']) {
    expect(bench.call(call), call).toEqual(denied('PANIC', 'FINALIZE-KEPT'));
  }
});

test('a page of the host’s stays pinned where a vCPU is made a second time', () => {
  for (const [profile, error, clause] of [
    [android16, undefined, undefined],
    [android16AsShipped, 'EBUSY', 'UNSHARE-HYP-UNPINNED'],
  ] as const) {
    const bench = new Bench(profile).withGuest(4);
    expect(bench.call('init_vcpu', { hostVcpu: 1, mpState: 1 })).toEqual(denied('EINVAL', 'INIT-VCPU-VACANT'));
    bench.call('vcpu_put');
    bench.call('start_teardown_vm');
    bench.call('finalize_teardown_vm');
    expect(bench.call('host_unshare_hyp', { page: 1 })).toEqual(
      clause === undefined ? answered() : denied(error, clause),
    );
  }
});

test('a VM whose identification registers nobody has set up has vCPUs as shipped', () => {
  const [android, shipped] = [android16, android16AsShipped].map((profile) => {
    const bench = new Bench(profile);
    for (const page of [0, 1]) bench.call('host_share_hyp', { page });
    expect(bench.call('init_vm', { kvm: 0, created: 1, pgd: 2 })).toEqual(answered());
    return bench;
  }) as [Bench, Bench];
  expect(android.call('init_vcpu', { hostVcpu: 1 })).toEqual(denied('EINVAL', 'INIT-VCPU-FEATURES'));
  expect(shipped.call('init_vcpu', { hostVcpu: 1 })).toEqual(answered());
});

test('what a dying VM borrows at two frames is reclaimed once, and the second time the machine stops', () => {
  const bench = withHostsGuest(shippedBench(), 4);
  expect(bench.call('share_guest', { page: 4, gfn: 1, nr: 1, prot: protAll })).toEqual(answered());
  bench.call('vcpu_put');
  bench.call('start_teardown_vm');
  expect(bench.call('reclaim_dying_guest_page', { page: 4, nr: 1 })).toEqual(answered());
  expect(bench.call('reclaim_dying_guest_page', { page: 4, gfn: 1, nr: 1 })).toEqual(
    denied('PANIC', 'RECLAIM-DYING-AGREED'),
  );
});

/** A page that a dying VM gives back twice, and that is lent to the hypervisor, and put to this use, in between. */
function givenBackTwice(use: (bench: Bench) => void): Bench {
  const bench = withHostsGuest(shippedBench(), 4);
  bench.call('share_guest', { page: 4, gfn: 1, nr: 1, prot: protAll });
  bench.call('vcpu_put');
  bench.call('start_teardown_vm');
  bench.call('reclaim_dying_guest_page', { page: 4, nr: 1 });
  expect(bench.call('host_share_hyp', { page: 4 })).toEqual(answered());
  use(bench);
  expect(bench.call('reclaim_dying_guest_page', { page: 4, gfn: 1, nr: 1 })).toEqual(answered());
  return bench;
}

test('a page that the hypervisor has borrowed since passes for the host’s alone, but not to the hypervisor', () => {
  const bench = givenBackTwice(() => undefined);
  expect(bench.call('host_share_hyp', { page: 4 })).toEqual(denied('EPERM', 'SHARE-HYP-UNLENT'));
  const root = { kvm: 0, created: 1, idRegs: 1, pgd: 4 };
  expect(bench.call('init_vm', root)).toEqual(denied('EINVAL', 'INIT-VM-PGD-UNPINNED'));
});

test('one that the hypervisor has pinned since is of use for nothing', () => {
  const bench = givenBackTwice((at) => {
    expect(at.call('init_vm', { kvm: 4, created: 1, idRegs: 1, pgd: 5 })).toEqual(answered(1));
  });
  expect(bench.call('host_share_hyp', { page: 4 })).toEqual(denied('EINVAL', 'SHARE-HYP-UNPINNED'));
  expect(bench.call('ffa_share', { page: 4 })).toEqual(denied('DENIED', 'FFA-SHARE-UNPINNED'));
  expect(bench.call('ffa_lend', { page: 4 })).toEqual(denied('DENIED', 'FFA-LEND-UNPINNED'));
  bench.call('init_vcpu', { vm: 1, hostVcpu: 1 });
  bench.call('topup_memcache', { vm: 1, first: 6, pages: 1 });
  bench.call('vcpu_load', { vm: 1 });
  const shared = { page: 4, nr: 1, prot: protAll };
  expect(bench.call('share_guest', shared)).toEqual(denied('EPERM', 'SHARE-GUEST-UNPINNED'));
});

test('the secure world stops the machine where it returns what was not given', () => {
  expect(shippedBench().call('ffa_reclaim', { page: 4 })).toEqual(denied('PANIC', 'FFA-RECLAIM-GIVEN'));
  expect(shippedBench().call('ffa_reclaim', { page: 7 })).toEqual(denied('PANIC', 'FFA-RECLAIM-MEMORY'));
  const bench = shippedBench();
  bench.call('host_share_hyp', { page: 4 });
  expect(bench.call('ffa_reclaim', { page: 4 })).toEqual(answered());
  // The hypervisor goes on using a page that the host can give to a VM.
  expect(bench.withGuest(4).call('guest_write')).toEqual(answered());
});

test('a VM is told in what pieces it can guard its frames', () => {
  const bench = shippedBench().withGuest(4);
  expect(bench.call('guest_mmio_guard_info')).toEqual(answered(4096));
  expect(bench.call('guest_mmio_guard_info', { argFault: 1 })).toEqual(denied('INVALID_PARAMETER', 'GUARD-INFO-ARGS'));
});
