/** The boot configuration at the end of a ramdisk: lines of text, their size and sum, and a mark. */
import type { Bytes } from '../../bytes.ts';
import { ascii, concat, sameBytes } from '../../bytes.ts';
import { little, textOf, within } from '../../images/reader.ts';

const mark = ascii('#BOOTCONFIG\n');
const numbersSize = 8;

const word = (value: number): Bytes => Uint8Array.from([0, 8, 16, 24], (shift) => (value >>> shift) & 0xff);
const sumOf = (bytes: Bytes): number => bytes.reduce((sum, byte) => (sum + byte) >>> 0, 0);

export function writeBootconfig(ramdisk: Bytes, values: Readonly<Record<string, string>>): Bytes {
  const text = ascii(
    Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  return concat(ramdisk, text, word(text.length), word(sumOf(text)), mark);
}

/** The values in it by their keys; none where there is no configuration, or not a whole one. */
export function readBootconfig(ramdisk: Bytes): ReadonlyMap<string, string> {
  const end = ramdisk.length - mark.length - numbersSize;
  if (end < 0 || !sameBytes(ramdisk.subarray(end + numbersSize), mark)) return new Map();
  const size = little(ramdisk, end, 4);
  const bytes = size <= end ? within(ramdisk, end - size, size) : undefined;
  if (bytes === undefined || sumOf(bytes) !== little(ramdisk, end + 4, 4)) return new Map();
  const lines = (textOf(bytes) ?? '').split('\n').flatMap((line) => {
    const at = line.indexOf('=');
    return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });
  return new Map(lines);
}
