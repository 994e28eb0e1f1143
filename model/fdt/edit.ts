/** Trees with one thing changed, before they are written. */
import type { Bytes } from '../bytes.ts';
import type { NodeSource } from './write.ts';

const at = (root: NodeSource, path: readonly string[], change: (node: NodeSource) => NodeSource): NodeSource => {
  const [first, ...rest] = path;
  if (first === undefined) return change(root);
  if (!root.children.some(({ name }) => name === first)) throw new Error(`unreachable: no node ${first}`);
  return { ...root, children: root.children.map((child) => (child.name === first ? at(child, rest, change) : child)) };
};
const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** With a property of that value, in its place if it is there; without it if there is no value. */
export const withProperty = (root: NodeSource, path: string, name: string, value: Bytes | undefined): NodeSource =>
  at(root, partsOf(path), (node) => {
    const isThere = node.properties.some(([one]) => one === name);
    const kept = node.properties.filter(([one]) => one !== name);
    if (value === undefined) return { ...node, properties: kept };
    if (!isThere) return { ...node, properties: [...kept, [name, value]] };
    return { ...node, properties: node.properties.map((one) => (one[0] === name ? [name, value] : one)) };
  });

/** With properties before those that are there, of whatever names. */
export const withFirst = (root: NodeSource, path: string, name: string, value: Bytes): NodeSource =>
  at(root, partsOf(path), (node) => ({ ...node, properties: [[name, value], ...node.properties] }));

export const withNode = (root: NodeSource, path: string, child: NodeSource): NodeSource =>
  at(root, partsOf(path), (node) => ({ ...node, children: [...node.children, child] }));

export const withoutNode = (root: NodeSource, path: string): NodeSource => {
  const name = partsOf(path).at(-1);
  return at(root, partsOf(path).slice(0, -1), (node) => ({
    ...node,
    children: node.children.filter((child) => child.name !== name),
  }));
};
