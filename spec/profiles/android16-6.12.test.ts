import { expect, test } from 'vitest';
import { TransitionSystem } from '../transition-system.ts';
import type { Outcome } from '../transition-system.ts';
import type { Profile } from '../profile.ts';
import type { ClauseId } from '../clauses.generated.ts';
import type { Refusal } from '../answers.ts';
import { content, privateOf } from '../fields.ts';
import { initialState } from '../state.ts';
import type { State } from '../state.ts';
import { none, protAll } from '../config.ts';
import type { Config, PageShape } from '../config.ts';
import { android16, android16AsShipped } from './android16-6.12.ts';

const page = (of: number, kind: PageShape['kind'] = 'memory'): PageShape => ({
  kind,
  pfn: of,
  of,
  aligned: 1,
  name: `P${of}`,
});
/** Pages 0 to 3 for the host's structures and tables, 4 to 6 to play with, 7 a device's registers. */
const config: Config = {
  pages: [0, 1, 2, 3, 4, 5, 6].map((of) => page(of)).concat(page(7, 'mmio')),
  gfns: [0, 1].map((of) => ({ name: `g${of}`, frame: of, of, head: of, offset: 0, tables: [0], inRange: true })),
  tables: 1,
  slots: 2,
  vcpus: 2,
  cpus: 2,
  devices: 2,
  iovas: 2,
  cids: 0,
  words: 1,
  symbolic: true,
  block: 512,
  sizes: { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 1 },
  maxShares: 2,
  hardwareAccessFlag: true,
  codeGfn: none,
  codeWords: 0,
};

type Named = Readonly<Record<string, number>>;
const answered = (answer = 0): Outcome => ({ kind: 'done', answer });
const denied = (error: Refusal, clause: ClauseId): Outcome => ({ kind: 'denied', error, clause });

/** A machine to which calls are made with their arguments by name; those that are not named are 0. */
class Bench {
  readonly system: TransitionSystem;
  state: State;

  constructor(profile: Profile = android16, of: Config = config) {
    this.system = new TransitionSystem(profile, of);
    this.state = initialState(this.system.layout);
  }

  call(call: string, named: Named = {}, cpu = 0): Outcome {
    const args = this.system.rule(call).names.map((name) => named[name] ?? 0);
    const { outcome, state } = this.system.step(this.state, { call, cpu, args });
    this.state = state;
    return outcome;
  }

  /** A protected VM with its first vCPU loaded, and the page given to it at its first frame. */
  withGuest(given: number): this {
    const steps: [string, Named][] = [
      ['host_share_hyp', { page: 0 }],
      ['host_share_hyp', { page: 1 }],
      ['init_vm', { kvm: 0, created: 2, protected: 1, pgd: 2 }],
      ['init_vcpu', { hostVcpu: 1, mpState: 1 }],
      ['topup_memcache', { first: 3, pages: 1 }],
      ['vcpu_load', {}],
      ['donate_guest', { page: given }],
    ];
    for (const [call, named] of steps) expect(this.call(call, named).kind, call).toBe('done');
    return this;
  }
}

test('a page that a device has mapped is not given away or shared', () => {
  const bench = new Bench().withGuest(4);
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
  const bench = new Bench();
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
  const covered = new Bench().withGuest(4);
  covered.call('guest_write');
  expect(covered.call('device_bypass_read', { page: 4 })).toEqual(denied('FAULT', 'DEVICE-COVERED'));
  const open = new Bench(android16, { ...config, socCoversDma: false }).withGuest(4);
  open.call('guest_write');
  expect(open.call('device_bypass_read', { page: 4 })).toEqual(answered(privateOf(0)));
});

test('a page that its VM relinquishes is the host’s, wiped', () => {
  const bench = new Bench().withGuest(4);
  bench.call('guest_write');
  expect(bench.call('host_read', { page: 4 })).toEqual(denied('EFAULT', 'HOST-READ-REACHES'));
  expect(bench.call('guest_mem_relinquish', { argFault: 1 })).toEqual(denied('INVALID_PARAMETER', 'RELINQUISH-ARGS'));
  expect(bench.call('guest_mem_relinquish')).toEqual(answered());
  expect(bench.call('host_read', { page: 4 })).toEqual(answered(content.zero));
  expect(bench.call('guest_read')).toEqual(denied('data_abort:translation', 'GUEST-MAPPED'));
  expect(bench.call('guest_mem_relinquish')).toEqual(answered());
});

test('a page that its VM shares is not relinquished', () => {
  const bench = new Bench().withGuest(4);
  expect(bench.call('guest_mem_share')).toEqual(answered());
  expect(bench.call('guest_mem_relinquish')).toEqual(denied('INVALID_PARAMETER', 'RELINQUISH-OWNED'));
});

test('a guarded frame takes no page, and is guarded for good', () => {
  const bench = new Bench().withGuest(4);
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
  const bench = new Bench().withGuest(4);
  bench.call('guest_mmio_guard_enroll');
  bench.call('guest_mem_relinquish');
  expect(bench.call('guest_mmio_guard_map').kind, 'the freed table is used again').toBe('done');
  const poor = new Bench();
  for (const given of [0, 1]) poor.call('host_share_hyp', { page: given });
  poor.call('init_vm', { kvm: 0, created: 1, protected: 1, pgd: 2 });
  poor.call('init_vcpu', { hostVcpu: 1, mpState: 1 });
  poor.call('vcpu_load');
  poor.call('guest_mmio_guard_enroll');
  expect(poor.call('guest_mmio_guard_map')).toEqual(denied('hvc', 'GUARD-MAP-TABLES'));
});

test('a vCPU that its VM has switched off does not run', () => {
  const bench = new Bench().withGuest(4);
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
  const bench = new Bench();
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

test('a reclaim from the secure world does not reach the page of a VM, but did as shipped', () => {
  const bench = new Bench().withGuest(4);
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
  expect(shipped.call('reclaim_dying_guest_page', { page: 4 })).toEqual(answered());
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

test('errors that differ from those of Linux', () => {
  const bench = new Bench().withGuest(4);
  expect(bench.call('donate_guest', { page: 7, gfn: 1 })).toEqual(denied('EINVAL', 'DONATE-RAM'));
  expect(bench.call('host_share_hyp', { page: 7 })).toEqual(denied('EINVAL', 'SHARE-HYP-RAM'));
  expect(bench.call('wrprotect', { nr: 1 })).toEqual(denied('EPERM', 'WRPROTECT-UNPROTECTED'));
  expect(bench.call('start_teardown_vm', { vm: 1 })).toEqual(denied('ENOENT', 'TEARDOWN-KNOWN'));
  expect(bench.call('start_teardown_vm')).toEqual(denied('EBUSY', 'TEARDOWN-UNLOADED'));
  expect(bench.call('finalize_teardown_vm')).toEqual(denied('EBUSY', 'FINALIZE-DYING'));
  const shipped = new Bench(android16AsShipped).withGuest(4);
  expect(shipped.call('wrprotect', { nr: 1 })).toEqual(denied('PANIC', 'WRPROTECT-UNPROTECTED'));
  expect(shipped.call('start_teardown_vm')).toEqual(denied('PANIC', 'TEARDOWN-UNLOADED'));
  bench.call('vcpu_put');
  expect(bench.call('start_teardown_vm')).toEqual(answered());
  expect(bench.call('reclaim_dying_guest_page', { page: 5 })).toEqual(denied('EINVAL', 'RECLAIM-DYING-PAGE'));
  expect(bench.call('reclaim_dying_guest_page', { page: 4 })).toEqual(answered());
});

test('a non-protected VM is not given a page that a device has mapped, and its requests go to the host', () => {
  const bench = new Bench();
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
