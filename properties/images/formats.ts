/** All formats of images, in the order in which bytes are held against them. */
import { apex } from './apex.ts';
import { apk, idsig } from './apk.ts';
import { formatOf } from './format.ts';
import type { Format } from './format.ts';
import { kernel, partition } from './partition.ts';
import { deviceTree } from './device-tree.ts';
import { pvmfwConfig } from './pvmfw-config.ts';
import { topLevel } from './top-level.ts';
import { verity } from './verity.ts';

export const formats: readonly Format[] = [
  formatOf(pvmfwConfig),
  formatOf(deviceTree),
  formatOf(topLevel),
  formatOf(verity),
  formatOf(kernel),
  formatOf(partition),
  formatOf(apex),
  formatOf(apk),
  formatOf(idsig),
];

export const formatNamed = (name: string): Format => {
  const found = formats.find((one) => one.name === name);
  if (found === undefined) throw new Error(`unreachable: no format ${name}`);
  return found;
};
