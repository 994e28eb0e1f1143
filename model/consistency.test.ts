import { describe, expect, test } from 'vitest';
import { Abstractor } from './abstraction.ts';
import { ask, makeVm, must } from './actions.ts';
import { contradiction, Watch } from './consistency.ts';
import { LiveAbstraction } from './live-abstraction.ts';
import { Machine } from './machine.ts';
import { smallConfig, smallPages } from './small-config.ts';

const { data, memcache } = smallPages;

describe('contradictions', () => {
  test('a page mapped over the annotation of its owner', () => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data + 1, gfn: 1 });
    machine.hv.host.canMapBlock = () => true;
    must(machine, 'host_read', { page: data, word: 0 });
    expect(contradiction(machine)).toBe('page 1 is given away in the records, and not in the host’s table');
  });

  test('a translation of a VMID whose VM is gone', () => {
    const machine = new Machine(smallConfig());
    machine.hv.upkeep.flush = () => undefined;
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_read', { vm: 0, vcpu: 0, gfn: 1, word: 0 });
    must(machine, 'vcpu_put');
    must(machine, 'start_teardown_vm', { vm: 0 });
    must(machine, 'finalize_teardown_vm', { vm: 0 });
    expect(contradiction(machine)).toBe('CPU 0 holds a translation of VMID 1, which nobody has');
  });

  test('a translation that a sibling left', () => {
    const machine = new Machine(smallConfig());
    machine.hv.upkeep.flushForSibling = () => undefined;
    makeVm(machine, true, 2);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    must(machine, 'guest_read', { vm: 0, vcpu: 0, gfn: 1, word: 0 });
    must(machine, 'vcpu_put');
    must(machine, 'vcpu_load', { vm: 0, index: 1 });
    expect(contradiction(machine)).toBe('CPU 0 holds a translation of vCPU 0 while its sibling is loaded');
  });

  test('the watch sees what the full judgement sees, when it begins', () => {
    const machine = new Machine(smallConfig());
    const watch = new Watch(machine);
    machine.hv.upkeep.invalidate = () => undefined;
    makeVm(machine, true);
    expect(watch.contradiction()).toBe(contradiction(machine));
    must(machine, 'host_read', { page: data, word: 0 });
    expect(watch.contradiction()).toBe(contradiction(machine));
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    expect(watch.contradiction()).toBe(contradiction(machine));
    expect(watch.contradiction()).toBe('CPU 0 holds a translation that its table does not have');
  });
});

test('reading again what has changed gives what reading afresh gives', () => {
  const machine = new Machine(smallConfig());
  const live = new LiveAbstraction(machine);
  makeVm(machine, false);
  const steps: readonly (readonly [string, Record<string, number>])[] = [
    ['share_guest', { page: data, gfn: 0, nr: 4, prot: 15 }],
    ['guest_read', { vm: 0, vcpu: 0, gfn: 2, word: 0 }],
    ['wrprotect', { vm: 0, gfn: 0, nr: 4 }],
    ['unshare_guest', { vm: 0, gfn: 0, nr: 4 }],
    ['topup_memcache', { vm: 0, vcpu: 0, first: memcache, pages: 2 }],
    ['iommu_attach', { device: 0 }],
    ['iommu_map', { device: 0, iova: 1, page: data + 1 }],
    ['ffa_lend', { page: data + 2 }],
    ['vcpu_put', {}],
    ['start_teardown_vm', { vm: 0 }],
    ['finalize_teardown_vm', { vm: 0 }],
  ];
  for (const [call, args] of steps) {
    ask(machine, call, args);
    live.refresh();
    expect(live.lists).toEqual(new Abstractor(machine).read());
  }
});
