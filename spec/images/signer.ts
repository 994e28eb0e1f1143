/** Who may have signed a description, how old it may be, and what it may not say if it is not the top-level one. */
import { must, mustEach } from '../evidence/check.ts';
import { isChain } from './descriptors.ts';
import type { ImageCheck, ImageOptions } from './image.ts';
import { vbmetaFields } from './vbmeta.ts';
import type { VbmetaFacts } from './vbmeta.ts';

export const isTrusted = ({ publicKey }: VbmetaFacts, { keys }: ImageOptions): boolean =>
  keys === undefined || keys.includes(publicKey);

/** Whether the description is no older than the device has seen at this location. */
export const isRecent = ({ rollbackIndex }: VbmetaFacts, location: number, { stored = {} }: ImageOptions): boolean =>
  rollbackIndex >= BigInt(stored[location] ?? '0');

export const signerChecks: readonly ImageCheck<VbmetaFacts>[] = [
  must('VBMETA-TRUSTED', 'the key is not trusted', isTrusted, ({ at }) => at + vbmetaFields.key),
  must(
    'VBMETA-ROLLBACK',
    'the description is older than one that the device has seen',
    (facts, options) => isRecent(facts, facts.rollbackLocation, options),
    ({ at }) => at + vbmetaFields.rollbackIndex,
  ),
];

export const belowTopChecks: readonly ImageCheck<VbmetaFacts>[] = [
  must(
    'VBMETA-FLAGS',
    'a description that is not the top-level one has flags',
    ({ flags }) => flags === 0,
    ({ at }) => at + vbmetaFields.flags,
  ),
  mustEach(
    'VBMETA-CHAIN-DEPTH',
    'a description that is not the top-level one names another',
    ({ list }) => list,
    (one) => !isChain(one),
  ),
];
