/** What a bootloader asks of a partition that has its own description, with a digest or with a tree of hashes. */
import { must, of } from '../evidence/check.ts';
import type { HashFacts, HashtreeFacts } from './descriptors.ts';
import { footerChecks } from './footer.ts';
import type { FooterFacts } from './footer.ts';
import type { ImageCheck } from './image.ts';
import { belowTopChecks, signerChecks } from './signer.ts';
import { vbmetaChecks } from './vbmeta-checks.ts';
import { vbmetaFields } from './vbmeta.ts';
import type { VbmetaFacts } from './vbmeta.ts';

export interface PartitionFacts {
  readonly footer: FooterFacts;
  readonly vbmeta: VbmetaFacts;
  /** The descriptors of partitions in it, of which there should be one. */
  readonly described: readonly (HashFacts | HashtreeFacts)[];
  /** What the first of them says of the image holds. */
  readonly isDescribed: boolean;
}

const kindIs = ({ described }: PartitionFacts, kind: 'hash' | 'hash tree'): boolean => described[0]?.kind === kind;
const atFirst = ({ described, vbmeta }: PartitionFacts): number =>
  described[0]?.at ?? vbmeta.at + vbmetaFields.descriptors;

export const partitionChecks: readonly ImageCheck<PartitionFacts>[] = [
  ...of(({ footer }: PartitionFacts) => footer, footerChecks),
  ...of(({ vbmeta }: PartitionFacts) => vbmeta, [...vbmetaChecks, ...signerChecks, ...belowTopChecks]),
  must(
    'PARTITION-DESCRIBED',
    'the description is not that of exactly one partition',
    ({ described }) => described.length === 1,
    (facts) => facts.described[1]?.at ?? atFirst(facts),
  ),
  must(
    'PARTITION-DIGEST',
    'the image does not have the digest in its description',
    (facts) => !kindIs(facts, 'hash') || facts.isDescribed,
    atFirst,
  ),
  must(
    'PARTITION-TREE',
    'image and tree of hashes do not have the root digest in the description',
    (facts) => !kindIs(facts, 'hash tree') || facts.isDescribed,
    atFirst,
  ),
];
