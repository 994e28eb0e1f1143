/** What a boot is called with: pieces by their numbers in the configuration's lists. */
import type { Parameter } from '../parameters.ts';
import { none } from '../config.ts';
import type { Config } from '../config.ts';
import { noBoot } from './config.ts';
import type { BootConfig } from './config.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const bootOf = (config: Config): BootConfig => config.boot ?? noBoot;

/** One entry of a list of the configuration. */
const listed = (kind: string, list: (boot: BootConfig) => readonly { readonly name: string }[]): Parameter => ({
  kind,
  values: (config) => upTo(list(bootOf(config)).length),
  format: (config, value) => list(bootOf(config))[value]?.name ?? String(value),
});

/** One of several alike, by its number, or none of them. */
const numbered = (kind: string, count: (boot: BootConfig) => number): Parameter => ({
  kind,
  values: (config) => [...upTo(count(bootOf(config))), none],
  format: (_, value) => (value === none ? 'none' : String(value)),
});

export const handoff = listed('handoff', (boot) => boot.handoffs);
export const tree = listed('tree', (boot) => boot.trees);
export const kernel = listed('kernel', (boot) => boot.kernels);
export const ramdisk: Parameter = {
  kind: 'ramdisk',
  values: (config) => [...upTo(bootOf(config).ramdisks.length), none],
  format: (config, value) => bootOf(config).ramdisks[value]?.name ?? 'no ramdisk',
};
/** The image that a guest loader finds. */
export const loaded = listed('loaded', (boot) => boot.loaded);
export const system = listed('system', (boot) => boot.systems);
export const apk = listed('apk', (boot) => boot.apks);
export const extra = listed('extra', (boot) => boot.extras);
export const apex = listed('apex', (boot) => boot.apexes);

/** The instance image that is attached, or none. */
export const disk = numbered('disk', (boot) => boot.disks);
/** The instance id in the device tree, or none. */
export const instance = numbered('instance', (boot) => boot.ids);
/** An instance image that there is. */
export const someDisk: Parameter = { ...disk, values: (config) => upTo(bootOf(config).disks) };
/** An instance id that somebody names. */
export const someInstance: Parameter = { ...instance, values: (config) => upTo(bootOf(config).ids) };
/** Where a VM seals something, beside what others have sealed. */
export const place: Parameter = {
  kind: 'place',
  values: (config) => upTo(bootOf(config).kept).map((number) => number + 1),
  format: (_, value) => String(value),
};
/** Whoever has secrets: the VM that runs, or those that sealed something. */
export const bearer: Parameter = {
  kind: 'bearer',
  values: (config) => upTo(bootOf(config).kept + 1),
  format: (_, value) => (value === 0 ? 'the VM' : `place ${value}`),
};
/** How many writes reach the disk before the power fails; the highest number is that of a boot without a failure. */
export const writes = (all: number): Parameter => ({
  kind: 'writes',
  values: () => upTo(all + 1).reverse(),
  format: (_, value) => (value === all ? 'all writes' : `${value} writes`),
});

/** The writes of pvmfw: the content of its entry, then the header that makes it count. */
export const pvmfwWrites = { all: 2 } as const;
/** The writes of Microdroid: the identifier of its entry, the length, the nonce, the sealed content. */
export const guestWrites = { all: 4 } as const;
