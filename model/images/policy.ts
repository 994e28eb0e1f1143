/** The debug policy: an overlay that the bootloader has pvmfw apply to the guest's tree. */
import type { DebugFeatures } from '../../spec/images/config-pieces.ts';
import type { Bytes } from '../bytes.ts';
import { readFdt } from '../fdt/form.ts';
import { cellOf, nodeAt, propertyOf, textOf } from '../fdt/look.ts';
import { cell, node, text, writeFdt } from '../fdt/write.ts';
import { isWellFormed } from './device-tree.ts';

const common = '/__overlay__/avf/guest/common';

/** What a policy turns on; of several fragments that say it, the last counts. Nothing if it is no device tree. */
export function readPolicy(bytes: Bytes): DebugFeatures | undefined {
  const tree = readFdt(bytes);
  if (!isWellFormed(tree)) return undefined;
  const target = (name: string): string | undefined => {
    const property = propertyOf(nodeAt(tree, name), 'target-path');
    return property && textOf(property);
  };
  const fragments = (tree.nodes[0]?.children ?? []).filter(({ name }) => target(name) === '/');
  const isOn = (feature: string): boolean =>
    fragments
      .map(({ name }) => propertyOf(nodeAt(tree, name + common), feature))
      .filter((property) => property !== undefined)
      .slice(-1)
      .some((property) => cellOf(property) === 1);
  return { ramdump: isOn('ramdump'), log: isOn('log') };
}

export function writePolicy({ ramdump, log }: DebugFeatures): Bytes {
  const features = node('common', { log: cell(Number(log)), ramdump: cell(Number(ramdump)) });
  const overlay = node('__overlay__', {}, node('avf', {}, node('guest', {}, features)));
  return writeFdt(node('', {}, node('fragment@0', { 'target-path': text('/') }, overlay)));
}
