/** Devices that the host assigns to a VM, as its tree has them and as the overlay of the bootloader does. */
import type { Assigned } from '../../spec/images/device-tree.ts';
import type { ReadFdt, TreeNode } from '../fdt/form.ts';
import { cellOf, cellsOf, given, misread, nodeAt, propertyOf, registersOf, textOf } from '../fdt/look.ts';

const mostDevices = 64;
/** Of one device. */
const mostStreams = 64;

/** Each device of the overlay that the host's tree has, at the path that it would be put at. */
export function assignedOf(tree: ReadFdt, overlay: ReadFdt): readonly Assigned[] {
  const symbols = nodeAt(overlay, '/__symbols__')?.properties ?? [];
  return symbols.slice(0, mostDevices).flatMap((symbol) => {
    const described = textOf(symbol);
    const path = described?.replace(/^\/[^/]+\/__overlay__/, '');
    const [source, node] = [nodeAt(overlay, described ?? ''), nodeAt(tree, path ?? '')];
    if (described === undefined || path === undefined || path === described || path === '') return [];
    return source === undefined || node === undefined ? [] : [read(tree, overlay, { path, source, node })];
  });
}

interface Found {
  readonly path: string;
  readonly source: TreeNode;
  readonly node: TreeNode;
}

function read(tree: ReadFdt, overlay: ReadFdt, { path, source, node }: Found): Assigned {
  const [registers, interrupts] = [registersOf(node), propertyOf(node, 'interrupts')];
  const physical = physicalOf(overlay, source);
  return {
    at: node.at,
    path,
    registers: registers === undefined ? misread(node.at) : given(node.at, registers),
    physical: physical && registersOf(physical)?.map(({ start }) => start),
    interrupts: interrupts && cellsOf(interrupts).length,
    streams: streamsOf(tree, node),
    physicalStreams: streamCells(physical).length / 2,
  };
}

const handleOf = (node: TreeNode): number | undefined =>
  cellOf(propertyOf(node, 'phandle') ?? propertyOf(node, 'linux,phandle'));

/** The device of the host that a node of the overlay stands for: it names the handle of that node as its target. */
function physicalOf(overlay: ReadFdt, source: TreeNode): TreeNode | undefined {
  const [handle, host] = [handleOf(source), nodeAt(overlay, '/host')];
  if (handle === undefined) return undefined;
  return host?.children.find((node) => cellOf(propertyOf(node, 'android,pvmfw,target')) === handle);
}

function streamCells(node: TreeNode | undefined): readonly number[] {
  const iommus = propertyOf(node, 'iommus');
  return iommus === undefined ? [] : cellsOf(iommus);
}

/** Pairs of the number of a virtual IOMMU and a stream behind it; nothing if one refers to something else. */
function streamsOf({ nodes }: ReadFdt, node: TreeNode): readonly string[] | undefined {
  const cells = streamCells(node);
  if (cells.length % 2 !== 0 || cells.length > 2 * mostStreams) return undefined;
  const streams = Array.from({ length: cells.length / 2 }, (_, i) => {
    const iommu = nodes.find((one) => handleOf(one) === cells[2 * i]);
    const id = cellOf(propertyOf(iommu, 'id'));
    const isIommu = cellOf(propertyOf(iommu, '#iommu-cells')) === 1 && id !== undefined;
    return isIommu ? `${id} ${cells[2 * i + 1]}` : undefined;
  });
  return streams.every((stream) => stream !== undefined) ? streams : undefined;
}
