/**
 * The instance image, byte for byte: a header, then one entry for each stage, each a header of one block and what it
 * seals. Reading never trusts a length; writing is a list of writes, so that power can fail between any two of them.
 */
import type { Bytes } from './disk.ts';
import { blockSize } from './disk.ts';

export const partitionName = 'vm-instance';
const magic = Uint8Array.from('Android-VM-instance', (character) => character.charCodeAt(0));
const version = 1;
const identifierSize = 16;

const identifierOf = (digits: string): Bytes =>
  Uint8Array.from(digits.replaceAll('-', '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** Identifiers of entries, in the order of their digits, whatever stage reads them. */
export const identifiers = {
  pvmfw: identifierOf('90d2174a-038a-4bc6-adf3-824848fc5825'),
  microdroid: identifierOf('cf9afe9a-0662-11ec-a329-c32663a09d75'),
} as const;

/** One write: these bytes, at this place of the partition. */
export interface Write {
  readonly at: number;
  readonly bytes: Bytes;
}

/** What a stage finds where its entry should be. `full`: there is neither an entry nor room for one. */
export type Found =
  | { readonly kind: 'free'; readonly at: number }
  | { readonly kind: 'entry'; readonly at: number; readonly size: number }
  | { readonly kind: 'no header' | 'full' };

const isAt = (image: Bytes, at: number, bytes: Bytes): boolean => bytes.every((byte, i) => image[at + i] === byte);

/** The magic number and the version are those of an instance image. */
export const hasHeader = (image: Bytes): boolean =>
  image.length >= blockSize && isAt(image, 0, magic) && isAt(image, magic.length, Uint8Array.of(version, 0));

/** Make the partition an instance image that no VM has booted from. */
export function formatImage(image: Bytes): void {
  image.fill(0);
  image.set(magic);
  image.set([version, 0], magic.length);
}

/** The length in the header of an entry; more than any image has counts as infinity. */
function sizeAt(image: Bytes, at: number): number {
  const view = new DataView(image.buffer, image.byteOffset + at, blockSize);
  const size = view.getBigUint64(identifierSize, true);
  return size > BigInt(image.length) ? Infinity : Number(size);
}

/** Walk from entry to entry; the first free one ends the walk. */
export function findEntry(image: Bytes, identifier: Bytes): Found {
  if (!hasHeader(image)) return { kind: 'no header' };
  for (let at = blockSize; at + blockSize <= image.length;) {
    if (isAt(image, at, new Uint8Array(identifierSize))) return { kind: 'free', at };
    const size = sizeAt(image, at);
    if (isAt(image, at, identifier)) return { kind: 'entry', at, size };
    at += blockSize * (1 + Math.ceil(size / blockSize));
  }
  return { kind: 'full' };
}

/** The header of an entry: its identifier, and how long the sealed content is. */
export function headerOf(identifier: Bytes, size: number): Bytes {
  const block = new Uint8Array(blockSize);
  block.set(identifier);
  new DataView(block.buffer).setBigUint64(identifierSize, BigInt(size), true);
  return block;
}

/** The two parts of a header as Microdroid writes them, one after the other. */
export const headerParts = { identifier: [0, identifierSize], size: [identifierSize, identifierSize + 8] } as const;

/** The sealed content of an entry, or undefined where it does not fit into the image. */
export const contentOf = (image: Bytes, at: number, size: number): Bytes | undefined =>
  at + blockSize + size <= image.length ? image.slice(at + blockSize, at + blockSize + size) : undefined;

/** Make the first `count` of some writes; all of them where no count is given. */
export function perform(image: Bytes, writes: readonly Write[], count = writes.length): void {
  for (const { at, bytes } of writes.slice(0, count)) image.set(bytes, at);
}
