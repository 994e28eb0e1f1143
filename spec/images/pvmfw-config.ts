/** The configuration that the bootloader leaves behind pvmfw: what pvmfw asks of its header and its table of entries. */
import type { HandoverFacts } from '../evidence/facts.ts';
import { must, mustEach } from '../evidence/check.ts';
import type { FdtForm } from './fdt.ts';
import { fdtChecks } from './fdt.ts';
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

/** An item of the reserved memory; offsets are those behind its table. */
export interface ReservedItem {
  readonly at: number;
  /** Both names end inside of the entry. */
  readonly isNamed: boolean;
  readonly offset: number;
  readonly size: number;
}
export interface Reserved {
  readonly at: number;
  /** Bytes behind the table; negative where the table is longer than the entry. */
  readonly room: number;
  /** None where there is no room for them. */
  readonly items: readonly ReservedItem[];
}

/** What is in the entries, of those that lie inside the configuration. */
export interface ConfigPieces {
  readonly handover?: { readonly at: number; readonly facts: HandoverFacts };
  readonly overlay?: { readonly at: number; readonly form: FdtForm };
  readonly reference?: { readonly at: number; readonly form: FdtForm };
  readonly reserved?: Reserved;
  /** How many keys are trusted besides the one that is built in. */
  readonly keys: number;
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

const isChained = ({ chain }: HandoverFacts): boolean =>
  chain?.isChain === true &&
  chain.entries.every(
    ({ signed, payload }) =>
      signed.isSign1 && payload.isMap && payload.subjectKey.kind === 'given' && payload.mode.kind !== 'mistyped',
  );

/** The checks of a device tree, at the place where the configuration has it. */
const formChecks = (name: 'overlay' | 'reference'): readonly ImageCheck<ConfigFacts>[] =>
  fdtChecks.map(({ clause, reason, holds, at }) => ({
    clause,
    reason: `the ${name === 'overlay' ? 'device overlay' : 'reference tree'} is no device tree: ${reason}`,
    holds: ({ pieces }, options) => pieces[name] === undefined || holds(pieces[name].form, options),
    at: ({ pieces }, options) => {
      const tree = pieces[name];
      const place = tree && at?.(tree.form, options);
      return tree && place !== undefined ? tree.at + place : undefined;
    },
  }));

const page = 0x1000;
const itemsOf = ({ pieces }: ConfigFacts): readonly ReservedItem[] => pieces.reserved?.items ?? [];
function isItemSound(item: ReservedItem, facts: ConfigFacts): boolean {
  const { isNamed, offset, size } = item;
  const items = itemsOf(facts);
  const before = items[items.indexOf(item) - 1];
  const isBehind = before === undefined || offset >= before.offset + before.size;
  const isInside = offset + size <= (facts.pieces.reserved?.room ?? 0);
  return isNamed && size > 0 && size <= page && isBehind && isInside;
}

const pieceChecks: readonly ImageCheck<ConfigFacts>[] = [
  must(
    'BOOT-HANDOVER-FORM',
    'the handover is no map of two secrets and a chain',
    ({ pieces: { handover } }) => handover === undefined || (handover.facts.isHandover && handover.facts.hasSecrets),
    ({ pieces }) => pieces.handover?.at,
  ),
  must(
    'BOOT-HANDOVER-CHAIN',
    'the chain in the handover is not well-formed, or empty',
    ({ pieces: { handover } }) => handover === undefined || isChained(handover.facts),
    ({ pieces }) => pieces.handover?.at,
  ),
  ...formChecks('overlay'),
  ...formChecks('reference'),
  must(
    'CONFIG-RESERVED',
    'the table of the reserved memory is longer than the entry',
    ({ pieces: { reserved } }) => reserved === undefined || reserved.room >= 0,
    ({ pieces }) => pieces.reserved?.at,
  ),
  mustEach('CONFIG-RESERVED', 'an item of the reserved memory is not where it may be', itemsOf, isItemSound),
];

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
