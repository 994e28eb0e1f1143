/** The descriptors of a description of images, written to bytes. */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, concat } from '../bytes.ts';
import { treeOf } from '../storage/merkle.ts';
import { big32, big64, filled } from './reader.ts';

const unit = 8;
const reserved = new Uint8Array(60);
const algorithmField = (name: string): Bytes => ascii(name.padEnd(32, '\0'));

/** A descriptor with any tag: its header, its parts, and zeros up to a multiple of 8. */
export function writeDescriptor(tag: number, ...parts: readonly Bytes[]): Bytes {
  const body = filled(concat(...parts), unit);
  return concat(big64(tag), big64(body.length), body);
}

export interface Digested {
  readonly partition: string;
  readonly salt: Bytes;
  readonly algorithm?: 'sha256' | 'sha512';
  /** Otherwise than it should be. */
  readonly digest?: Bytes;
  readonly imageSize?: number;
}

/** The descriptor of an image by its digest. */
export function writeHash(image: Bytes, said: Digested): Bytes {
  const { partition, salt, algorithm = 'sha256', imageSize = image.length } = said;
  const digest = said.digest ?? (algorithm === 'sha256' ? sha256 : sha512)(concat(salt, image));
  const name = ascii(partition);
  const lengths = concat(...[name, salt, digest].map(({ length }) => big32(length)), big32(0), reserved);
  return writeDescriptor(2, big64(imageSize), algorithmField(algorithm), lengths, name, salt, digest);
}

export interface Treed {
  readonly partition: string;
  readonly salt: Bytes;
  /** Of data and of hashes. */
  readonly block: number;
  /** Otherwise than it should be. */
  readonly root?: Bytes;
  readonly treeOffset?: number;
  readonly version?: number;
}

/** The descriptor of an image by a tree of hashes that follows it, and the tree. */
export function writeHashtree(image: Bytes, said: Treed): { readonly descriptor: Bytes; readonly tree: Bytes } {
  const { partition, salt, block, treeOffset = image.length, version = 1 } = said;
  const { levels, root: found } = treeOf(image, { dataBlock: block, hashBlock: block, salt });
  const [tree, root, name] = [concat(...levels.toReversed()), said.root ?? found, ascii(partition)];
  const place = concat(
    big32(version),
    big64(image.length),
    big64(treeOffset),
    big64(tree.length),
    big32(block),
    big32(block),
  );
  const correction = concat(big32(0), big64(0), big64(0));
  const lengths = concat(...[name, salt, root].map(({ length }) => big32(length)), big32(0), reserved);
  const parts = [place, correction, algorithmField('sha256'), lengths, name, salt, root];
  return { descriptor: writeDescriptor(1, ...parts), tree };
}

/** The descriptor of a partition that has a description of its own. */
export function writeChain(partition: string, publicKey: Bytes, rollbackLocation: number): Bytes {
  const name = ascii(partition);
  const fixed = concat(big32(rollbackLocation), big32(name.length), big32(publicKey.length), big32(0), reserved);
  return writeDescriptor(4, fixed, name, publicKey);
}

const end = new Uint8Array(1);
export const writeProperty = (key: string, value: string): Bytes =>
  writeDescriptor(0, big64(key.length), big64(value.length), ascii(key), end, ascii(value), end);

export const writeCommandLine = (text: string, flags = 0): Bytes =>
  writeDescriptor(3, big32(flags), big32(text.length), ascii(text));
