/** What a bootloader asks of the top-level description, and of one that it chains to. */
import { must, mustEach, of } from '../evidence/check.ts';
import type { ChainFacts } from './descriptors.ts';
import { isChain } from './descriptors.ts';
import type { ImageCheck } from './image.ts';
import { belowTopChecks, isRecent, signerChecks } from './signer.ts';
import { vbmetaChecks } from './vbmeta-checks.ts';
import type { VbmetaFacts } from './vbmeta.ts';

export interface TopLevelFacts {
  readonly vbmeta: VbmetaFacts;
  /** The descriptor that names the description that was handed over with it. */
  readonly chain: ChainFacts | undefined;
  readonly chained: VbmetaFacts | undefined;
}

const atChain = ({ chain, vbmeta }: TopLevelFacts): number => chain?.at ?? vbmeta.at;

/** What is asked of the chained description is about the descriptor that names it. */
const ofChained = (checks: readonly ImageCheck<VbmetaFacts>[]): readonly ImageCheck<TopLevelFacts>[] =>
  of(({ chained }: TopLevelFacts) => chained, checks).map(({ clause, reason, holds }) =>
    must(clause, `in the chained description: ${reason}`, holds, atChain),
  );

export const topLevelChecks: readonly ImageCheck<TopLevelFacts>[] = [
  ...of(({ vbmeta }: TopLevelFacts) => vbmeta, [...vbmetaChecks, ...signerChecks]),
  mustEach(
    'VBMETA-CHAIN-LOCATION',
    'a chained partition has the rollback location of the top-level description',
    ({ vbmeta }) => vbmeta.list.filter(isChain),
    ({ rollbackLocation }) => rollbackLocation > 0,
  ),
  ...ofChained(vbmetaChecks),
  must(
    'VBMETA-CHAIN-KEY',
    'the chained description is signed with another key than the one that is named for it',
    ({ chain, chained }) => chained === undefined || chained.publicKey === chain?.publicKey,
    atChain,
  ),
  must(
    'VBMETA-CHAIN-ROLLBACK',
    'the chained description is older than one that the device has seen',
    ({ chain, chained }, options) =>
      chained === undefined || chain === undefined || isRecent(chained, chain.rollbackLocation, options),
    atChain,
  ),
  ...ofChained(belowTopChecks),
];
