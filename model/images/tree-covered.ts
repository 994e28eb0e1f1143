/** Of which bytes of a host's device tree a check depends, so that no other value of them is accepted. */
import type { TreeFacts } from '../../spec/images/device-tree.ts';
import type { Property, ReadFdt, TreeNode } from '../fdt/form.ts';
import { compatibleWith, nodeAt, propertyOf } from '../fdt/look.ts';

type Covered = TreeFacts['covered'][number];
const bytes = (from: number, size: number): Covered => ({ from, to: from + size });

const wholly = (property: Property | undefined): readonly Covered[] => [bytes(0, property?.value.length ?? 0)];

/** Token, length and name of a property that has to be there, and the parts of its value that have no choice. */
function needed(property: Property | undefined, parts = wholly(property)): readonly Covered[] {
  if (property === undefined) return [];
  const { at, name, nameAt, valueAt } = property;
  const values = parts.map(({ from, to }) => ({ from: valueAt + from, to: valueAt + to }));
  return [bytes(at, 12), bytes(nameAt, name.length + 1), ...values];
}

/** The same of a value that may go on: all but the last byte of its length. */
const neededFirst = (property: Property | undefined, parts = wholly(property)): readonly Covered[] => {
  const [header, ...others] = needed(property, parts);
  return header === undefined ? [] : [bytes(header.from, 7), bytes(header.from + 8, 4), ...others];
};

/** Of a number of pages, the byte that is zero. */
const pages = (from: number): Covered[] => [bytes(from + 7, 1)];

/** The value alone: without it, what is usual counts, and that is this. */
const valueOf = (property: Property | undefined): readonly Covered[] =>
  property === undefined ? [] : [bytes(property.valueAt, property.value.length)];

/** The name of a node that has to be there, up to its address. */
const named = (node: TreeNode | undefined): readonly Covered[] =>
  node === undefined ? [] : [bytes(node.at, 4 + (node.name.split('@', 1)[0]?.length ?? 0))];

function ofMemory(tree: ReadFdt): readonly Covered[] {
  const [root] = tree.nodes;
  const memory = nodeAt(tree, '/memory');
  return [
    ...named(memory),
    ...needed(propertyOf(memory, 'device_type')),
    ...neededFirst(propertyOf(memory, 'reg'), [bytes(0, 8), ...pages(8)]),
    ...valueOf(propertyOf(root, '#address-cells')),
    ...needed(propertyOf(root, '#size-cells')),
  ];
}

function ofPlaces(tree: ReadFdt): readonly Covered[] {
  const config = nodeAt(tree, '/config');
  return [
    ...named(config),
    ...['kernel-address', 'kernel-size'].flatMap((name) => needed(propertyOf(config, name), [])),
  ];
}

function ofPci(tree: ReadFdt): readonly Covered[] {
  const [node] = compatibleWith(tree, 'pci-host-cam-generic');
  const rows = (name: string, size: number, part: readonly Covered[]): readonly Covered[] => {
    const property = propertyOf(node, name);
    const count = Math.floor((property?.value.length ?? 0) / size);
    const all = Array.from({ length: count }, (_, i) =>
      part.map(({ from, to }) => ({ from: from + i * size, to: to + i * size })),
    );
    return neededFirst(property, all.flat());
  };
  return [
    ...needed(propertyOf(node, '#address-cells')),
    ...needed(propertyOf(node, '#size-cells')),
    ...rows('ranges', 28, [bytes(4, 16)]).slice(0, 5),
    ...rows('interrupt-map-mask', 16, [bytes(0, 16)]),
    ...rows('interrupt-map', 40, [bytes(0, 16), bytes(20, 20)]),
  ];
}

function ofDevices(tree: ReadFdt): readonly Covered[] {
  const [watchdog] = compatibleWith(tree, 'qemu,vcpu-stall-detector');
  const [bounce] = compatibleWith(tree, 'restricted-dma-pool');
  const place = propertyOf(bounce, 'reg');
  return [
    ...neededFirst(propertyOf(watchdog, 'reg')),
    ...neededFirst(propertyOf(watchdog, 'interrupts')),
    ...needed(propertyOf(bounce, 'compatible')),
    ...(place === undefined
      ? ['size', 'alignment'].flatMap((name) => needed(propertyOf(bounce, name), pages(0)))
      : neededFirst(place, [bytes(0, 3), bytes(7, 1), bytes(15, 1)])),
  ];
}

/** Values under `/avf` that are the bootloader's; a property may be absent, and so its name is not covered. */
const ofFixed = (tree: ReadFdt, { fixed }: Pick<TreeFacts, 'fixed'>): readonly Covered[] => {
  const node = nodeAt(tree, '/avf');
  return fixed.flatMap(({ at, reference }) => {
    const property = node?.properties.find((one) => one.at === at);
    return property === undefined || reference === undefined ? [] : [bytes(property.valueAt, property.value.length)];
  });
};

export function coveredBy(tree: ReadFdt, facts: Pick<TreeFacts, 'form' | 'fixed' | 'cpus'>): readonly Covered[] {
  const [, structure, strings] = facts.form.blocks;
  const isExact = strings !== undefined && strings.offset + strings.size === facts.form.room;
  const [cpu] = facts.cpus === 1 ? compatibleWith(tree, 'arm,armv8') : [];
  return [
    bytes(0, isExact ? 8 : 5),
    ...(structure === undefined ? [] : [bytes(structure.at, 4)]),
    ...(strings === undefined ? [] : [bytes(strings.at, 4)]),
    bytes(24, 3),
    ...tree.tokens.map((at) => bytes(at, 4)),
    ...ofMemory(tree),
    ...ofPlaces(tree),
    ...neededFirst(propertyOf(cpu, 'compatible')),
    ...ofPci(tree),
    ...ofDevices(tree),
    ...ofFixed(tree, facts),
  ];
}
