/** The device tree that the VMM of a host writes for a VM. */
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';
import { withNode } from '../fdt/edit.ts';
import { cell, cell64, node, text, writeFdt } from '../fdt/write.ts';
import type { NodeSource } from '../fdt/write.ts';

/** What differs from one VM to the next. */
export interface HostMachine {
  readonly cpus?: number;
  /** PCI devices; without any there is no controller. */
  readonly pci?: number;
  readonly hasWatchdog?: boolean;
  /** Where the bounce buffer is; without it the guest places it. */
  readonly bounceAt?: number;
  readonly arguments?: string;
  readonly ramdisk?: readonly [start: number, end: number];
  readonly kernel?: readonly [start: number, size: number];
  /** Values under `/avf`. */
  readonly fixed?: Readonly<Record<string, Bytes>>;
  readonly instance?: Bytes;
}

const memory = { start: 0x8000_0000, size: 0x1000_0000 };
const loaded = { kernel: [0x8020_0000, 0x80_0000] as const };
const [spi, levelHigh, handleOfInterrupts] = [0, 4, 1];

const cpu = (number: number): NodeSource =>
  node(`cpu@${number}`, {
    device_type: text('cpu'),
    compatible: text('arm,armv8'),
    'enable-method': text('psci'),
    reg: cell(number),
  });

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const pciNode = (devices: number): NodeSource =>
  node('pci', {
    compatible: text('pci-host-cam-generic'),
    device_type: text('pci'),
    '#address-cells': cell(3),
    '#size-cells': cell(2),
    '#interrupt-cells': cell(1),
    ranges: cell(
      ...[0x300_0000, 0, 0x7000_0000, 0, 0x7000_0000, 0, 0x200_0000],
      ...[0x300_0000, 1, 0, 1, 0, 0, 0x4000_0000],
    ),
    reg: cell64(0x7200_0000, 0x100_0000),
    'interrupt-map-mask': concat(...upTo(devices).map(() => cell(0xf800, 0, 0, 7))),
    'interrupt-map': concat(
      ...upTo(devices).map((i) => cell(0x800 * (i + 1), 0, 0, 1, handleOfInterrupts, 0, 0, spi, 4 + i, levelHigh)),
    ),
  });

const watchdogNode = (cpus: number): NodeSource =>
  node('vmwdt@3000', {
    compatible: text('qemu,vcpu-stall-detector'),
    reg: cell64(0x3000, 0x1000),
    interrupts: cell(1, 0xf, ((((1 << cpus) - 1) & 0xff) << 8) | 1),
  });

const bounceNode = (at: number | undefined): NodeSource =>
  node('restricted_dma_reserved', {
    compatible: text('restricted-dma-pool'),
    ...(at === undefined ? { size: cell64(0x40_0000), alignment: cell64(0x1000) } : { reg: cell64(at, 0x40_0000) }),
  });

const avfNode = ({ fixed = {}, instance }: HostMachine): NodeSource[] => {
  const untrusted = instance === undefined ? [] : [node('untrusted', { 'instance-id': instance })];
  return Object.keys(fixed).length + untrusted.length === 0 ? [] : [node('avf', fixed, ...untrusted)];
};

/** Where the one device that can be assigned is: for the VM, as its tree has it, and in the machine. */
export const deviceAt = { virtual: 0x4000_0000, physical: 0x1_0000_0000, size: 0x1000 } as const;

/** The overlay of the bootloader for that device, a source of randomness, behind one stream of an IOMMU or behind none. */
export const overlayOf = (isBehindIommu: boolean): Bytes =>
  writeFdt(
    node(
      '',
      { '#address-cells': cell(2), '#size-cells': cell(2) },
      node('fragment@0', { 'target-path': text('/') }, node('__overlay__', {}, node('rng', { phandle: cell(5) }))),
      node('__symbols__', { rng: text('/fragment@0/__overlay__/rng') }),
      node(
        'host',
        { '#address-cells': cell(2), '#size-cells': cell(2) },
        node('rng', {
          'android,pvmfw,target': cell(5),
          reg: cell64(deviceAt.physical, deviceAt.size),
          ...(isBehindIommu ? { iommus: cell(6, 1) } : {}),
        }),
      ),
    ),
  );

export function hostTree(machine: HostMachine): NodeSource {
  const { cpus = 1, pci = 0, hasWatchdog = false, bounceAt, ramdisk, kernel = loaded.kernel } = machine;
  return node(
    '',
    { '#address-cells': cell(2), '#size-cells': cell(2), compatible: text('linux,dummy-virt') },
    node('chosen', {
      ...(machine.arguments === undefined ? {} : { bootargs: text(machine.arguments) }),
      ...(ramdisk === undefined
        ? {}
        : { 'linux,initrd-start': cell(ramdisk[0]), 'linux,initrd-end': cell(ramdisk[1]) }),
    }),
    node('config', { 'kernel-address': cell(kernel[0]), 'kernel-size': cell(kernel[1]) }),
    node('memory', { device_type: text('memory'), reg: cell64(memory.start, memory.size) }),
    node('cpus', { '#address-cells': cell(1), '#size-cells': cell(0) }, ...upTo(cpus).map(cpu)),
    node('reserved-memory', { '#address-cells': cell(2), '#size-cells': cell(2) }, bounceNode(bounceAt)),
    node('uart@3f8', { compatible: text('ns16550a'), reg: cell64(0x3f8, 8) }),
    ...(pci === 0 ? [] : [pciNode(pci)]),
    ...(hasWatchdog ? [watchdogNode(cpus)] : []),
    ...avfNode(machine),
  );
}

/** With the device that can be assigned, at these registers, behind an IOMMU of the VM. */
export const withDevice = (root: NodeSource, registers: Bytes = cell64(deviceAt.virtual, deviceAt.size)): NodeSource =>
  withNode(
    withNode(root, '', node('pviommu0', { id: cell(1), '#iommu-cells': cell(1), phandle: cell(7) })),
    '',
    node('rng', { reg: registers, interrupts: cell(0, 0x10, 4), iommus: cell(7, 3) }),
  );
