/** Faults in what a CPU begins with when it is switched on or wakes up, and what a VM begins with. */
import type { Fault } from './fault.ts';

export const beginnings: readonly Fault[] = [
  {
    id: 'cpu-on-not-relayed',
    title: 'a CPU that is switched on begins where the host says',
    loses: 'the host runs at EL2 on a CPU that it switches on',
    clauses: ['CPU-HOST-EL1'],
    story:
      'The host switches CPUs off and on again with calls to the firmware, and says where each is to begin. The firmware starts it at EL2, with nothing set up, so the hypervisor has to answer these calls itself and to pass on an entry of its own. It passes the host’s: the host runs at EL2 on that CPU, reads every page of every VM, and can change the hypervisor.',
    alter: ({ psci }) => {
      psci.entryForOn = () => 'host';
    },
  },
  {
    id: 'wakes-without-stage-2',
    title: 'a CPU that wakes up goes on without its stage 2',
    loses: 'the host sleeps and wakes up with every page in reach',
    clauses: ['CPU-HOST-EL1'],
    story:
      'In a deep sleep a CPU loses what EL2 had set up on it. The hypervisor sees to it that the CPU wakes up in its own code, and lets the host go on at EL1; it sets up again what a CPU needs that is new, and leaves out what was on before. Without a stage 2 all addresses of the host are physical ones. One idle moment is enough.',
    alter: ({ psci }) => {
      psci.setUp = (cpu) => {
        cpu.hostLevel = 1;
      };
    },
  },
  {
    id: 'begins-where-the-host-says',
    title: 'a protected VM begins with the registers that the host has for it',
    loses: 'a protected VM begins with code of the host',
    clauses: ['BOOT-FIRST'],
    story:
      'A VM that is not protected gets its first registers from the host, and the address of its first instruction is one of them. A protected VM is to begin in its firmware, which verifies what the host has loaded. Where the same code starts both kinds, the host names another address, and the VM runs what nobody has verified.',
    alter: ({ cache, hv: { vcpus } }) => {
      vcpus.firstInstruction = ({ hostVcpu }) => cache.read(hostVcpu, 0);
    },
  },
];
