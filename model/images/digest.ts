/** Whether an image is what a descriptor of it says: by a digest of all of it, or by the root of a tree of hashes. */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { HashFacts, HashtreeFacts } from '../../spec/images/descriptors.ts';
import type { Bytes } from '../bytes.ts';
import { concat, hex, sameBytes, unhex } from '../bytes.ts';
import { levelSizes, treeOf } from '../storage/merkle.ts';
import { isBlockSize } from '../storage/verity.ts';
import { within } from './reader.ts';

const hashes: ReadonlyMap<string, (bytes: Bytes) => Bytes> = new Map<string, (bytes: Bytes) => Bytes>([
  ['sha256', sha256],
  ['sha512', sha512],
]);

/** The digest of an image with the salt of its descriptor; nothing where it ends too early. */
export function digestOf({ algorithm, salt, imageSize }: HashFacts, partition: Bytes): string | undefined {
  const [hash, image] = [hashes.get(algorithm), within(partition, 0, imageSize)];
  return hash === undefined || image === undefined ? undefined : hex(hash(concat(unhex(salt), image)));
}

export const hasDigest = (descriptor: HashFacts, partition: Bytes): boolean =>
  digestOf(descriptor, partition) === descriptor.digest;

/** Whether all blocks of a partition would be read, by the tree that is in it. */
export function hasTree(descriptor: HashtreeFacts, partition: Bytes): boolean {
  const { version, algorithm, dataBlock, hashBlock, imageSize, treeOffset, treeSize } = descriptor;
  const [image, stored] = [within(partition, 0, imageSize), within(partition, treeOffset, treeSize)];
  if (version !== 1 || algorithm !== 'sha256' || !isBlockSize(dataBlock) || !isBlockSize(hashBlock)) return false;
  if (image === undefined || stored === undefined || image.length === 0 || image.length % dataBlock > 0) return false;
  const shape = { dataBlock, hashBlock, salt: unhex(descriptor.salt) };
  const blocks = levelSizes(image.length / dataBlock, shape).reduce((sum, size) => sum + size, 0);
  if (stored.length !== blocks * hashBlock) return false;
  const { levels, root } = treeOf(image, shape);
  return hex(root) === descriptor.digest && sameBytes(stored, concat(...levels.toReversed()));
}
