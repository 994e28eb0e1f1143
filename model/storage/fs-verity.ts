/** fs-verity: the tree over a file, and the digest of the descriptor that names its root and the file's length. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { digestSize, treeOf } from './merkle.ts';
import type { Shape } from './merkle.ts';

export const chunkSize = 4096;
export const shape: Shape = { dataBlock: chunkSize, hashBlock: chunkSize, salt: new Uint8Array(0) };

const descriptorSize = 256;
const at = { version: 0, algorithm: 1, logBlockSize: 2, dataSize: 8, root: 16 } as const;
const sha256Number = 1;

/** The digest by which a file of this length with this root is known. */
export function fileDigest(root: Bytes, length: number): Bytes {
  const descriptor = new Uint8Array(descriptorSize);
  descriptor[at.version] = 1;
  descriptor[at.algorithm] = sha256Number;
  descriptor[at.logBlockSize] = Math.log2(chunkSize);
  new DataView(descriptor.buffer).setBigUint64(at.dataSize, BigInt(length), true);
  descriptor.set(root.subarray(0, digestSize), at.root);
  return sha256(descriptor);
}

export const measure = (file: Bytes): Bytes => fileDigest(treeOf(file, shape).root, file.length);
