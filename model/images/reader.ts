/** Numbers and pieces of an image; what lies beyond its end reads as nothing. */
import type { Bytes } from '../bytes.ts';
import { bigEndian } from '../bytes.ts';

/** An image, and what was handed over with it. */
export interface Piece {
  readonly bytes: Bytes;
  readonly beside?: Readonly<Partial<Record<Companion, Bytes>>>;
}
export const companions = ['ramdisk', 'idsig', 'apk', 'hashes'] as const;
export type Companion = (typeof companions)[number];

/** A little-endian number of up to six bytes; 0 where the image ends before it. */
export function little(bytes: Bytes, at: number, size: number): number {
  if (at < 0 || at + size > bytes.length) return 0;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}

/** A little-endian number of eight bytes; 0 where the image ends before it. */
export const little64 = (bytes: Bytes, at: number): bigint =>
  BigInt(little(bytes, at, 4)) + (BigInt(little(bytes, at + 4, 4)) << 32n);

/** Little-endian bytes of a number, four of them. */
export const little32 = (value: number): Bytes => bigEndian(BigInt(value), 4).reverse();
