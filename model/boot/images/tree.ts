/** The device tree of a host in bytes, what pvmfw decides about it, and what the guest finds in the one that it gets. */
import type { TreeShape } from '../../../spec/boot/config.ts';
import type { DebugFeatures } from '../../../spec/images/config-pieces.ts';
import type { Bounce, Said, Span, TreeFacts } from '../../../spec/images/device-tree.ts';
import type { Bytes } from '../../bytes.ts';
import { hex } from '../../bytes.ts';
import { withNode, withoutNode, withProperty } from '../../fdt/edit.ts';
import { readFdt } from '../../fdt/form.ts';
import { nodeAt, propertyOf, textOf } from '../../fdt/look.ts';
import { cell, cell64, node, writeFdt } from '../../fdt/write.ts';
import type { NodeSource } from '../../fdt/write.ts';
import { allowedOf, argumentsIn } from '../../images/bootargs.ts';
import { isWellFormed, readTree } from '../../images/device-tree.ts';
import { guestTree } from '../../images/guest-tree.ts';
import { hostTree } from '../../images/host-tree.ts';
import type { Handoff } from './handoff.ts';
import { digestOfVendor } from './handoff.ts';

/** Where the host says that kernel and ramdisk are. */
export interface Placement {
  readonly kernel: 'there' | 'absent';
  readonly ramdisk: 'none' | 'apart' | 'over the kernel';
}

const vendorDigest = 'vendor_hashtree_descriptor_root_digest';
const kernel = { start: 0x8020_0000, size: 0x80_0000 };
const ramdisks = {
  none: undefined,
  apart: [0x8100_0000, 0x8180_0000],
  'over the kernel': [0x8060_0000, 0x80c0_0000],
} as const;

const changes: Readonly<Record<NonNullable<TreeShape['flaw']>, (root: NodeSource) => NodeSource>> = {
  form: (root) => root,
  memory: (root) => withProperty(root, 'memory', 'reg', cell64(0x7fc0_0000, 0x1040_0000)),
  cpus: (root) => withoutNode(withoutNode(root, 'cpus'), 'vmwdt@3000'),
  pci: (root) =>
    withProperty(
      root,
      'pci',
      'ranges',
      cell(0x300_0000, 0, 0x8800_0000, 0, 0x8800_0000, 0, 0x1000, 0x300_0000, 1, 0, 1, 0, 0, 0x1000),
    ),
  watchdog: (root) => withProperty(root, 'vmwdt@3000', 'reg', cell64(0x8000_3000, 0x1000)),
  bounce: (root) =>
    withProperty(root, 'reserved-memory/restricted_dma_reserved', 'reg', cell64(0x7ff0_0000, 0x40_0000)),
  reference: (root) => root,
  untrusted: (root) => withProperty(root, 'avf/untrusted', 'phandle', cell(1)),
  assigned: (root) => withNode(root, '', node('rng', { reg: cell64(0x7fff_f000, 0x1000), interrupts: cell(0, 16, 4) })),
};

function bytesOf({ flaw, vendor, argued }: TreeShape, placement: Placement): Bytes {
  const ramdisk = ramdisks[placement.ramdisk];
  const root = hostTree({
    cpus: 2,
    pci: 1,
    hasWatchdog: true,
    bounceAt: 0x8400_0000,
    arguments: argued ? 'panic=-1 init=/bin/sh' : 'panic=-1',
    kernel: [kernel.start, placement.kernel === 'there' ? kernel.size : 0],
    ...(ramdisk === undefined ? {} : { ramdisk }),
    ...(vendor < 0 ? {} : { fixed: { [vendorDigest]: digestOfVendor(vendor) } }),
    instance: new Uint8Array(64),
  });
  const bytes = writeFdt(flaw === undefined ? root : changes[flaw](root));
  return flaw === 'form' ? withNameOutside(bytes) : bytes;
}

/** The last property has its name behind the strings. */
function withNameOutside(bytes: Bytes): Bytes {
  const last = readFdt(bytes).nodes.at(-1)?.properties.at(-1);
  const copy = bytes.slice();
  if (last !== undefined) new DataView(copy.buffer).setUint32(last.at + 8, bytes.length);
  return copy;
}

const page = 0x1000n;
const start = 0x8000_0000n;
const lastAddress = 1n << 64n;
const isWhole = (...numbers: readonly bigint[]): boolean => numbers.every((number) => number % page === 0n);
const valueOf = <T>(said: Said<T>): T | undefined => (said.kind === 'given' ? said.value : undefined);
const meets = (one: Pick<Span, 'start' | 'size'>, from: bigint, to: bigint): boolean =>
  one.size > 0n && one.start < to && from < one.start + one.size;

/** Everything that pvmfw asks of the tree itself, from its form to the values that are fixed. */
function isSane(tree: TreeFacts, isFormed: boolean): boolean {
  const memory = valueOf(tree.memory);
  const bounce = valueOf(tree.bounce);
  if (!isFormed || memory?.start !== start || memory.size === 0n || !isWhole(memory.size)) return false;
  const end = memory.start + memory.size;
  return (
    end <= lastAddress &&
    tree.arguments.kind !== 'misread' &&
    tree.cpus > 0 &&
    isMachineSane(tree, end) &&
    bounce !== undefined &&
    isBounceSane(bounce, end) &&
    isTrustSane(tree)
  );
}

/** At a place in memory, or of a size that fits anywhere. */
const isBounceSane = ({ start: from, size, alignment = 0n }: Bounce, end: bigint): boolean =>
  size > 0n &&
  isWhole(from ?? 0n, size, alignment) &&
  (from === undefined || (from >= start && from + size <= end && from + size < lastAddress));

function isMachineSane({ pci, watchdog, frequency, serial, cpus }: TreeFacts, end: bigint): boolean {
  const counted = Math.min(cpus, 16);
  const [bus, dog, controller] = [valueOf(pci), valueOf(watchdog), valueOf(frequency)];
  const isRead = [pci, watchdog, frequency, ...serial].every(({ kind }) => kind !== 'misread');
  const isDog =
    dog === undefined ||
    (dog.start === 0x3000n &&
      dog.size === 0x1000n &&
      dog.interrupt[0] === 1 &&
      dog.interrupt[1] === 15 &&
      dog.interrupt[2] === (((1 << Math.min(counted, 8)) - 1) << 8) + 1);
  const isController =
    controller === undefined || (controller.start === 0x104_0000n && controller.size === 8n * BigInt(counted));
  return isRead && isDog && isController && (bus === undefined || isBusSane(bus, end));
}

type Bus = Extract<TreeFacts['pci'], { kind: 'given' }>['value'];
function isBusSane({ ranges, masks, interrupts }: Bus, end: bigint): boolean {
  const areRanges = ranges.every(
    (range) =>
      range.space >= 2 &&
      range.bus === range.start &&
      range.start + range.size < lastAddress &&
      !meets(range, start, end),
  );
  const areMasks = masks.every(
    ({ cells: [high, middle, low, pin] }) => high === 0xf800 && middle === 0 && low === 0 && pin === 7,
  );
  const areInterrupts = interrupts.every(({ cells }, i) => {
    const wanted = [(i + 1) << 11, 0, 0, 1, cells[4], 0, 0, 0, i + 4, 4];
    return wanted.every((value, at) => cells[at] === value);
  });
  return ranges.length === 2 && areRanges && areMasks && areInterrupts && masks.length <= 16 && interrupts.length <= 16;
}

const names = new Set(['compatible', 'phandle', 'linux,phandle']);
function isTrustSane({ assigned, untrusted, fixed, reference, overlay }: TreeFacts): boolean {
  const areDevices = assigned.every((device) => {
    const registers = valueOf(device.registers) ?? [];
    const isPlaced = registers.every((one) => one.start + one.size <= lastAddress && !meets(one, 0x7fc0_0000n, start));
    const isAsSaid = device.registers.kind === 'given' && registers.length === device.physical?.length;
    const streams = device.streams ?? ['none of them'];
    const areStreams = streams.length === device.physicalStreams && new Set(streams).size === streams.length;
    return isPlaced && isAsSaid && areStreams && device.streams !== undefined && (device.interrupts ?? 1) % 3 === 0;
  });
  const areFixed = fixed.every((one) => one.reference === undefined || one.reference === one.value);
  const areNamed = !untrusted.some(({ name }) => names.has(name));
  return areDevices && areFixed && areNamed && reference !== 'misread' && overlay !== 'misread';
}

/** Whether kernel and ramdisk lie in memory and apart. */
function isPlaced(tree: TreeFacts): { readonly kernel: boolean; readonly ramdisk: boolean } {
  const [memory, image, disk] = [valueOf(tree.memory), valueOf(tree.kernel), valueOf(tree.ramdisk)];
  const isIn = (span: Span): boolean =>
    memory !== undefined &&
    span.size > 0n &&
    span.start >= memory.start &&
    span.start + span.size <= memory.start + memory.size;
  const isApart = disk !== undefined && !(image !== undefined && meets(disk, image.start, image.start + image.size));
  return {
    kernel: image !== undefined && isIn(image),
    ramdisk: tree.ramdisk.kind === 'absent' || (disk !== undefined && isIn(disk) && isApart),
  };
}

/** What pvmfw has found out about a tree. */
export interface Tree {
  readonly isSane: boolean;
  readonly isPlaced: { readonly kernel: boolean; readonly ramdisk: boolean };
  readonly facts: TreeFacts;
}

export function judgeTree(bytes: Bytes, trees: Handoff['trees']): Tree {
  const facts = readTree({ bytes, beside: trees });
  return { isSane: isSane(facts, isWellFormed(readFdt(bytes))), isPlaced: isPlaced(facts), facts };
}

const known = new WeakMap<TreeShape, Map<string, Tree>>();
export function treeOf(shape: TreeShape, placement: Placement, { trees }: Pick<Handoff, 'trees'>): Tree {
  const key = `${placement.kernel} ${placement.ramdisk} ${trees.reference?.length} ${trees.overlay?.length}`;
  const ofShape = known.get(shape) ?? new Map<string, Tree>();
  known.set(shape, ofShape);
  const found = ofShape.get(key) ?? judgeTree(bytesOf(shape, placement), trees);
  ofShape.set(key, found);
  return found;
}

/** What the guest finds in the tree that it gets. */
export interface GuestTree {
  /** Boot arguments that not every guest may have. */
  readonly hasArguments: boolean;
  readonly hasPolicy: boolean;
  /** Hexadecimal digits of the digest of the vendor partition. */
  readonly vendor: string | undefined;
}

const guests = new WeakMap<TreeFacts, Map<string, GuestTree>>();
export function guestOf({ facts }: Tree, isDebuggable: boolean, policy: DebugFeatures | undefined): GuestTree {
  const key = `${isDebuggable} ${policy?.log} ${policy?.ramdump}`;
  const ofTree = guests.get(facts) ?? new Map<string, GuestTree>();
  guests.set(facts, ofTree);
  const found = ofTree.get(key) ?? lookInto(facts, isDebuggable, policy);
  ofTree.set(key, found);
  return found;
}

function lookInto(facts: TreeFacts, isDebuggable: boolean, policy: DebugFeatures | undefined): GuestTree {
  const bytes = guestTree(facts, { isDebuggable, policy, isNew: true, seed: 0n, handover: [0x7fe0_0000n, page] });
  const tree = readFdt(bytes);
  const line = propertyOf(nodeAt(tree, '/chosen'), 'bootargs');
  const asked = (line && textOf(line)) ?? '';
  const harmless = allowedOf(asked, policy ?? { ramdump: false, log: false });
  const vendor = propertyOf(nodeAt(tree, '/avf'), vendorDigest);
  return {
    hasArguments: argumentsIn(asked).length > harmless.length,
    hasPolicy: nodeAt(tree, '/avf/guest/common') !== undefined,
    vendor: vendor && hex(vendor.value),
  };
}
