/** What is in the entries of the configuration behind pvmfw, and what pvmfw asks of it. */
import type { HandoverFacts } from '../evidence/facts.ts';
import { must, mustEach } from '../evidence/check.ts';
import type { FdtForm } from './fdt.ts';
import { fdtChecks } from './fdt.ts';
import type { ImageCheck } from './image.ts';

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

/** What a debug policy turns on in a guest. */
export interface DebugFeatures {
  /** A dump of memory after a crash. */
  readonly ramdump: boolean;
  readonly log: boolean;
}

/** What is in the entries, of those that lie inside the configuration. */
export interface ConfigPieces {
  readonly handover?: { readonly at: number; readonly facts: HandoverFacts };
  /** What becomes of the debug policy: it is applied, or passed over for a reason. */
  readonly policy?: DebugFeatures | 'not in debug mode' | 'no device tree';
  readonly overlay?: { readonly at: number; readonly form: FdtForm };
  readonly reference?: { readonly at: number; readonly form: FdtForm };
  readonly reserved?: Reserved;
  /** How many keys are trusted besides the one that is built in. */
  readonly keys: number;
}

interface PiecesFound {
  readonly pieces: ConfigPieces;
}

const isChained = ({ chain }: HandoverFacts): boolean =>
  chain?.isChain === true &&
  chain.entries.every(
    ({ signed, payload }) =>
      signed.isSign1 && payload.isMap && payload.subjectKey.kind === 'given' && payload.mode.kind !== 'mistyped',
  );

/** The checks of a device tree, at the place where the configuration has it. */
const formChecks = (name: 'overlay' | 'reference'): readonly ImageCheck<PiecesFound>[] =>
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
const itemsOf = ({ pieces }: PiecesFound): readonly ReservedItem[] => pieces.reserved?.items ?? [];
function isItemSound(item: ReservedItem, facts: PiecesFound): boolean {
  const { isNamed, offset, size } = item;
  const items = itemsOf(facts);
  const before = items[items.indexOf(item) - 1];
  const isBehind = before === undefined || offset >= before.offset + before.size;
  const isInside = offset + size <= (facts.pieces.reserved?.room ?? 0);
  return isNamed && size > 0 && size <= page && isBehind && isInside;
}

export const pieceChecks: readonly ImageCheck<PiecesFound>[] = [
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
