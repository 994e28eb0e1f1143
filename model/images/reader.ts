/** Numbers and pieces of an image; what lies beyond its end reads as nothing. */
import type { Bytes } from '../bytes.ts';
import { bigEndian, concat, hex } from '../bytes.ts';

/** An image, and what was handed over with it. */
export interface Piece {
  readonly bytes: Bytes;
  readonly beside?: Readonly<Partial<Record<Companion, Bytes>>>;
}
export const companions = ['ramdisk', 'idsig', 'apk', 'hashes', 'data', 'chained', 'reference', 'overlay'] as const;
export type Companion = (typeof companions)[number];

/** The bytes from `first` on, `size` of them and each `step` behind the one before, as the digits of a number. */
function numberIn(bytes: Bytes, first: number, size: number, step: 1 | -1): number {
  const last = first + step * (size - 1);
  if (Math.min(first, last) < 0 || Math.max(first, last) >= bytes.length) return 0;
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[first + step * i]!;
  return value;
}

/** A little-endian number of up to six bytes; 0 where the image ends before it. */
export const little = (bytes: Bytes, at: number, size: number): number => numberIn(bytes, at + size - 1, size, -1);

/** A big-endian number, rounded where it has more than 53 bits; 0 where the image ends before it. */
export const big = (bytes: Bytes, at: number, size: number): number => numberIn(bytes, at, size, 1);

/** So many bytes from an offset on; nothing where not all of them are there. */
export const within = (bytes: Bytes, offset: number, size: number): Bytes | undefined =>
  offset + size <= bytes.length ? bytes.subarray(offset, offset + size) : undefined;

/** The text that bytes are in UTF-8; nothing if they are none. */
export function textOf(bytes: Bytes): string | undefined {
  try {
    return decodeURIComponent(hex(bytes).replace(/../g, '%$&'));
  } catch {
    return undefined;
  }
}
/** A little-endian number of eight bytes; 0 where the image ends before it. */
export const little64 = (bytes: Bytes, at: number): bigint =>
  BigInt(little(bytes, at, 4)) + (BigInt(little(bytes, at + 4, 4)) << 32n);

/** Little-endian bytes of a number, four of them. */
export const little32 = (value: number): Bytes => bigEndian(BigInt(value), 4).reverse();

/** Big-endian bytes of a number, four and eight of them. */
export const big32 = (value: number): Bytes => bigEndian(BigInt(value), 4);
export const big64 = (value: number): Bytes => bigEndian(BigInt(value), 8);

/** Bytes with zeros behind them up to a multiple of `unit`. */
export const filled = (bytes: Bytes, unit: number): Bytes =>
  concat(bytes, new Uint8Array(Math.ceil(bytes.length / unit) * unit - bytes.length));
