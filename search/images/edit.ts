/** Changes of images, at the offsets that their formats give. */
import type { Bytes } from '../../model/bytes.ts';
import { bigEndian } from '../../model/bytes.ts';
import { filled, little32 } from '../../model/images/reader.ts';

/** With a big-endian number of so many bytes at an offset. */
export const withNumber = (bytes: Bytes, at: number, value: number | bigint, size: number): Bytes =>
  withBytes(bytes, at, bigEndian(BigInt(value), size));

/** With other bytes at an offset. */
export function withBytes(bytes: Bytes, at: number, others: Bytes): Bytes {
  const copy = bytes.slice();
  copy.set(others, at);
  return copy;
}

export const withBit = (bytes: Bytes, at: number): Bytes => bytes.with(at, (bytes[at] ?? 0) ^ 1);

/** The largest number of 64 bits. */
export const largest = 2n ** 64n - 1n;

/** With one byte that is another. */
export const withByte = (bytes: Bytes, at: number, byte: number): Bytes => bytes.with(at, byte);

/** With a little-endian word at an offset. */
export const withWord = (bytes: Bytes, at: number, word: number): Bytes => withBytes(bytes, at, little32(word));

/** Filled up with zeros to a whole block, as a disk is. */
export const onDisk = (bytes: Bytes): Bytes => filled(bytes, 4096);
