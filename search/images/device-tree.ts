/** Device trees of hosts, sound and forged. */
import { writeFdt } from '../../model/fdt/write.ts';
import { hostTree } from '../../model/images/host-tree.ts';
import { formForgeries } from './fdt-forgeries.ts';
import type { Forgery, Sample } from './forgery.ts';
import { besideTree, format, full, machine } from './full-machine.ts';
import { deviceForgeries, machineForgeries, trustForgeries } from './tree-forgeries.ts';

export const treeSamples: readonly Sample[] = [
  {
    format,
    description: 'the smallest machine',
    make: (scale) => ({ bytes: writeFdt(hostTree({ cpus: 1 + scale })) }),
  },
  {
    format,
    description: 'a machine with PCI, a watchdog and fixed values',
    make: (scale) => ({ bytes: writeFdt(hostTree(machine(scale))), beside: { reference: besideTree.reference } }),
  },
  {
    format,
    description: 'a machine with an assigned device',
    make: (scale) => ({ bytes: writeFdt(full(scale)), beside: besideTree }),
  },
];

export const treeForgeries: readonly Forgery[] = [
  ...formForgeries,
  ...machineForgeries,
  ...deviceForgeries,
  ...trustForgeries,
];
