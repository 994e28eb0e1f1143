import { describe, expect, test } from 'vitest';
import { abstractionOf } from './abstraction.ts';
import { contradiction } from './consistency.ts';
import { ask, makeVm, must } from './actions.ts';
import { classNames, registers } from './cpu.ts';
import { Machine } from './machine.ts';
import { smallConfig, smallPages } from './small-config.ts';
import { restore, takeSnapshot } from './snapshot.ts';

const { data, kvm, hostVcpu, hypVcpu, memcache, other } = smallPages;
const secret = 0x5ec2e7;
const hostValue = 0x805;
const isClass = (name: string): boolean => classNames.some((one) => one === name);

describe('a protected VM', () => {
  test('keeps what it writes from the host, until it shares the page', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'host_write', { page: data, word: 0, value: 7 });
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    expect(must(machine, 'guest_read', { vm: 0, vcpu: 0, gfn: 1, word: 0 })).toBe(7);
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 1, value: secret });
    expect(ask(machine, 'host_read', { page: data, word: 1 })).toEqual({ kind: 'refused', error: 'EFAULT' });
    must(machine, 'guest_mem_share', { vm: 0, vcpu: 0, gfn: 1, argFault: 0 });
    expect(must(machine, 'host_read', { page: data, word: 1 }, 1)).toBe(secret);
    must(machine, 'guest_mem_unshare', { vm: 0, vcpu: 0, gfn: 1, argFault: 0 });
    expect(ask(machine, 'host_read', { page: data, word: 1 }, 1)).toEqual({ kind: 'refused', error: 'EFAULT' });
    expect(contradiction(machine)).toBeUndefined();
  });

  test('loses a page only wiped, and finds poison there', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    must(machine, 'force_reclaim_guest_page', { page: data });
    expect(must(machine, 'host_read_uncached', { page: data, word: 0 })).toBe(0);
    expect(ask(machine, 'guest_read', { vm: 0, vcpu: 0, gfn: 1, word: 0 })).toEqual({
      kind: 'refused',
      error: 'data_abort:translation',
    });
    expect(must(machine, 'vcpu_in_poison_fault')).toBe(1);
  });

  test('shows no register when it leaves, and all of them without isolation', () => {
    const shown = [true, false].map((isolatesCpuState) => {
      const machine = new Machine(smallConfig(), { isolatesCpuState, system: 'linux' });
      makeVm(machine, true);
      must(machine, 'donate_guest', { page: data, gfn: 1 });
      must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
      return machine.cpus[0]!.exposed!.values.some(([_, value]) => value === secret);
    });
    expect(shown).toEqual([false, true]);
  });

  test('shows and takes each class of its state as the matrix has it, with isolation and as in Linux 7.3', () => {
    const crossing = [true, false].map((isolatesCpuState) => {
      const machine = new Machine(smallConfig(), { isolatesCpuState, system: 'linux' });
      makeVm(machine, true);
      must(machine, 'donate_guest', { page: data, gfn: 1 });
      must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
      const out = machine.cpus[0]!.exposed!.values.map(([name]) => name).filter((name) => isClass(name));
      const taken = classNames.filter((name) => {
        must(machine, 'host_set_register', { register: registers[name], value: hostValue });
        return machine.memory.read(machine.cpus[0]!.loaded!.structure, registers[name]) === hostValue;
      });
      return { out, taken };
    });
    expect(crossing).toEqual([
      { out: ['vgic'], taken: ['vgic', 'hcr'] },
      { out: ['fp', 'debug', 'pmu', 'timer', 'keys', 'vgic'], taken: [...classNames] },
    ]);
  });
});

describe('the host', () => {
  test('gets every page back when a VM ends', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'vcpu_put');
    must(machine, 'start_teardown_vm', { vm: 0 });
    must(machine, 'reclaim_dying_guest_page', { vm: 0, gfn: 1 });
    expect(must(machine, 'finalize_teardown_vm', { vm: 0 })).toBe(7);
    must(machine, 'host_unshare_hyp', { page: kvm });
    must(machine, 'host_unshare_hyp', { page: hostVcpu });
    const after = abstractionOf(machine);
    const before = abstractionOf(new Machine(smallConfig()));
    if (after.kind === 'none' || before.kind === 'none') throw new Error('no state');
    // why: the list by which pages were handed back is still linked through their first words.
    expect({ ...after.fields, word: [] }).toEqual({ ...before.fields, word: [] });
  });

  test('maps its pages by blocks, and keeps the rest of a block when it gives one page away', () => {
    const machine = new Machine(smallConfig());
    must(machine, 'host_read', { page: data, word: 0 });
    expect(machine.tlb.entries(0).map(({ pages }) => pages)).toEqual([4]);
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data + 1, gfn: 1 });
    must(machine, 'host_read', { page: data, word: 0 });
    expect(ask(machine, 'host_read', { page: data + 1, word: 0 })).toEqual({ kind: 'refused', error: 'EFAULT' });
  });

  test('cannot redirect the list of table pages into a page that it does not own', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'host_set_list', { vm: 0, vcpu: 0, page: hypVcpu, offset: 0, length: 3 });
    expect(ask(machine, 'donate_guest', { page: data, gfn: 1 })).toEqual({ kind: 'refused', error: 'ENOMEM' });
  });

  test('cannot make a wipe run into the next page by an unaligned list', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'host_write', { page: other + 1 + 3, word: 1, value: 9 });
    must(machine, 'host_set_list', { vm: 0, vcpu: 0, page: memcache + 5, offset: 8, length: 6 });
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    expect(must(machine, 'host_read', { page: other + 1 + 3, word: 1 })).toBe(9);
  });
});

describe('a device', () => {
  test('reaches what is mapped for it, and the host keeps such a page', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'host_write', { page: data, word: 0, value: 7 });
    expect(ask(machine, 'device_read', { device: 0, iova: 0, word: 0 })).toEqual({ kind: 'refused', error: 'FAULT' });
    must(machine, 'iommu_attach', { device: 0 });
    must(machine, 'iommu_map', { device: 0, iova: 0, page: data });
    expect(must(machine, 'device_read', { device: 0, iova: 0, word: 0 })).toBe(7);
    expect(ask(machine, 'donate_guest', { page: data, gfn: 1 })).toEqual({ kind: 'refused', error: 'EINVAL' });
    must(machine, 'iommu_unmap', { device: 0, iova: 0 });
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    expect(ask(machine, 'device_read', { device: 0, iova: 0, word: 0 })).toEqual({ kind: 'refused', error: 'FAULT' });
  });

  test('reads everything past the IOMMU where the SoC does not cover DMA', () => {
    const answers = [false, true].map((socCoversDma) => {
      const machine = new Machine({ ...smallConfig(), socCoversDma });
      makeVm(machine, true);
      must(machine, 'donate_guest', { page: data, gfn: 1 });
      must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
      return ask(machine, 'device_bypass_read', { page: data, word: 0 });
    });
    expect(answers).toEqual([
      { kind: 'done', answer: secret },
      { kind: 'refused', error: 'FAULT' },
    ]);
  });
});

describe('steps', () => {
  test('between losing and gaining a page nobody reaches it', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    machine.begin(0, { call: 'donate_guest', args: { page: data, gfn: 1 } });
    for (;;) {
      const progress = machine.advance(0);
      if (progress.kind === 'paused' && progress.pause.at === 'host lost the page') break;
    }
    expect(machine.hv.vms.find(0)!.table.find(1) && machine.hv.vms.find(0)!.table.isValid).toBe(false);
    machine.begin(1, { call: 'host_read', args: { page: data, word: 0 } });
    const asked = machine.advance(1);
    const waited = machine.advance(1);
    expect([asked, waited].map((step) => step.kind === 'paused' && step.pause.at)).toEqual([
      'asks for host',
      'asks for host',
    ]);
    while (machine.isBusy(0)) machine.advance(0);
    expect(machine.advance(1)).toEqual({ kind: 'refused', error: 'EFAULT' });
  });

  test('a snapshot puts everything back', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    const before = abstractionOf(machine);
    const saved = takeSnapshot(machine);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    must(machine, 'vcpu_put');
    must(machine, 'start_teardown_vm', { vm: 0 });
    must(machine, 'finalize_teardown_vm', { vm: 0 });
    restore(machine, saved);
    expect(abstractionOf(machine)).toEqual(before);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
  });
});

describe('one place altered', () => {
  test('no invalidation: the host reads a page that a VM has', () => {
    const machine = new Machine(smallConfig());
    machine.hv.upkeep.invalidate = () => undefined;
    makeVm(machine, true);
    must(machine, 'host_read', { page: data, word: 0 });
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    expect(must(machine, 'host_read', { page: data, word: 0 })).toBe(secret);
    expect(contradiction(machine)).toBe('CPU 0 holds a translation that its table does not have');
  });

  test('no wipe: the host finds what the VM left', () => {
    const machine = new Machine(smallConfig());
    machine.hv.upkeep.wipe = () => undefined;
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    must(machine, 'force_reclaim_guest_page', { page: data });
    expect(must(machine, 'host_read', { page: data, word: 0 })).toBe(secret);
  });

  test('no cleaning: an uncached read finds what the VM left', () => {
    const machine = new Machine(smallConfig());
    machine.hv.upkeep.clean = () => undefined;
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_write', { vm: 0, vcpu: 0, gfn: 1, word: 0, value: secret });
    must(machine, 'force_reclaim_guest_page', { page: data });
    expect(must(machine, 'host_read', { page: data, word: 0 })).toBe(0);
    expect(must(machine, 'host_read_uncached', { page: data, word: 0 })).toBe(secret);
  });

  test('a pin forgotten when init_vcpu fails: the host never gets its page back', () => {
    const outcomes = [false, true].map((isFaulty) => {
      const machine = new Machine(smallConfig());
      if (isFaulty) machine.hv.lifecycle.unpinVcpu = () => undefined;
      makeVm(machine, true);
      must(machine, 'host_share_hyp', { page: other });
      const again = { vm: 0, hostVcpu: other, index: 0, mem: smallPages.second, memFault: 0 };
      expect(ask(machine, 'init_vcpu', again)).toEqual({ kind: 'refused', error: 'EINVAL' });
      return ask(machine, 'host_unshare_hyp', { page: other });
    });
    expect(outcomes).toEqual([
      { kind: 'done', answer: 0 },
      { kind: 'refused', error: 'EBUSY' },
    ]);
  });
});
