import { describe, expect, test } from 'vitest';
import { abstractionOf } from './abstraction.ts';
import { ask, must } from './actions.ts';
import { contradiction } from './consistency.ts';
import { registerNames, registers } from './cpu.ts';
import { hostStart } from './hypervisor/heap-lifecycle.ts';
import { Machine, wholeDesign } from './machine.ts';
import { smallConfig, smallPages } from './small-config.ts';
import { restore, takeSnapshot } from './snapshot.ts';

const { kvm, hostVcpu, pgd, other } = smallPages;
const refused = (error: string): unknown => ({ kind: 'refused', error });
const [stopped, runnable] = [0, 1];
const [affinityInfo, unknownFunction] = [5, 9];

/** A VM in the first slot, which has no vCPU yet. */
function withVm(isProtected = true): Machine {
  const machine = new Machine(smallConfig(), { ...wholeDesign, system: 'linux-7.4' });
  for (const page of [kvm, hostVcpu]) must(machine, 'host_share_hyp', { page });
  must(machine, 'reserve_vm');
  const made = { vm: 0, kvm, created: 2, protected: isProtected ? 1 : 0, idRegs: 1, pgd };
  expect(ask(machine, 'init_vm', { ...made, full: 1 })).toEqual(refused('ENOMEM'));
  expect(ask(machine, 'init_vm', { ...made, crowded: 1 })).toEqual(refused('E2BIG'));
  must(machine, 'init_vm', made);
  return machine;
}
const initVcpu = (machine: Machine, index: number, mpState: number, more = {}): unknown =>
  ask(machine, 'init_vcpu', { vm: 0, hostVcpu, index, mpState, ...more });

/** The same with a vCPU on each CPU, of which the second is off. */
function withVcpus(): Machine {
  const machine = withVm();
  for (const [index, mpState] of [runnable, stopped].entries()) {
    must(machine, 'init_vcpu', { vm: 0, hostVcpu, index, mpState });
    must(machine, 'vcpu_load', { vm: 0, index }, index);
  }
  return machine;
}

describe('the heap of Linux 7.4', () => {
  test('has the structures, and is asked for one before the VM is looked for', () => {
    const machine = withVcpus();
    const { structure, vcpus } = machine.hv.vms.find(0)!;
    const all = [structure, ...vcpus.map((vcpu) => vcpu!.structure)];
    expect(new Set(all.map((frame) => machine.board.placeOf(frame)))).toEqual(new Set(['hypervisor']));
    expect(initVcpu(machine, 0, stopped, { vm: 1, full: 1 })).toEqual(refused('ENOMEM'));
    expect(initVcpu(machine, 0, stopped, { vm: 1, crowded: 1 })).toEqual(refused('E2BIG'));
    expect(initVcpu(machine, 0, stopped, { vm: 1 })).toEqual(refused('ENOENT'));
    expect(contradiction(machine)).toBeUndefined();
  });

  test('has as much after calls that were refused, and after a VM has ended, as before', () => {
    const machine = withVm();
    const before = machine.hv.heap.save();
    for (let i = 0; i < 20; i++) {
      expect(initVcpu(machine, 2, stopped)).toEqual(refused('EINVAL'));
      expect(ask(machine, 'init_vm', { vm: 1, kvm, created: 1, pgd: other })).toEqual(refused('EINVAL'));
    }
    expect(machine.hv.heap.save()).toEqual(before);
    must(machine, 'init_vcpu', { vm: 0, hostVcpu, index: 0, mpState: runnable });
    must(machine, 'start_teardown_vm', { vm: 0 });
    must(machine, 'finalize_teardown_vm', { vm: 0 });
    expect(machine.hv.heap.save().includes(1)).toBe(false);
    expect(contradiction(machine)).toBeUndefined();
  });
});

describe('the first vCPU of a protected VM', () => {
  test('is the only one that the host makes runnable, for good', () => {
    const machine = withVm();
    expect(initVcpu(machine, 0, 2)).toEqual(refused('EINVAL'));
    expect(initVcpu(machine, 2, runnable)).toEqual(refused('EINVAL'));
    expect(initVcpu(machine, 0, runnable)).toEqual({ kind: 'done', answer: 0 });
    expect(initVcpu(machine, 1, runnable)).toEqual(refused('EINVAL'));
    must(machine, 'vcpu_load', { vm: 0, index: 0 });
    must(machine, 'guest_cpu_off', { vm: 0, vcpu: 0 });
    expect(initVcpu(machine, 1, runnable)).toEqual(refused('EINVAL'));
    expect(initVcpu(machine, 1, stopped)).toEqual({ kind: 'done', answer: 0 });
  });

  test('is no business of a VM that is not protected', () => {
    const machine = withVm(false);
    for (const index of [0, 1]) expect(initVcpu(machine, index, 2 - index)).toEqual({ kind: 'done', answer: 0 });
  });

  test('begins where the host says, and the second where its VM says', () => {
    const machine = withVcpus();
    const found = (cpu: number): Record<string, number> => {
      machine.begin(cpu, { call: 'guest_hyp_meminfo', args: { vm: 0, vcpu: cpu } });
      machine.advance(cpu);
      const all = registerNames.map((name) => [name, machine.cpus[cpu]!.registers[registers[name]]!] as const);
      machine.advance(cpu);
      return Object.fromEntries(all.filter(([, value]) => value !== 0));
    };
    expect(found(0)).toEqual(hostStart);
    must(machine, 'guest_cpu_on', { vm: 0, vcpu: 0, target: 1 });
    expect(found(1)).toEqual({ pc: machine.hv.vms.find(0)!.vcpus[1]!.start!.pc });
  });
});

test('calls that the hypervisor does not know are refused, and the host says which vCPUs are on', () => {
  const machine = withVcpus();
  const call = (number: number): unknown => ask(machine, 'guest_call', { vm: 0, vcpu: 0, function: number });
  expect([call(unknownFunction), call(affinityInfo)]).toEqual([refused('NOT_SUPPORTED'), refused('hvc')]);
});

test('hypercalls have the numbers of Linux 7.4', () => {
  const machine = withVm();
  const answers = [7, 8, 51, 57, 58].map((id) => ask(machine, 'hypercall', { id }));
  const done = { kind: 'done', answer: 0 };
  expect(answers).toEqual([refused('NOT_SUPPORTED'), refused('EPERM'), done, done, refused('NOT_SUPPORTED')]);
});

test('a snapshot puts back which vCPU was the first', () => {
  const machine = withVm();
  const [before, saved] = [abstractionOf(machine), takeSnapshot(machine)];
  must(machine, 'init_vcpu', { vm: 0, hostVcpu, index: 0, mpState: runnable });
  restore(machine, saved);
  expect(abstractionOf(machine)).toEqual(before);
  expect(initVcpu(machine, 1, runnable)).toEqual({ kind: 'done', answer: 0 });
});
