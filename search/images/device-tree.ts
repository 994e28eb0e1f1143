/** Device trees of hosts, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex } from '../../model/bytes.ts';
import { withFirst, withNode, withoutNode, withProperty } from '../../model/fdt/edit.ts';
import { cell, cell64, node, text, writeFdt } from '../../model/fdt/write.ts';
import type { NodeSource } from '../../model/fdt/write.ts';
import { hostTree } from '../../model/images/host-tree.ts';
import type { HostMachine } from '../../model/images/host-tree.ts';
import type { Forgery, Sample } from './forgery.ts';

const format = 'device tree';
const digest = ascii('digest of the vendor partition');
const reference = writeFdt(
  node('', {}, node('avf', { vendor_hashtree_descriptor_root_digest: digest, secretkeeper_public_key: ascii('key') })),
);

/** A device with one register, behind one stream of an IOMMU. */
const deviceAt = { virtual: 0x4000_0000, physical: 0x1_0000_0000 };
const overlay = writeFdt(
  node(
    '',
    { '#address-cells': cell(2), '#size-cells': cell(2) },
    node('fragment@0', { 'target-path': text('/') }, node('__overlay__', {}, node('rng', { phandle: cell(5) }))),
    node('__symbols__', { rng: text('/fragment@0/__overlay__/rng') }),
    node(
      'host',
      { '#address-cells': cell(2), '#size-cells': cell(2) },
      node('rng', { 'android,pvmfw,target': cell(5), reg: cell64(deviceAt.physical, 0x1000), iommus: cell(6, 1) }),
    ),
  ),
);
const beside = { reference, overlay };

const machine = (scale: number): HostMachine => ({
  cpus: 1 + (scale % 3),
  pci: 1 + scale,
  hasWatchdog: true,
  bounceAt: 0x8400_0000,
  arguments: 'panic=-1 console=hvc0 init=/bin/sh',
  ramdisk: [0x8100_0000, 0x8180_0000],
  fixed: { vendor_hashtree_descriptor_root_digest: digest },
  instance: new Uint8Array(64).fill(7),
});

const deviceNodes = (root: NodeSource, register: Bytes): NodeSource =>
  withNode(
    withNode(root, '', node('pviommu0', { id: cell(1), '#iommu-cells': cell(1), phandle: cell(7) })),
    '',
    node('rng', { reg: register, interrupts: cell(0, 0x10, 4), iommus: cell(7, 3) }),
  );
const full = (scale: number): NodeSource => deviceNodes(hostTree(machine(scale)), cell64(deviceAt.virtual, 0x1000));

export const treeSamples: readonly Sample[] = [
  {
    format,
    description: 'the smallest machine',
    make: (scale) => ({ bytes: writeFdt(hostTree({ cpus: 1 + scale })) }),
  },
  {
    format,
    description: 'a machine with PCI, a watchdog and fixed values',
    make: (scale) => ({ bytes: writeFdt(hostTree(machine(scale))), beside: { reference } }),
  },
  {
    format,
    description: 'a machine with an assigned device',
    make: (scale) => ({ bytes: writeFdt(full(scale)), beside }),
  },
];

const forged = (clause: ClauseId, description: string, change: (root: NodeSource) => NodeSource): Forgery => ({
  format,
  clause,
  description,
  make: (scale) => ({ bytes: writeFdt(change(full(scale))), beside }),
});
const inBytes = (clause: ClauseId, description: string, change: (bytes: Bytes) => Bytes): Forgery => ({
  format,
  clause,
  description,
  make: (scale) => ({ bytes: change(writeFdt(full(scale))), beside }),
});

const wordAt = (bytes: Bytes, at: number): number => new DataView(bytes.buffer).getUint32(at);
const withWord = (bytes: Bytes, at: number, word: number): Bytes => {
  new DataView(bytes.buffer).setUint32(at, word);
  return bytes;
};
/** Where some bytes begin. */
const placeOf = (bytes: Bytes, part: Bytes): number => hex(bytes).indexOf(hex(part)) / 2;

const fields = { total: 4, structure: 8, strings: 12, reserved: 16, version: 20, compatible: 24, stringsSize: 32 };
const formForgeries: readonly Forgery[] = [
  inBytes('FDT-HEADER', 'the magic number is that of the other byte order', (bytes) => withWord(bytes, 0, 0xedfe0dd0)),
  inBytes('FDT-HEADER', 'the header is cut off', (bytes) => bytes.slice(0, 3)),
  inBytes('FDT-HEADER', 'it is compatible with version 18 alone', (bytes) =>
    withWord(withWord(bytes, fields.version, 18), fields.compatible, 18),
  ),
  inBytes('FDT-SIZE', 'the size reaches beyond the end', (bytes) => withWord(bytes, fields.total, bytes.length + 1)),
  inBytes('FDT-SIZE', 'the size is the largest that there is', (bytes) => withWord(bytes, fields.total, 0xffff_ffff)),
  inBytes('FDT-SIZE', 'the size ends in the header', (bytes) => withWord(bytes, fields.total, 39)),
  inBytes('FDT-SIZE', 'the tree is larger than what is mapped', (bytes) =>
    withWord(concat(bytes, new Uint8Array(0x20_0000)), fields.total, 0x20_0000 + bytes.length),
  ),
  inBytes('FDT-BLOCKS', 'the strings reach beyond the end', (bytes) =>
    withWord(bytes, fields.stringsSize, wordAt(bytes, fields.stringsSize) + 1),
  ),
  inBytes('FDT-BLOCKS', 'offset and size of the strings overflow 32 bits', (bytes) =>
    withWord(bytes, fields.stringsSize, 0xffff_ffff),
  ),
  inBytes('FDT-BLOCKS', 'the reservations lie over the header', (bytes) => withWord(bytes, fields.reserved, 0)),
  inBytes('FDT-RESERVATIONS', 'the list of reservations has no end', (bytes) =>
    withWord(bytes, fields.reserved, bytes.length - 16),
  ),
  inBytes('FDT-STRUCTURE', 'a token is 5', (bytes) => withWord(bytes, wordAt(bytes, fields.strings) - 4, 5)),
  inBytes('FDT-STRUCTURE', 'a value is longer than the structure', (bytes) =>
    withWord(bytes, placeOf(bytes, text('linux,dummy-virt')) - 8, 0x7fff_fff0),
  ),
  inBytes('FDT-STRUCTURE', 'the token of the end is cut off', (bytes) =>
    withWord(bytes, fields.stringsSize + 4, wordAt(bytes, fields.stringsSize + 4) - 4),
  ),
  inBytes('FDT-NAMES', 'the name of a property lies behind the strings', (bytes) => {
    const all = concat(bytes, text('reg'));
    const name = bytes.length - wordAt(bytes, fields.strings);
    return withWord(withWord(all, fields.total, all.length), placeOf(bytes, cell64(0x8000_0000)) - 4, name);
  }),
  inBytes('FDT-NAMES', 'the last name does not end', (bytes) =>
    withWord(bytes, fields.stringsSize, wordAt(bytes, fields.stringsSize) - 1),
  ),
  inBytes('FDT-NESTING', 'a node begins that does not end', (bytes) => {
    const place = wordAt(bytes, fields.strings) - 8;
    return withWord(bytes, place, 4);
  }),
  inBytes('FDT-NESTING', 'there are two roots', (bytes) =>
    withWord(withWord(bytes, wordAt(bytes, fields.structure), 4), wordAt(bytes, fields.structure) + 4, 4),
  ),
];

const memoryAt = (start: bigint | number, size: bigint | number) => (root: NodeSource) =>
  withProperty(root, 'memory', 'reg', cell64(start, size));
const machineForgeries: readonly Forgery[] = [
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
const deviceForgeries: readonly Forgery[] = [
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
const trustForgeries: readonly Forgery[] = [
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
    make: (scale) => ({ bytes: writeFdt(full(scale)), beside: { overlay, reference: reference.slice(0, 60) } }),
  },
  {
    ...forged('TREE-ASSIGNED', 'the overlay is none', (root) => root),
    make: (scale) => ({ bytes: writeFdt(full(scale)), beside: { reference, overlay: overlay.slice(0, 60) } }),
  },
];

export const treeForgeries: readonly Forgery[] = [
  ...formForgeries,
  ...machineForgeries,
  ...deviceForgeries,
  ...trustForgeries,
];
