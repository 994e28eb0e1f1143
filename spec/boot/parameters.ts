/** What a boot is called with: pieces by their numbers in the world's lists. */
import type { Parameter } from '../parameters.ts';
import { none } from '../state.ts';
import type { World } from '../world.ts';
import { noBoot } from './world.ts';
import type { BootWorld } from './world.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const bootOf = (world: World): BootWorld => world.boot ?? noBoot;

/** One entry of a list of the world. */
const listed = (kind: string, list: (boot: BootWorld) => readonly { readonly name: string }[]): Parameter => ({
  kind,
  values: (world) => upTo(list(bootOf(world)).length),
  say: (world, value) => list(bootOf(world))[value]?.name ?? String(value),
});

/** One of several alike, by its number, or none of them. */
const numbered = (kind: string, count: (boot: BootWorld) => number): Parameter => ({
  kind,
  values: (world) => [...upTo(count(bootOf(world))), none],
  say: (_, value) => (value === none ? 'none' : String(value)),
});

export const handoff = listed('handoff', (boot) => boot.handoffs);
export const tree = listed('tree', (boot) => boot.trees);
export const kernel = listed('kernel', (boot) => boot.kernels);
export const ramdisk: Parameter = {
  kind: 'ramdisk',
  values: (world) => [...upTo(bootOf(world).ramdisks.length), none],
  say: (world, value) => bootOf(world).ramdisks[value]?.name ?? 'no ramdisk',
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
export const someDisk: Parameter = { ...disk, values: (world) => upTo(bootOf(world).disks) };
/** An instance id that somebody names. */
export const someInstance: Parameter = { ...instance, values: (world) => upTo(bootOf(world).ids) };
/** Where a VM seals something, beside what others have sealed. */
export const place: Parameter = {
  kind: 'place',
  values: (world) => upTo(bootOf(world).kept).map((number) => number + 1),
  say: (_, value) => String(value),
};
/** Whoever has secrets: the VM that runs, or those that sealed something. */
export const bearer: Parameter = {
  kind: 'bearer',
  values: (world) => upTo(bootOf(world).kept + 1),
  say: (_, value) => (value === 0 ? 'the VM' : `place ${value}`),
};
/** How many writes reach the disk before the power fails; the highest number is that of a boot without a failure. */
export const writes = (all: number): Parameter => ({
  kind: 'writes',
  values: () => upTo(all + 1).reverse(),
  say: (_, value) => (value === all ? 'all writes' : `${value} writes`),
});

/** The writes of pvmfw: the content of its entry, then the header that makes it count. */
export const pvmfwWrites = { all: 2 } as const;
/** The writes of Microdroid: the identifier of its entry, the length, the nonce, the sealed content. */
export const guestWrites = { all: 4 } as const;
