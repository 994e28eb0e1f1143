/** Faults in what only Android has: its lifecycle, in memory that the hypervisor allocates, and power states. */
import type { Fault } from './fault.ts';

export const android: readonly Fault[] = [
  {
    id: 'runs-while-off',
    title: 'a vCPU runs that its VM has switched off',
    loses: 'a vCPU runs after its VM switched it off',
    clauses: ['CPU-POWER'],
    known: 'CVE-2025-22413',
    story:
      'A protected VM switches its vCPUs on one after the other, each to begin where it says, and may switch one off for good. The host runs such a vCPU all the same: it goes on with whatever is in its registers, while its VM counts on it being still. Android’s hypervisor entered a vCPU without asking for its power state.',
    alter: ({ hv: { vcpus } }) => {
      vcpus.mayRun = ({ loaded }, slot, index) =>
        loaded?.vm.slot === slot && loaded.index === index ? loaded : undefined;
    },
  },
  {
    id: 'power-check-leaks',
    title: 'a vCPU that is to begin in a state that none can have leaks its pin',
    loses: 'a vCPU in an impossible power state costs the host a page',
    clauses: ['MEM-CONSERVE-PINS'],
    known: 'Android 2b4d43af6',
    story:
      'The host’s structure for a new vCPU is pinned, and then read: it says whether the vCPU is to begin switched on or off. Where it says neither, the call returned at once instead of going back step by step. Anybody who may open /dev/kvm can ask for such a vCPU, and each time a page stays pinned.',
    alter: ({ hv: { lifecycle: room } }) => {
      const may = room.mayStart.bind(room);
      const undo = room.undoPin.bind(room);
      let isEarly = false;
      room.mayStart = (vm, args) => {
        const bad = may(vm, args);
        isEarly = bad !== undefined;
        return bad;
      };
      room.undoPin = (hostVcpu) => {
        if (!isEarly) undo(hostVcpu);
      };
    },
  },
  {
    id: 'freed-as-more',
    title: 'memory that the hypervisor frees takes its neighbour with it',
    loses: 'a new vCPU is made in the memory of another',
    clauses: ['CPU-STATE-INTEGRITY', 'CPU-ONE-PLACE'],
    known: 'Android 6835fbed39bb and others of its kind',
    story:
      'The hypervisor’s allocator keeps with each piece of memory how long it is, and a piece that was once part of a longer one still said so. When it is freed, what lies behind it is free as well, although a vCPU is there. The next vCPU that the host asks for is made in the same place: its first registers are the end of those of another VM.',
    alter: ({ hv: { heap } }) => {
      const give = heap.give.bind(heap);
      heap.give = (first, frames) => {
        give(first, frames + 1);
      };
    },
  },
];
