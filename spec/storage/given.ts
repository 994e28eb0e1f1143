/** What a configuration says of storage, as numbers. */
import type { Config } from '../config.ts';
import type { Attribute, Quantity } from '../given.ts';
import { datumsOf, noStorage, parts, placesOf, protections, spareOf } from './config.ts';
import type { StorageConfig } from './config.ts';

const storageOf = (config: Config): StorageConfig => config.storage ?? noStorage;
const counted = (words: string, read: (storage: StorageConfig) => number): Quantity => ({
  words,
  read: (config) => read(storageOf(config)),
});

export const storageQuantities = {
  blocks: counted('the number of blocks', ({ blocks }) => blocks),
  storings: counted('the number of instances that store', ({ instances }) => instances),
  sectors: counted('the number of sectors', ({ sectors }) => sectors),
  places: counted('the number of sectors and copies', placesOf),
  spare: counted("the host's copy", spareOf),
  parts: counted('the number of parts of a sector', () => parts),
  datums: counted('the number of things that are written', datumsOf),
  chunks: counted('the number of chunks', ({ chunks }) => chunks),
} as const satisfies Record<string, Quantity>;

export const storageAttributes = {
  protection: {
    words: 'the protection of {partition}',
    otherwise: -1,
    values: protections,
    over: (config) => [storageOf(config).partitions.length],
    read: (config, partition = 0) => protections.indexOf(storageOf(config).partitions[partition]?.protection ?? 'none'),
  },
} as const satisfies Record<string, Attribute>;
