/** What a device tree says, looked up as libfdt looks it up: of several of one name, the first. */
import type { Said, Span } from '../../spec/images/device-tree.ts';
import type { Bytes } from '../bytes.ts';
import { unsigned } from '../bytes.ts';
import { big } from './form.ts';
import type { Property, ReadFdt, TreeNode } from './form.ts';

export const absent = { kind: 'absent' } as const;
export const misread = (at: number): Said<never> => ({ kind: 'misread', at });
export const given = <T>(at: number, value: T): Said<T> => ({ kind: 'given', at, value });

/** A name without an address is that of every node that has it before its address. */
const isNamed = (node: TreeNode, name: string): boolean =>
  node.name === name || (!name.includes('@') && node.name.split('@', 1)[0] === name);

export function nodeAt({ nodes }: ReadFdt, path: string): TreeNode | undefined {
  let found = nodes[0];
  for (const name of path.split('/').filter((part) => part !== ''))
    found = found?.children.find((child) => isNamed(child, name));
  return found;
}

export const propertyOf = (node: TreeNode | undefined, name: string): Property | undefined =>
  node?.properties.find((property) => property.name === name);

/** All properties under a path by their names; the last of one name counts. */
export const lastOfEach = (node: TreeNode | undefined): readonly Property[] => [
  ...new Map((node?.properties ?? []).map((property) => [property.name, property])).values(),
];

/** The one text that a value is: it has one zero byte, at its end. */
export function textOf({ value }: Property): string | undefined {
  return value.indexOf(0) === value.length - 1 && value.length > 0
    ? Array.from(value.subarray(0, -1), (byte) => String.fromCharCode(byte)).join('')
    : undefined;
}

const textsOf = ({ value }: Property): readonly string[] =>
  Array.from(value, (byte) => String.fromCharCode(byte))
    .join('')
    .split('\0')
    .slice(0, -1);
const longestList = 4096;

/** The nodes, in their order, of which one text under `compatible` is this. */
export const compatibleWith = ({ nodes }: ReadFdt, kind: string): readonly TreeNode[] =>
  nodes.filter((node) => {
    const property = propertyOf(node, 'compatible');
    return property !== undefined && property.value.length <= longestList && textsOf(property).includes(kind);
  });

export const cellsOf = ({ value }: Property): readonly number[] =>
  Array.from({ length: Math.floor(value.length / 4) }, (_, i) => big(value, 4 * i));

/** A number of one cell or of two. */
const numberOf = (property: Property | undefined): bigint | undefined =>
  property !== undefined && (property.value.length === 4 || property.value.length === 8)
    ? unsigned(property.value)
    : undefined;
export const cellOf = (property: Property | undefined): number | undefined =>
  property?.value.length === 4 ? big(property.value, 0) : undefined;

/** How many cells addresses and sizes have below a node; nothing where that is no number that is read. */
export function cellsBelow(
  node: TreeNode | undefined,
): { readonly address: number; readonly size: number } | undefined {
  const counts = { address: propertyOf(node, '#address-cells'), size: propertyOf(node, '#size-cells') };
  const address = counts.address === undefined ? 2 : cellOf(counts.address);
  const size = counts.size === undefined ? 1 : cellOf(counts.size);
  if (address === undefined || size === undefined) return undefined;
  return address >= 1 && address <= 3 && size <= 2 ? { address, size } : undefined;
}

const numberAt = (value: Bytes, cell: number, cells: number): bigint =>
  unsigned(value.subarray(4 * cell, 4 * (cell + cells)));

/** The registers of a node, in the cells of its parent; nothing where there are none, or in no form that is read. */
export function registersOf(node: TreeNode): readonly Span[] | undefined {
  const [property, cells] = [propertyOf(node, 'reg'), cellsBelow(node.parent)];
  if (property === undefined || cells === undefined || cells.address > 2 || cells.size === 0) return undefined;
  const each = cells.address + cells.size;
  const { value, valueAt } = property;
  return Array.from({ length: Math.floor(value.length / (4 * each)) }, (_, i) => ({
    at: valueAt + 4 * i * each,
    start: numberAt(value, i * each, cells.address),
    size: numberAt(value, i * each + cells.address, cells.size),
  }));
}

export function firstRegister(node: TreeNode): Said<Span> {
  const first = registersOf(node)?.[0];
  return first === undefined ? misread(propertyOf(node, 'reg')?.at ?? node.at) : given(first.at, first);
}

/** Two numbers that stand together, or neither. */
export function pairOf(node: TreeNode | undefined, names: readonly [string, string]): Said<readonly [bigint, bigint]> {
  const [one, other] = names.map((name) => propertyOf(node, name));
  const at = one ?? other;
  if (at === undefined) return absent;
  const [first, second] = [numberOf(one), numberOf(other)];
  return first === undefined || second === undefined ? misread(at.at) : given(at.at, [first, second]);
}
