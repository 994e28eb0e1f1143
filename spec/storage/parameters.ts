/** What the calls about storage are made with: each by its number in the lists of the configuration. */
import type { Config } from '../config.ts';
import type { Parameter } from '../parameters.ts';
import { contents, datumsOf, firstDatum, noStorage, parts, placesOf, spareOf } from './config.ts';
import type { StorageConfig } from './config.ts';
import { blockContents, blockDigests } from './fields.ts';

const storageOf = (config: Config): StorageConfig => config.storage ?? noStorage;
const between = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

const numbered = (
  kind: string,
  values: (storage: StorageConfig) => readonly number[],
  format: (storage: StorageConfig, value: number) => string | undefined = () => undefined,
): Parameter => ({
  kind,
  values: (config) => values(storageOf(config)),
  format: (config, value) => format(storageOf(config), value) ?? String(value),
});

export const partition = numbered(
  'partition',
  ({ partitions }) => between(0, partitions.length),
  ({ partitions }, value) => partitions[value]?.name,
);
/** One with a tree of digests. */
export const hashedPartition = numbered(
  'hashed partition',
  ({ partitions }) => between(0, partitions.length).filter((at) => partitions[at]?.protection !== 'none'),
  ({ partitions }, value) => partitions[value]?.name,
);
export const block = numbered('block', ({ blocks }) => between(0, blocks));
export const blockContent = numbered(
  'block content',
  () => [1, 0],
  (_, value) => blockContents[value],
);
export const blockDigest = numbered(
  'block digest',
  () => [1, 2, 0],
  (_, value) => blockDigests[value],
);

export const instanceOf = numbered('stored instance', ({ instances }) => between(0, instances));
/** A sector that files lie in: the first one is the file system's own. */
export const fileSector = numbered('sector', ({ sectors }) => between(1, sectors));
/** The sector in which a file system begins. */
export const firstSector = numbered('first sector', ({ sectors }) => (sectors === 0 ? [] : [0]));
/** A sector of the store, or the host's copy. */
export const anySector = numbered(
  'sector or copy',
  (storage) => between(0, placesOf(storage)),
  (storage, value) => (value === spareOf(storage) ? 'the copy' : undefined),
);
export const part = numbered(
  'part',
  (storage) => (storage.sectors === 0 ? [] : between(0, parts)),
  (_, value) => ['the first block', 'the rest'][value],
);
export const formatDatum = (value: number): string =>
  value < firstDatum ? (contents[value] ?? String(value)) : String.fromCharCode('A'.charCodeAt(0) + value - firstDatum);
export const datum = numbered(
  'datum',
  (storage) => between(firstDatum, datumsOf(storage)),
  (_, value) => formatDatum(value),
);
export const chunk = numbered('chunk', ({ chunks }) => between(0, chunks));
