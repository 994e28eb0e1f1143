/** What is counted is there: shares, pins, and the pages that the host gave to the hypervisor. */
import { none } from '../../spec/config.ts';
import type { Always, Property } from '../property.ts';
import { PAGE, USE } from '../view.ts';
import type { View } from '../view.ts';
import { count, everLent } from './counts.ts';

const sharesAreConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-SHARES',
  statement: 'the share count of a page is the number of mappings that borrow it',
  loss: 'a share is lost count of',
  over: 'page',
  holds: (view, page) => view.shares(page) === everLent(view, page),
};

const pinsAreConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  statement: 'the pins of a page are as many as the VMs and vCPUs whose structures lie in it',
  loss: 'a pin is lost count of',
  over: 'page',
  holds: (view, page) => view.pins(page) === count(view.ghost.relied, page),
};

const pinsHold: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-PINS',
  statement: 'a page on which a VM or a vCPU relies stays shared with the hypervisor',
  loss: 'a page that is relied on is taken away',
  over: 'page',
  holds: (view, page) =>
    count(view.ghost.relied, page) === 0 ||
    (view.host(page) === PAGE.SHARED_OWNED && view.hyp(page) === PAGE.SHARED_BORROWED),
};

const donatedPagesServe: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  statement: 'a page that the host gave to the hypervisor serves one VM that exists, for one use',
  loss: 'a donated page serves nobody',
  over: 'page',
  holds: (view, page) => {
    if (!view.isMemory(page)) return true;
    const serves = view.use(page) !== USE.NONE;
    return serves === (view.hyp(page) === PAGE.OWNED) && serves === (view.useVm(page) !== none);
  },
};

const donatedPagesAreCounted: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  statement: 'the hypervisor holds as many pages for a VM as it has counted, and none for a VM that does not exist',
  loss: 'a donated page is lost count of',
  over: 'vm',
  holds: (view, vm) => {
    const [structures, tables] = [count(view.ghost.structures, vm), count(view.ghost.tables, vm)];
    if (!view.isCreated(vm)) return structures === 0 && tables === 0;
    return structures === view.metadataPages(vm) && tables === view.stage2Pages(vm);
  },
};

/** Page tables of a VM that are in use, or -1 where a count has gone below zero. */
function tablesInUse(view: View, vm: number): number {
  const { tables } = view.config;
  let used = 0;
  for (let table = vm * tables; table < (vm + 1) * tables; table++) {
    if (view.tableEntries(table) < 0) return -1;
    if (view.tableEntries(table) > 0) used++;
  }
  return used;
}

const tableMemoryIsConserved: Always = {
  kind: 'always',
  clause: 'MEM-CONSERVE-DONATED',
  statement: 'each stage-2 page of a VM is its root, a table in use, spare in the VM, or in the cache of a vCPU',
  loss: 'a page table comes from nowhere',
  over: 'vm',
  holds: (view, vm) => {
    if (!view.isCreated(vm)) return true;
    const used = tablesInUse(view, vm);
    if (used < 0 || view.pool(vm) < 0) return false;
    let cached = 0;
    for (let vcpu = vm * view.vcpus; vcpu < (vm + 1) * view.vcpus; vcpu++) {
      if (view.cache(vcpu) < 0) return false;
      cached += view.cache(vcpu);
    }
    return view.stage2Pages(vm) === view.config.sizes.pgdPages + used + view.pool(vm) + cached;
  },
};

export const conservation: readonly Property[] = [
  sharesAreConserved,
  pinsAreConserved,
  pinsHold,
  donatedPagesServe,
  donatedPagesAreCounted,
  tableMemoryIsConserved,
];
