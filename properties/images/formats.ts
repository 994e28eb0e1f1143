/** All formats of images, in the order in which bytes are held against them. */
import { formatOf } from './format.ts';
import type { Format } from './format.ts';
import { deviceTree } from './device-tree.ts';
import { pvmfwConfig } from './pvmfw-config.ts';

export const formats: readonly Format[] = [formatOf(pvmfwConfig), formatOf(deviceTree)];

export const formatNamed = (name: string): Format => {
  const found = formats.find((one) => one.name === name);
  if (found === undefined) throw new Error(`unreachable: no format ${name}`);
  return found;
};
