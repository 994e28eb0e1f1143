/** The device tree of a host, read from bytes: what pvmfw looks at, and nothing else. Never throws. */
import type { Bounce, Fixed, Named, Pci, Said, Span, TreeFacts, Watchdog } from '../../spec/images/device-tree.ts';
import { hex, unsigned } from '../bytes.ts';
import { readFdt } from '../fdt/form.ts';
import type { Property, ReadFdt, TreeNode } from '../fdt/form.ts';
import {
  absent,
  cellsBelow,
  cellsOf,
  compatibleWith,
  firstRegister,
  given,
  lastOfEach,
  misread,
  nodeAt,
  pairOf,
  propertyOf,
  registersOf,
  textOf,
} from '../fdt/look.ts';
import { assignedOf } from './assigned.ts';
import type { Piece } from './reader.ts';
import { coveredBy } from './tree-covered.ts';

export function readTree({ bytes, beside = {} }: Piece): TreeFacts {
  const tree = readFdt(bytes);
  const [reference, overlay] = [beside.reference, beside.overlay].map((one) => one && readFdt(one));
  const facts: Omit<TreeFacts, 'covered'> = {
    form: tree.form,
    memory: memoryOf(tree),
    kernel: spanOf(pairOf(nodeAt(tree, '/config'), ['kernel-address', 'kernel-size']), (start, size) => [start, size]),
    ramdisk: spanOf(pairOf(nodeAt(tree, '/chosen'), ['linux,initrd-start', 'linux,initrd-end']), (start, end) => [
      start,
      end - start,
    ]),
    arguments: argumentsOf(propertyOf(nodeAt(tree, '/chosen'), 'bootargs')),
    cpus: compatibleWith(tree, 'arm,armv8').length,
    frequency: firstOf(tree, 'virtual,android-v-only-cpufreq', firstRegister),
    pci: firstOf(tree, 'pci-host-cam-generic', pciOf),
    serial: compatibleWith(tree, 'ns16550a').slice(0, mostPorts).map(firstRegister),
    watchdog: firstOf(tree, 'qemu,vcpu-stall-detector', watchdogOf),
    bounce: firstOf(tree, 'restricted-dma-pool', bounceOf),
    untrusted: lastOfEach(nodeAt(tree, '/avf/untrusted')).map(asNamed),
    fixed: fixedOf(tree, reference),
    reference: isReadable(reference, '/avf'),
    overlay: isReadable(overlay, '/'),
    assigned: overlay === undefined ? [] : assignedOf(tree, overlay),
  };
  return { ...facts, covered: coveredBy(tree, facts) };
}

/** A tree of the bootloader's that is there and has what is looked for. */
function isReadable(read: ReadFdt | undefined, path: string): TreeFacts['reference'] {
  if (read === undefined) return 'none';
  return isWellFormed(read) && nodeAt(read, path) !== undefined ? 'read' : 'misread';
}

export const isWellFormed = ({ form }: ReadFdt): boolean =>
  form.hasMagic &&
  form.fault === undefined &&
  form.version >= 16 &&
  form.compatible <= 17 &&
  form.compatible <= form.version &&
  form.totalSize >= 40 &&
  form.totalSize <= Math.min(form.room, 0x20_0000) &&
  form.reservationsEnd &&
  form.blocks.every(({ offset, size }) => offset >= 40 && size >= 0 && offset + size <= form.totalSize);

const mostPorts = 4;

function memoryOf(tree: ReadFdt): Said<Span> {
  const node = nodeAt(tree, '/memory');
  if (node === undefined) return absent;
  const type = propertyOf(node, 'device_type');
  return type !== undefined && textOf(type) === 'memory' ? firstRegister(node) : misread(type?.at ?? node.at);
}

function spanOf(
  pair: Said<readonly [bigint, bigint]>,
  asSpan: (one: bigint, other: bigint) => readonly [bigint, bigint],
): Said<Span> {
  if (pair.kind !== 'given') return pair;
  const [start, size] = asSpan(...pair.value);
  return given(pair.at, { at: pair.at, start, size });
}

function argumentsOf(property: Property | undefined): Said<string> {
  if (property === undefined) return absent;
  const text = textOf(property);
  return text === undefined ? misread(property.at) : given(property.at, text);
}

/** The first node that is compatible, if there is one. */
function firstOf<T>(tree: ReadFdt, kind: string, read: (node: TreeNode) => Said<T>): Said<T> {
  const [node] = compatibleWith(tree, kind);
  return node === undefined ? absent : read(node);
}

const groupsOf = (property: Property, size: number): Pci['masks'] => {
  const cells = cellsOf(property);
  return Array.from({ length: Math.floor(cells.length / size) }, (_, i) => ({
    at: property.valueAt + 4 * i * size,
    cells: cells.slice(i * size, (i + 1) * size),
  }));
};

/** Three cells on the bus and two of a size, in a parent whose addresses have two. */
function pciOf(node: TreeNode): Said<Pci> {
  const [own, parent] = [cellsBelow(node), cellsBelow(node.parent)];
  const [ranges, masks, interrupts] = ['ranges', 'interrupt-map-mask', 'interrupt-map'].map((name) =>
    propertyOf(node, name),
  );
  const fits = own?.address === 3 && own.size === 2 && parent?.address === 2;
  if (!fits || ranges === undefined || masks === undefined || interrupts === undefined) return misread(node.at);
  return given(node.at, {
    ranges: groupsOf(ranges, 7)
      .slice(0, 2)
      .map(({ at }) => rangeAt(ranges, at - ranges.valueAt)),
    masks: groupsOf(masks, 4),
    interrupts: groupsOf(interrupts, 10),
  });
}

function rangeAt({ value, valueAt }: Property, from: number): Pci['ranges'][number] {
  const number = (cell: number, cells: number): bigint =>
    unsigned(value.subarray(from + 4 * cell, from + 4 * (cell + cells)));
  return {
    at: valueAt + from,
    space: value[from]! & 3,
    bus: number(1, 2),
    start: number(3, 2),
    size: number(5, 2),
  };
}

function watchdogOf(node: TreeNode): Said<Watchdog> {
  const [register, interrupts] = [firstRegister(node), propertyOf(node, 'interrupts')];
  const cells = interrupts === undefined ? [] : cellsOf(interrupts).slice(0, 3);
  if (register.kind !== 'given' || cells.length < 3) return misread(node.at);
  return given(register.at, { ...register.value, interrupt: cells });
}

function bounceOf(node: TreeNode): Said<Bounce> {
  const reg = propertyOf(node, 'reg');
  if (reg !== undefined) {
    const first = registersOf(node)?.[0];
    return first === undefined ? misread(reg.at) : given(first.at, { ...first, alignment: undefined });
  }
  const [size, alignment] = [propertyOf(node, 'size'), propertyOf(node, 'alignment')];
  if (size?.value.length !== 8 || alignment?.value.length !== 8) return misread(node.at);
  const { at, value } = size;
  return given(at, { at, start: undefined, size: unsigned(value), alignment: unsigned(alignment.value) });
}

const asNamed = ({ at, name, value }: Property): Named => ({ at, name, value: hex(value) });

function fixedOf(tree: ReadFdt, reference: ReadFdt | undefined): readonly Fixed[] {
  const known = reference && nodeAt(reference, '/avf');
  return lastOfEach(nodeAt(tree, '/avf')).map((property) => {
    const fixed = propertyOf(known, property.name);
    return { ...asNamed(property), reference: fixed && hex(fixed.value) };
  });
}
