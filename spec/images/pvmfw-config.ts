/** The configuration that the bootloader leaves behind pvmfw: what pvmfw asks of its header and its table of entries. */
import { must, mustEach } from '../evidence/check.ts';
import type { ConfigPieces } from './config-pieces.ts';
import { pieceChecks } from './config-pieces.ts';
import type { ImageCheck } from './image.ts';

export const configEntries = [
  'handover',
  'debug policy',
  'device overlay',
  'reference tree',
  'reserved memory',
  'trusted keys',
] as const;
export type ConfigEntryName = (typeof configEntries)[number];

/** The fields of the header, by their offsets. */
export const configFields = { magic: 0, minor: 4, major: 6, totalSize: 8, flags: 12 } as const;
export const configHeaderSize = 16;
export const configEntrySize = 8;

export interface ConfigEntry {
  readonly name: ConfigEntryName;
  /** Where the table has it. */
  readonly at: number;
  readonly offset: number;
  /** 0: there is none. */
  readonly size: number;
}

export interface ConfigFacts {
  readonly pieces: ConfigPieces;
  /** Bytes from the start of the configuration to the end of the region. */
  readonly room: number;
  readonly hasMagic: boolean;
  readonly major: number;
  readonly minor: number;
  readonly flags: number;
  readonly totalSize: number;
  /** Those that the version has, in their order. */
  readonly entries: readonly ConfigEntry[];
}

const bodyOf = ({ entries }: ConfigFacts): number => configHeaderSize + entries.length * configEntrySize;
const present = ({ entries }: ConfigFacts): readonly ConfigEntry[] => entries.filter(({ size }) => size > 0);

const isBehindThoseBefore = (entry: ConfigEntry, facts: ConfigFacts): boolean =>
  present(facts).every(({ at, offset, size }) => at >= entry.at || offset + size <= entry.offset);

export const configChecks: readonly ImageCheck<ConfigFacts>[] = [
  must(
    'CONFIG-REGION',
    'the region ends before the header does',
    ({ room }) => room >= configHeaderSize,
    () => 0,
  ),
  must(
    'CONFIG-MAGIC',
    'it does not begin with the magic number',
    ({ hasMagic }) => hasMagic,
    () => configFields.magic,
  ),
  must(
    'CONFIG-REGION',
    'its total size is not that of a configuration in this region',
    ({ totalSize, room }) => totalSize >= configHeaderSize && totalSize <= room,
    () => configFields.totalSize,
  ),
  must(
    'CONFIG-VERSION',
    'its major version is not 1',
    ({ major }) => major === 1,
    () => configFields.major,
  ),
  must(
    'CONFIG-REGION',
    'its total size leaves no room for the table of entries',
    (facts) => facts.totalSize >= bodyOf(facts),
    () => configFields.totalSize,
  ),
  mustEach(
    'CONFIG-BOUNDS',
    'an entry does not lie between the table and the end',
    present,
    ({ offset, size }, facts) => offset >= bodyOf(facts) && offset + size <= facts.totalSize,
  ),
  mustEach('CONFIG-ORDER', 'an entry does not lie behind those before it', present, isBehindThoseBefore),
  must(
    'CONFIG-HANDOVER',
    'there is no handover',
    (facts) => present(facts).some(({ name }) => name === 'handover'),
    () => configHeaderSize,
  ),
  ...pieceChecks,
];
