import { expect, test } from 'vitest';
import { content, privateOf } from '../fields.ts';
import { protAll } from '../config.ts';
import { android16 } from './android16-6.12.ts';
import { answered, Bench, config, denied } from './bench.ts';

test('a page that a device has mapped is not given away or shared', () => {
  const bench = new Bench(android16).withGuest(4);
  expect(bench.call('iommu_map', { page: 5 })).toEqual(answered());
  expect(bench.call('donate_guest', { page: 5, gfn: 1 })).toEqual(denied('EINVAL', 'DONATE-UNPINNED'));
  expect(bench.call('host_share_hyp', { page: 5 })).toEqual(denied('EINVAL', 'SHARE-HYP-UNPINNED'));
  expect(bench.call('ffa_lend', { page: 5 })).toEqual(denied('DENIED', 'FFA-LEND-UNPINNED'));
  expect(bench.call('iommu_unmap')).toEqual(answered());
  expect(bench.call('donate_guest', { page: 5, gfn: 1 })).toEqual(denied('ENOMEM', 'DONATE-TABLES'));
  bench.call('topup_memcache', { first: 6, pages: 1 });
  expect(bench.call('donate_guest', { page: 5, gfn: 1 })).toEqual(answered());
  expect(bench.call('iommu_map', { page: 5 })).toEqual(denied('EPERM', 'IOMMU-MAP-OWNED'));
});

test('a device reaches what is mapped for it while it is attached', () => {
  const bench = new Bench(android16);
  bench.call('host_write', { page: 5, value: content.host });
  bench.call('iommu_map', { page: 5 });
  expect(bench.call('device_read')).toEqual(denied('FAULT', 'DEVICE-ATTACHED'));
  expect(bench.call('iommu_attach', { device: 2 })).toEqual(denied('EINVAL', 'IOMMU-ATTACH-DEVICE'));
  expect(bench.call('iommu_attach')).toEqual(answered());
  expect(bench.call('device_read')).toEqual(answered(content.host));
  expect(bench.call('device_read', { iova: 1 })).toEqual(denied('FAULT', 'DEVICE-MAPPED'));
  bench.call('iommu_detach');
  expect(bench.call('donate_guest', { page: 5 })).toEqual(denied('EINVAL', 'DONATE-LOADED'));
  expect(bench.call('device_read')).toEqual(denied('FAULT', 'DEVICE-ATTACHED'));
});

test('a device outside the IOMMU reads what a VM wrote', () => {
  const covered = new Bench(android16).withGuest(4);
  covered.call('guest_write');
  expect(covered.call('device_bypass_read', { page: 4 })).toEqual(denied('FAULT', 'DEVICE-COVERED'));
  const open = new Bench(android16, { ...config, socCoversDma: false }).withGuest(4);
  open.call('guest_write');
  expect(open.call('device_bypass_read', { page: 4 })).toEqual(answered(privateOf(0)));
});

test('a page that its VM relinquishes is the host’s, wiped', () => {
  const bench = new Bench(android16).withGuest(4);
  bench.call('guest_write');
  expect(bench.call('host_read', { page: 4 })).toEqual(denied('EFAULT', 'HOST-READ-REACHES'));
  expect(bench.call('guest_mem_relinquish', { argFault: 1 })).toEqual(denied('INVALID_PARAMETER', 'RELINQUISH-ARGS'));
  expect(bench.call('guest_mem_relinquish')).toEqual(answered());
  expect(bench.call('host_read', { page: 4 })).toEqual(answered(content.zero));
  expect(bench.call('guest_read')).toEqual(denied('data_abort:translation', 'GUEST-MAPPED'));
  expect(bench.call('guest_mem_relinquish')).toEqual(answered());
});

test('a page that its VM shares is not relinquished', () => {
  const bench = new Bench(android16).withGuest(4);
  expect(bench.call('guest_mem_share')).toEqual(answered());
  expect(bench.call('guest_mem_relinquish')).toEqual(denied('INVALID_PARAMETER', 'RELINQUISH-OWNED'));
});

test('a guarded frame takes no page, and is guarded for good', () => {
  const bench = new Bench(android16).withGuest(4);
  const at = { gfn: 1 };
  expect(bench.call('guest_mmio_guard_map', at)).toEqual(denied('INVALID_PARAMETER', 'GUARD-MAP-ENROLLED'));
  expect(bench.call('guest_mmio_guard_enroll')).toEqual(answered());
  expect(bench.call('guest_mmio_guard_map')).toEqual(denied('INVALID_PARAMETER', 'GUARD-MAP-FREE'));
  expect(bench.call('guest_mmio_guard_map', at)).toEqual(answered());
  expect(bench.call('guest_mmio_guard_map', at)).toEqual(answered());
  expect(bench.call('guest_mmio_guard_unmap', at)).toEqual(answered());
  expect(bench.call('guest_read', at)).toEqual(denied('data_abort:translation', 'GUEST-MAPPED'));
  expect(bench.call('donate_guest', { page: 5, gfn: 1 })).toEqual(denied('EPERM', 'DONATE-FREE'));
});

test('a guard for which there is no table asks the host for memory', () => {
  const bench = new Bench(android16).withGuest(4);
  bench.call('guest_mmio_guard_enroll');
  bench.call('guest_mem_relinquish');
  expect(bench.call('guest_mmio_guard_map').kind, 'the freed table is used again').toBe('done');
  const poor = new Bench(android16);
  for (const given of [0, 1]) poor.call('host_share_hyp', { page: given });
  poor.call('init_vm', { kvm: 0, created: 1, protected: 1, pgd: 2 });
  poor.call('init_vcpu', { hostVcpu: 1, mpState: 1 });
  poor.call('vcpu_load');
  poor.call('guest_mmio_guard_enroll');
  expect(poor.call('guest_mmio_guard_map')).toEqual(denied('hvc', 'GUARD-MAP-TABLES'));
});

test('a vCPU that its VM has switched off does not run', () => {
  const bench = new Bench(android16).withGuest(4);
  expect(bench.call('init_vcpu', { index: 1, hostVcpu: 1, mpState: 2 })).toEqual(denied('EINVAL', 'INIT-VCPU-POWER'));
  expect(bench.call('init_vcpu', { index: 1, hostVcpu: 1, mpState: 0 })).toEqual(answered());
  bench.call('vcpu_load', { index: 1 }, 1);
  expect(bench.call('guest_read', { vcpu: 1 }, 1)).toEqual(denied('EINVAL', 'RUN-POWERED'));
  expect(bench.call('guest_cpu_on', { target: 0 })).toEqual(denied('ALREADY_ON', 'CPU-ON-OFF'));
  expect(bench.call('guest_cpu_on', { target: 1 })).toEqual(answered());
  expect(bench.call('guest_cpu_on', { target: 1 })).toEqual(denied('ON_PENDING', 'CPU-ON-STARTED'));
  expect(bench.call('guest_read', { vcpu: 1 }, 1)).toEqual(answered(content.zero));
  expect(bench.call('guest_cpu_off', { vcpu: 1 }, 1)).toEqual(answered());
  expect(bench.call('guest_read', { vcpu: 1 }, 1)).toEqual(denied('EINVAL', 'RUN-POWERED'));
});

test('what the host lends to the secure world comes back only when it was returned', () => {
  const bench = new Bench(android16);
  expect(bench.call('ffa_lend', { page: 5 })).toEqual(answered());
  expect(bench.call('host_read', { page: 5 })).toEqual(denied('EFAULT', 'HOST-READ-REACHES'));
  expect(bench.call('secure_write', { page: 5, value: content.host })).toEqual(answered());
  expect(bench.call('ffa_reclaim', { page: 5 })).toEqual(denied('DENIED', 'FFA-RECLAIM-RETURNED'));
  expect(bench.call('secure_return', { page: 5 })).toEqual(answered());
  expect(bench.call('secure_read', { page: 5 })).toEqual(denied('FAULT', 'SECURE-READ-GIVEN'));
  expect(bench.call('ffa_reclaim', { page: 5 })).toEqual(answered());
  expect(bench.call('ffa_reclaim', { page: 5 })).toEqual(denied('DENIED', 'FFA-RECLAIM-GIVEN'));
  expect(bench.call('ffa_share', { page: 7 })).toEqual(denied('DENIED', 'FFA-SHARE-MEMORY'));
});

test('errors that differ from those of Linux', () => {
  const bench = new Bench(android16).withGuest(4);
  expect(bench.call('donate_guest', { page: 7, gfn: 1 })).toEqual(denied('EINVAL', 'DONATE-RAM'));
  expect(bench.call('host_share_hyp', { page: 7 })).toEqual(denied('EINVAL', 'SHARE-HYP-RAM'));
  expect(bench.call('wrprotect', { nr: 1 })).toEqual(denied('EPERM', 'WRPROTECT-UNPROTECTED'));
  expect(bench.call('start_teardown_vm', { vm: 1 })).toEqual(denied('ENOENT', 'TEARDOWN-KNOWN'));
  expect(bench.call('start_teardown_vm')).toEqual(denied('EBUSY', 'TEARDOWN-UNLOADED'));
  expect(bench.call('finalize_teardown_vm')).toEqual(denied('EBUSY', 'FINALIZE-DYING'));
  bench.call('vcpu_put');
  expect(bench.call('start_teardown_vm')).toEqual(answered());
  expect(bench.call('reclaim_dying_guest_page', { page: 5 })).toEqual(denied('EINVAL', 'RECLAIM-DYING-PAGE'));
  expect(bench.call('reclaim_dying_guest_page', { page: 4 })).toEqual(answered());
});

test('a non-protected VM is not given a page that a device has mapped, and its requests go to the host', () => {
  const bench = new Bench(android16);
  for (const given of [0, 1]) bench.call('host_share_hyp', { page: given });
  bench.call('init_vm', { kvm: 0, created: 1, protected: 0, idRegs: 1, pgd: 2 });
  bench.call('init_vcpu', { hostVcpu: 1 });
  bench.call('topup_memcache', { first: 3, pages: 1 });
  bench.call('vcpu_load');
  bench.call('iommu_map', { page: 5 });
  const shared = { nr: 1, prot: protAll };
  expect(bench.call('share_guest', { page: 5, ...shared })).toEqual(denied('EPERM', 'SHARE-GUEST-UNPINNED'));
  expect(bench.call('share_guest', { page: 4, ...shared })).toEqual(answered());
  expect(bench.call('guest_mem_relinquish'), 'there is nothing to relinquish').toEqual(answered());
  expect(bench.call('guest_read')).toEqual(answered(content.zero));
  expect(bench.call('guest_mmio_guard_enroll')).toEqual(denied('hvc', 'GUARD-ENROLL-PROTECTED'));
  expect(bench.call('guest_hyp_meminfo')).toEqual(answered(4096));
});
