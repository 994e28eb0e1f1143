/** Device trees of hosts that are wrong in what they say. */
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat } from '../../model/bytes.ts';
import { withFirst, withNode, withoutNode, withProperty } from '../../model/fdt/edit.ts';
import { cell, cell64, node, text, writeFdt } from '../../model/fdt/write.ts';
import type { NodeSource } from '../../model/fdt/write.ts';
import { deviceAt, hostTree } from '../../model/images/host-tree.ts';
import type { Forgery } from './forgery.ts';
import { besideTree, digest, forged, full } from './full-machine.ts';

const memoryAt = (start: bigint | number, size: bigint | number) => (root: NodeSource) =>
  withProperty(root, 'memory', 'reg', cell64(start, size));
export const machineForgeries: readonly Forgery[] = [
  forged('TREE-MEMORY', 'memory starts where pvmfw is', memoryAt(0x7fc0_0000, 0x1000_0000)),
  forged('TREE-MEMORY', 'memory is half a page longer', memoryAt(0x8000_0000, 0x1000_0800)),
  forged('TREE-MEMORY', 'there is no memory', (root) => withProperty(root, 'memory', 'reg', undefined)),
  forged('TREE-MEMORY', 'addresses have one cell, and the range is read otherwise', (root) =>
    withProperty(root, '', '#address-cells', cell(1)),
  ),
  forged('TREE-MEMORY', 'addresses have more cells than are read', (root) =>
    withProperty(root, '', '#address-cells', cell(0x4000_0001)),
  ),
  forged('TREE-MEMORY', 'a range that is wrong stands before the right one', (root) =>
    withFirst(root, 'memory', 'reg', cell64(0x4000_0000, 0x1000_0000)),
  ),
  {
    ...forged('TREE-MEMORY-END', 'memory goes on beyond the last address', (root) => root),
    make: (scale) => {
      const root = hostTree({ cpus: 1 + scale });
      return { bytes: writeFdt(memoryAt(0x8000_0000, (1n << 64n) - 0x1000n)(root)) };
    },
  },
  forged('TREE-ARGUMENTS', 'the boot arguments go on behind a zero byte', (root) =>
    withProperty(root, 'chosen', 'bootargs', text('panic=-1', 'init=/bin/sh')),
  ),
  forged('TREE-CPUS', 'there is no CPU', (root) =>
    withoutNode(withoutNode(withNode(root, '', node('cpus@0', {})), 'cpus'), 'vmwdt@3000'),
  ),
  forged('TREE-FREQUENCY', 'the frequency controller lies elsewhere', (root) =>
    withNode(
      root,
      '',
      node('cpufreq', { compatible: text('virtual,android-v-only-cpufreq'), reg: cell64(0x8000_0000, 8) }),
    ),
  ),
  forged('TREE-SERIAL', 'a serial port has no register', (root) => withProperty(root, 'uart@3f8', 'reg', undefined)),
  forged('TREE-WATCHDOG', 'the watchdog lies in memory', (root) =>
    withProperty(root, 'vmwdt@3000', 'reg', cell64(0x8000_3000, 0x1000)),
  ),
  forged('KERNEL-PLACE', 'the kernel lies where the host can write', (root) =>
    withProperty(root, 'config', 'kernel-address', cell(0x4000_0000)),
  ),
  forged('KERNEL-PLACE', 'the size of the kernel wraps', (root) =>
    withProperty(root, 'config', 'kernel-size', cell64((1n << 64n) - 0x1000n)),
  ),
  forged('KERNEL-PLACE', 'the size of the kernel is not said', (root) =>
    withProperty(root, 'config', 'kernel-size', undefined),
  ),
  forged('RAMDISK-PLACE', 'the ramdisk ends before it begins', (root) =>
    withProperty(root, 'chosen', 'linux,initrd-end', cell(0x8080_0000)),
  ),
  forged('RAMDISK-PLACE', 'the ramdisk lies over the kernel', (root) =>
    withProperty(root, 'chosen', 'linux,initrd-start', cell(0x8060_0000)),
  ),
];

const rangeOf = (space: number, bus: number, start: number, size: bigint | number): Bytes =>
  concat(cell(space), cell64(bus, start, size));
const rangesWith = (second: Bytes) => (root: NodeSource) =>
  withProperty(root, 'pci', 'ranges', concat(rangeOf(0x300_0000, 0x7000_0000, 0x7000_0000, 0x200_0000), second));
const bounceAt = (start: bigint | number, size: bigint | number) => (root: NodeSource) =>
  withProperty(root, 'reserved-memory/restricted_dma_reserved', 'reg', cell64(start, size));
export const deviceForgeries: readonly Forgery[] = [
  forged(
    'TREE-PCI',
    'a PCI range lies over memory',
    rangesWith(rangeOf(0x300_0000, 0x8800_0000, 0x8800_0000, 0x10_0000)),
  ),
  forged(
    'TREE-PCI',
    'the end of a PCI range wraps',
    rangesWith(rangeOf(0x300_0000, 0x9000_0000, 0x9000_0000, (1n << 64n) - 0x9000_0000n)),
  ),
  forged('TREE-PCI', 'a PCI range is of ports', rangesWith(rangeOf(0x100_0000, 0x1_0000, 0x1_0000, 0x1_0000))),
  forged(
    'TREE-PCI',
    'a PCI range maps to another address',
    rangesWith(rangeOf(0x300_0000, 0x6000_0000, 0x6100_0000, 0x1000)),
  ),
  forged('TREE-PCI', 'there is one PCI range', rangesWith(new Uint8Array())),
  forged('TREE-PCI', 'the interrupt of a device is that of a timer', (root) =>
    withProperty(root, 'pci', 'interrupt-map', cell(0x800, 0, 0, 1, 1, 0, 0, 1, 0xb, 8)),
  ),
  forged('TREE-PCI', 'a mask lets all devices have one interrupt', (root) =>
    withProperty(root, 'pci', 'interrupt-map-mask', cell(0, 0, 0, 7)),
  ),
  forged('TREE-BOUNCE', 'the bounce buffer begins in pvmfw', bounceAt(0x7ff0_0000, 0x40_0000)),
  forged('TREE-BOUNCE', 'the end of the bounce buffer wraps', bounceAt(0x8400_0000, (1n << 64n) - 0x400_0000n)),
  forged('TREE-BOUNCE', 'the bounce buffer has part of a page', bounceAt(0x8400_0000, 0x40_0800)),
  forged('TREE-BOUNCE', 'there is no bounce buffer', (root) =>
    withoutNode(root, 'reserved-memory/restricted_dma_reserved'),
  ),
  forged('TREE-ASSIGNED', 'a device lies over pvmfw', (root) =>
    withProperty(root, 'rng', 'reg', cell64(0x7fff_f000, 0x1000)),
  ),
  forged('TREE-ASSIGNED', 'the end of a device wraps', (root) =>
    withProperty(root, 'rng', 'reg', cell64(deviceAt.virtual, (1n << 64n) - 0x1000n)),
  ),
  forged('TREE-ASSIGNED', 'a device has a register more than it has', (root) =>
    withProperty(root, 'rng', 'reg', cell64(deviceAt.virtual, 0x1000, 0x4100_0000, 0x1000)),
  ),
  forged('TREE-ASSIGNED', 'a device is behind no IOMMU', (root) => withProperty(root, 'rng', 'iommus', undefined)),
  forged('TREE-ASSIGNED', 'a device refers to an IOMMU that is none', (root) =>
    withProperty(root, 'rng', 'iommus', cell(1, 3)),
  ),
];

const digestName = 'vendor_hashtree_descriptor_root_digest';
export const trustForgeries: readonly Forgery[] = [
  forged('TREE-UNTRUSTED', 'the untrusted node has a handle', (root) =>
    withProperty(root, 'avf/untrusted', 'phandle', cell(1)),
  ),
  forged('TREE-UNTRUSTED', 'the untrusted node says that it is a device', (root) =>
    withProperty(root, 'avf/untrusted', 'compatible', text('google,open-dice')),
  ),
  forged('TREE-REFERENCE', 'a fixed value is another', (root) =>
    withProperty(root, 'avf', digestName, ascii('digest of another partition!!!')),
  ),
  forged('TREE-REFERENCE', 'a fixed value is cut', (root) => withProperty(root, 'avf', digestName, digest.slice(0, 4))),
  forged('TREE-REFERENCE', 'a fixed value is empty', (root) => withProperty(root, 'avf', digestName, new Uint8Array())),
  {
    ...forged('TREE-REFERENCE', 'the reference tree is none', (root) => root),
    make: (scale) => ({
      bytes: writeFdt(full(scale)),
      beside: { ...besideTree, reference: besideTree.reference.slice(0, 60) },
    }),
  },
  {
    ...forged('TREE-ASSIGNED', 'the overlay is none', (root) => root),
    make: (scale) => ({
      bytes: writeFdt(full(scale)),
      beside: { ...besideTree, overlay: besideTree.overlay.slice(0, 60) },
    }),
  },
];
