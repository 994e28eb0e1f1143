/** A partition with its own description: the image, perhaps a tree of hashes, the description, and the footer. */
import type { HashFacts, HashtreeFacts } from '../../spec/images/descriptors.ts';
import type { PartitionFacts } from '../../spec/images/partition.ts';
import type { Bytes } from '../bytes.ts';
import { hasDigest, hasTree } from './digest.ts';
import { readAtFooter } from './footer.ts';

/** What a bootloader finds of it. Never throws. */
export function readPartition(bytes: Bytes): PartitionFacts {
  const { footer, vbmeta } = readAtFooter(bytes);
  const described = vbmeta.list.filter((one): one is HashFacts | HashtreeFacts =>
    ['hash', 'hash tree'].includes(one.kind),
  );
  const [first] = described;
  const isDescribed = first !== undefined && (first.kind === 'hash' ? hasDigest(first, bytes) : hasTree(first, bytes));
  return { footer, vbmeta, described, isDescribed };
}
