/** Numbers and pieces of an image; what lies beyond its end reads as nothing. */
import type { Bytes } from '../bytes.ts';

/** An image, and what was handed over with it. */
export interface Piece {
  readonly bytes: Bytes;
  readonly beside?: Readonly<Partial<Record<Companion, Bytes>>>;
}
export const companions = ['ramdisk', 'idsig', 'hashes', 'reference', 'overlay'] as const;
export type Companion = (typeof companions)[number];

/** A little-endian number of up to six bytes; 0 where the image ends before it. */
export function little(bytes: Bytes, at: number, size: number): number {
  if (at < 0 || at + size > bytes.length) return 0;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
}
