import { expect, test } from 'vitest';
import { harnessFor, machineScopeNamed, movesOf } from '../../search/machine/counterexample.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import type { MachineScope } from './scope-parts.ts';

const whole = { nr: '1', prot: 'PX+UX+W+R' };
const sound: readonly (Pick<FaultCounterexample, 'scope' | 'calls' | 'schedule'> & { readonly title: string })[] = [
  {
    title: 'a load of a link while another call is under way',
    scope: 'neighbours',
    calls: [
      { call: 'host_load_stub', cpu: 0, args: { page: 'P0' } },
      { call: 'topup_memcache', cpu: 1, args: { vm: 'VM0', vcpu: '0', first: 'P0', pages: '1' } },
      { call: 'host_read_uncached', cpu: 1, args: { page: 'P0', word: '0' } },
    ],
    schedule: [{ call: 1, steps: 1, at: 'asks for host', preemptedBy: 2 }],
  },
  {
    title: 'a block of which one page is at its highest count, and a later one not the host’s',
    scope: 'neighbours',
    calls: [
      { call: 'share_guest', cpu: 1, args: { page: 'P4', gfn: 'G0', ...whole } },
      { call: 'donate_guest', cpu: 0, args: { page: 'P5', gfn: 'G0' } },
      { call: 'share_guest', cpu: 1, args: { page: 'P4', gfn: 'G4', ...whole, nr: '4' } },
    ],
  },
  {
    title: 'a block of which one page is at its highest count, and a later one mapped for a device',
    scope: 'neighbours',
    calls: [
      { call: 'share_guest', cpu: 1, args: { page: 'P4', gfn: 'G0', ...whole } },
      { call: 'iommu_map', cpu: 0, args: { device: 'device 0', iova: 'iova 0', page: 'P5' } },
      { call: 'share_guest', cpu: 1, args: { page: 'P4', gfn: 'G4', ...whole, nr: '4' } },
    ],
  },
  {
    title: 'a vCPU that is switched on while it runs, before a third call decides about its own',
    scope: 'android',
    calls: [
      { call: 'donate_guest', cpu: 0, args: { page: 'P0', gfn: 'G0' } },
      { call: 'guest_cpu_on', cpu: 1, args: { vm: 'VM0', vcpu: '1', target: '0' } },
      { call: 'guest_mem_relinquish', cpu: 0, args: { vm: 'VM0', vcpu: '0', gfn: 'G0' } },
      { call: 'guest_mem_share', cpu: 1, args: { vm: 'VM0', vcpu: '1', gfn: 'G0' } },
    ],
    schedule: [
      { call: 2, steps: 1, at: 'guest entered', preemptedBy: 1 },
      { call: 3, steps: 1, at: 'guest entered', preemptedBy: 2 },
    ],
  },
  {
    title: 'a call that saw what another had done when EL2 stopped',
    scope: 'android-ending',
    calls: [
      { call: 'start_teardown_vm', cpu: 0, args: { vm: 'VM0' } },
      { call: 'ffa_share', cpu: 1, args: { page: 'P1' } },
      { call: 'iommu_map', cpu: 0, args: { device: 'device 0', iova: 'iova 0', page: 'P1' } },
      { call: 'reclaim_dying_guest_page', cpu: 0, args: { vm: 'VM0', page: 'P1', gfn: 'beyond' } },
    ],
    schedule: [{ call: 2, steps: 3, at: 'recorded, not passed on', preemptedBy: 3 }],
  },
  {
    title: 'a block that is memory in part alone',
    scope: 'android',
    calls: [
      {
        call: 'init_vm',
        cpu: 0,
        args: { kvm: 'P8', created: '1', protected: 'no', idRegs: 'yes', pgd: 'P0', pgdFault: 'right', full: 'right' },
      },
      { call: 'vcpu_put', cpu: 0, args: {} },
      {
        call: 'init_vcpu',
        cpu: 0,
        args: { vm: 'VM1', hostVcpu: 'P8', index: '0', mpState: 'STOPPED', full: 'right' },
      },
      { call: 'vcpu_load', cpu: 0, args: { vm: 'VM1', index: '0' } },
      { call: 'share_guest', cpu: 0, args: { page: 'P12', gfn: 'G0', ...whole, nr: '4' } },
    ],
  },
  {
    title: 'a VM that ends with a block that it borrows, of which the scope names one frame alone',
    scope: 'neighbours',
    calls: [
      { call: 'share_guest', cpu: 1, args: { page: 'P0', gfn: 'G4', ...whole, nr: '4' } },
      { call: 'vcpu_put', cpu: 1, args: {} },
      { call: 'start_teardown_vm', cpu: 0, args: { vm: 'VM1' } },
      { call: 'finalize_teardown_vm', cpu: 0, args: { vm: 'VM1' } },
    ],
  },
  {
    title: 'a vCPU that is switched on while it runs for the first time, and switches itself off',
    scope: 'android',
    calls: [
      { call: 'guest_cpu_off', cpu: 1, args: { vm: 'VM0', vcpu: '1' } },
      { call: 'guest_cpu_on', cpu: 0, args: { vm: 'VM0', vcpu: '0', target: '1' } },
    ],
    schedule: [{ call: 1, steps: 1, at: 'guest entered', preemptedBy: 1 }],
  },
  {
    title: 'a second vCPU that the host makes runnable, after the first was switched off',
    scope: 'linux-7.4-ending',
    calls: [
      { call: 'vcpu_load', cpu: 0, args: { vm: 'VM0', index: '0' } },
      { call: 'guest_cpu_off', cpu: 0, args: { vm: 'VM0', vcpu: '0' } },
      { call: 'init_vcpu', cpu: 0, args: { vm: 'VM0', hostVcpu: 'P8', index: '1', mpState: 'RUNNABLE' } },
    ],
  },
];

test.each(sound)('nothing breaks: $title', ({ scope, calls, schedule }) => {
  const harness = harnessFor(machineScopeNamed(scope) as MachineScope, undefined);
  expect(harness.run(movesOf(harness, { calls, schedule }))).toBeUndefined();
  expect(harness.stops.filter((stop) => stop !== undefined)).toEqual((schedule ?? []).map(({ at }) => at));
});
