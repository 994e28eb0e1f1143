import { describe, expect, test } from 'vitest';
import { abstractionOf } from './abstraction.ts';
import { ask, must } from './actions.ts';
import { contradiction } from './consistency.ts';
import { registerNames, registers } from './cpu.ts';
import { pvmfwEntry } from './hypervisor/vcpus.ts';
import { Machine, wholeDesign } from './machine.ts';
import { smallConfig, smallPages } from './small-config.ts';
import { restore, takeSnapshot } from './snapshot.ts';

const { data, kvm, hostVcpu, pgd, memcache, other, second } = smallPages;
const secret = 0x5ec2e7;
const refused = (error: string): unknown => ({ kind: 'refused', error });
const [stopped, runnable] = [0, 1];

const androidMachine = (): Machine => new Machine(smallConfig(), { ...wholeDesign, system: 'android' });

/** A VM of Android's in the first free slot, with its first vCPU loaded on CPU 0. */
function makeVm(machine: Machine, isProtected = true, root: number = pgd): number {
  const made = { kvm, created: 2, protected: isProtected ? 1 : 0, idRegs: 1, pgd: root };
  for (const page of [kvm, hostVcpu]) ask(machine, 'host_share_hyp', { page });
  const vm = must(machine, 'init_vm', made);
  must(machine, 'init_vcpu', { vm, hostVcpu, index: 0, mpState: runnable });
  must(machine, 'topup_memcache', { vm, vcpu: 0, first: memcache, pages: 6 });
  must(machine, 'vcpu_load', { vm, index: 0 });
  return vm;
}

describe('a VM of Android', () => {
  test('is made in memory of the hypervisor’s own, and the host gives the root table alone', () => {
    const machine = androidMachine();
    expect(makeVm(machine)).toBe(0);
    const { structure, vcpus } = machine.hv.vms.find(0)!;
    for (const frame of [structure, vcpus[0]!.structure]) expect(machine.board.placeOf(frame)).toBe('hypervisor');
    expect(contradiction(machine)).toBeUndefined();
    expect(ask(machine, 'init_vm', { kvm, created: 1, pgd: second, full: 1 })).toEqual(refused('ENOMEM'));
    expect(ask(machine, 'init_vm', { kvm, created: 1, pgd: kvm })).toEqual(refused('EINVAL'));
    expect(must(machine, 'init_vm', { kvm, created: 1, pgd: second })).toBe(1);
    expect(ask(machine, 'init_vm', { kvm, created: 1, pgd: other })).toEqual(refused('ENOMEM'));
    expect(must(machine, 'host_read', { page: other, word: 0 })).toBe(0);
  });

  test('ends in two steps, and its pages come back by name', () => {
    const machine = androidMachine();
    makeVm(machine);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    expect(ask(machine, 'start_teardown_vm', { vm: 1 })).toEqual(refused('ENOENT'));
    expect(ask(machine, 'start_teardown_vm', { vm: 0 })).toEqual(refused('EBUSY'));
    expect(ask(machine, 'finalize_teardown_vm', { vm: 0 })).toEqual(refused('EBUSY'));
    must(machine, 'vcpu_put');
    must(machine, 'start_teardown_vm', { vm: 0 });
    const reclaim = (gfn: number, page: number): unknown =>
      ask(machine, 'reclaim_dying_guest_page', { vm: 0, gfn, page });
    expect([reclaim(1, other), reclaim(2, data), reclaim(7, data)]).toEqual(['EINVAL', 'ENOENT', 'E2BIG'].map(refused));
    expect(reclaim(1, data)).toEqual({ kind: 'done', answer: 0 });
    expect(must(machine, 'host_read_uncached', { page: data, word: 0 })).toBe(0);
    must(machine, 'finalize_teardown_vm', { vm: 0 });
    expect(contradiction(machine)).toBeUndefined();
    must(machine, 'host_unshare_hyp', { page: kvm });
  });

  test('stops the machine where the host reclaims a frame that it cannot have', () => {
    const machine = androidMachine();
    makeVm(machine);
    must(machine, 'vcpu_put');
    must(machine, 'start_teardown_vm', { vm: 0 });
    expect(ask(machine, 'reclaim_dying_guest_page', { vm: 0, gfn: 8, page: data }).kind).toBe('died');
  });

  test('leaves nothing in the hypervisor’s memory to the next one', () => {
    const left = [true, false].map((isScrubbed) => {
      const machine = androidMachine();
      makeVm(machine);
      must(machine, 'donate_guest', { page: data, gfn: 1 });
      must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
      must(machine, 'vcpu_put');
      must(machine, 'start_teardown_vm', { vm: 0 });
      must(machine, 'finalize_teardown_vm', { vm: 0 });
      if (!isScrubbed) machine.hv.upkeep.scrub = () => undefined;
      makeVm(machine, false, second);
      ask(machine, 'guest_read', { vm: 0, vcpu: 0, gfn: 3, word: 0 });
      return machine.cpus[0]!.exposed!.values.some(([_, value]) => value === secret);
    });
    expect(left).toEqual([false, true]);
  });

  test('asks the host for a page that it cannot share yet, and tells it of no fault', () => {
    const machine = androidMachine();
    makeVm(machine);
    expect(ask(machine, 'guest_mem_share', { vm: 0, vcpu: 0, gfn: 1 })).toEqual(refused('hvc'));
    expect(machine.hv.vms.find(0)!.vcpus[0]!.trap).toEqual({ reason: 'memory_call', gfn: -1 });
  });
});

describe('power', () => {
  test('is the VM’s business: the host runs no vCPU that is off', () => {
    const machine = androidMachine();
    makeVm(machine);
    const sibling = { vm: 0, vcpu: 1 };
    expect(ask(machine, 'init_vcpu', { vm: 0, hostVcpu, index: 1, mpState: 2 })).toEqual(refused('EINVAL'));
    must(machine, 'init_vcpu', { vm: 0, hostVcpu, index: 1, mpState: stopped });
    must(machine, 'vcpu_load', { vm: 0, index: 1 }, 1);
    expect(ask(machine, 'guest_hyp_meminfo', sibling, 1)).toEqual(refused('EINVAL'));
    const on = (): unknown => ask(machine, 'guest_cpu_on', { vm: 0, vcpu: 0, target: 1 });
    expect(on()).toEqual({ kind: 'done', answer: 0 });
    expect(on()).toEqual(refused('ON_PENDING'));
    expect(must(machine, 'guest_hyp_meminfo', sibling, 1)).toBe(4096);
    expect(on()).toEqual(refused('ALREADY_ON'));
    must(machine, 'guest_cpu_off', sibling, 1);
    expect(ask(machine, 'guest_hyp_meminfo', sibling, 1)).toEqual(refused('EINVAL'));
    expect(ask(machine, 'guest_cpu_on', { vm: 0, vcpu: 0, target: 2 })).toEqual(refused('INVALID_PARAMETERS'));
  });

  test('starts the first vCPU in the firmware, and another where its VM says', () => {
    const machine = androidMachine();
    makeVm(machine);
    must(machine, 'init_vcpu', { vm: 0, hostVcpu, index: 1, mpState: stopped });
    must(machine, 'vcpu_load', { vm: 0, index: 1 }, 1);
    machine.begin(0, { call: 'guest_hyp_meminfo', args: { vm: 0, vcpu: 0 } });
    machine.advance(0);
    expect(machine.cpus[0]!.registers[registers.pc]).toBe(pvmfwEntry);
    machine.advance(0);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    must(machine, 'guest_cpu_on', { vm: 0, vcpu: 0, target: 1 });
    expect(machine.cpus[0]!.exposed!.values.some(([_, value]) => value === secret)).toBe(false);
    machine.begin(1, { call: 'guest_hyp_meminfo', args: { vm: 0, vcpu: 1 } });
    machine.advance(1);
    const begins = registerNames.filter((name) => machine.cpus[1]!.registers[registers[name]] !== 0);
    expect(begins).toEqual(['x0', 'pc']);
    expect(machine.cpus[1]!.registers[registers.x0]).toBe(secret);
  });

  test('is the host’s business where the VM is not protected', () => {
    const machine = androidMachine();
    makeVm(machine, false);
    expect(ask(machine, 'guest_cpu_off', { vm: 0, vcpu: 0 })).toEqual(refused('hvc'));
    expect(must(machine, 'guest_hyp_meminfo', { vm: 0, vcpu: 0 })).toBe(4096);
  });
});

test('a snapshot puts back what Android’s machine has of its own', () => {
  const machine = androidMachine();
  makeVm(machine);
  const before = abstractionOf(machine);
  const saved = takeSnapshot(machine);
  must(machine, 'guest_cpu_off', { vm: 0, vcpu: 0 });
  must(machine, 'init_vm', { kvm, created: 1, pgd: second });
  restore(machine, saved);
  expect(abstractionOf(machine)).toEqual(before);
  expect(must(machine, 'init_vm', { kvm, created: 1, pgd: second })).toBe(1);
});
