import { expect, test } from 'vitest';
import { content } from '../fields.ts';
import { answered, Bench, config, denied } from './bench.ts';
import { linux74 } from './linux-7.4.ts';

/** A protected VM that has reserved its handle, with no vCPU yet. */
function withVm(vcpus = 2): Bench {
  const bench = new Bench(linux74, { ...config, sizes: { ...config.sizes, hypVmPages: 0, hypVcpuPages: 0 } });
  for (const page of [0, 1]) bench.call('host_share_hyp', { page });
  expect(bench.call('reserve_vm')).toEqual(answered());
  const asked = { kvm: 0, created: vcpus, protected: 1, pgd: 2 };
  expect(bench.call('init_vm', { ...asked, full: 1 })).toEqual(denied('ENOMEM', 'INIT-VM-ALLOCATED'));
  expect(bench.call('init_vm', { ...asked, full: 1, crowded: 1 })).toEqual(denied('E2BIG', 'INIT-VM-SPACE'));
  expect(bench.call('init_vm', { ...asked, vm: 1 })).toEqual(denied('EINVAL', 'INIT-VM-RESERVED'));
  expect(bench.call('init_vm', asked)).toEqual(answered());
  return bench;
}

test('the heap is asked for a vCPU before its VM is looked for', () => {
  const bench = withVm();
  const asked = { vm: 1, hostVcpu: 1, mpState: 1 };
  expect(bench.call('init_vcpu', { ...asked, full: 1 })).toEqual(denied('ENOMEM', 'INIT-VCPU-ALLOCATED'));
  expect(bench.call('init_vcpu', { ...asked, crowded: 1 })).toEqual(denied('E2BIG', 'INIT-VCPU-SPACE'));
  expect(bench.call('init_vcpu', asked)).toEqual(denied('ENOENT', 'INIT-VCPU-VM'));
});

test('the host makes one vCPU of a protected VM runnable, and the VM switches on the others', () => {
  const bench = withVm();
  expect(bench.call('init_vcpu', { hostVcpu: 1, mpState: 2 })).toEqual(denied('EINVAL', 'INIT-VCPU-POWER'));
  expect(bench.call('init_vcpu', { hostVcpu: 1, mpState: 1 })).toEqual(answered());
  expect(bench.call('init_vcpu', { hostVcpu: 1, index: 1, mpState: 1 })).toEqual(denied('EINVAL', 'INIT-VCPU-FIRST'));
  expect(bench.call('init_vcpu', { hostVcpu: 1, index: 1, mpState: 0 })).toEqual(answered());
  bench.call('topup_memcache', { first: 3, pages: 1 });
  bench.call('vcpu_load');
  bench.call('vcpu_load', { index: 1 }, 1);
  bench.call('donate_guest', { page: 4 });
  expect(bench.call('guest_read', { vcpu: 1 }, 1)).toEqual(denied('EINVAL', 'RUN-POWERED'));
  expect(bench.call('guest_cpu_on', { target: 1 })).toEqual(answered());
  expect(bench.call('guest_read', { vcpu: 1 }, 1)).toEqual(answered(content.zero));
  expect(bench.call('guest_cpu_off', { vcpu: 1 }, 1)).toEqual(answered());
  expect(bench.call('guest_cpu_off', { vcpu: 1 }, 1)).toEqual(denied('EINVAL', 'RUN-POWERED'));
});

test('hypercalls go up to number 57, and those below 8 are gone after set-up', () => {
  const { rules } = linux74;
  const ids = rules.get('hypercall')?.parameters['id']?.values(config) ?? [];
  expect(ids).toEqual(expect.arrayContaining([7, 8, 57, 58]));
  const answers = [7, 8, 57, 58].map((id) => new Bench(linux74).call('hypercall', { id }));
  expect(answers).toEqual([
    denied('NOT_SUPPORTED', 'CALL-AFTER-SETUP'),
    denied('EPERM', 'CALL-FINALIZE-ONCE'),
    answered(),
    denied('NOT_SUPPORTED', 'CALL-NUMBER'),
  ]);
});
