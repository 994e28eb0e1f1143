/** ZIP archives: the record at the end, the entries that the central directory lists, and archives of stored files. */
import type { ZipEnd } from '../../spec/images/zip.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat } from '../bytes.ts';
import { little, little32 } from './reader.ts';

const magic = { local: 0x0403_4b50, directory: 0x0201_4b50, end: 0x0605_4b50, locator: 0x0706_4b50 } as const;
const endSize = 22;
const largestComment = 0xffff;
const blockSize = 4096;
const locatorSize = 20;
const atEnd = { count: 10, directorySize: 12, directoryOffset: 16, comment: 20 } as const;

/** The last record that ends a central directory, looked for from the end. */
export function readEnd(bytes: Bytes): ZipEnd | undefined {
  const first = Math.max(0, bytes.length - endSize - largestComment - blockSize);
  for (let at = bytes.length - endSize; at >= first; at--) {
    if (bytes[at] === 0x50 && little(bytes, at, 4) === magic.end) return endAt(bytes, at);
  }
  return undefined;
}

/** The record at an offset, as it says. */
export function endAt(bytes: Bytes, at: number): ZipEnd {
  const commentSize = little(bytes, at + atEnd.comment, 2);
  return {
    at,
    commentSize,
    directoryOffset: little(bytes, at + atEnd.directoryOffset, 4),
    directorySize: little(bytes, at + atEnd.directorySize, 4),
    count: little(bytes, at + atEnd.count, 2),
    hasLocator: at >= locatorSize && little(bytes, at - locatorSize, 4) === magic.locator,
    behind: behind(bytes, at + endSize + commentSize),
  };
}

/** A disk ends with a whole block, and what is not the file's is zeros. */
function behind(bytes: Bytes, end: number): ZipEnd['behind'] {
  if (end === bytes.length) return 'nothing';
  const rest = bytes.subarray(end);
  const isPadding = end < bytes.length && rest.length < blockSize && bytes.length % blockSize === 0;
  return isPadding && rest.every((byte) => byte === 0) ? 'padding' : 'more';
}

/** A file in an archive, as the central directory has it. */
export interface Entry {
  readonly at: number;
  /** Where it ends, and where its name does. */
  readonly to: number;
  readonly nameTo: number;
  readonly name: string;
  readonly method: number;
  readonly size: number;
  /** Of what it is unpacked to. */
  readonly unpacked: number;
  /** Where the local header is, and where the file begins behind it; undefined where no local header is. */
  readonly header: number;
  readonly start: number | undefined;
}
const inDirectory = {
  method: 10,
  size: 20,
  unpacked: 24,
  name: 28,
  extra: 30,
  comment: 32,
  header: 42,
  whole: 46,
} as const;
const inLocal = { name: 26, extra: 28, whole: 30 } as const;

/** The entries one behind the other, and whether they fill the directory to its end. */
export function readEntries(bytes: Bytes, { directoryOffset, at: end }: ZipEnd): [readonly Entry[], boolean] {
  const entries: Entry[] = [];
  let at = directoryOffset;
  while (at + inDirectory.whole <= end && little(bytes, at, 4) === magic.directory) {
    const sizes = [inDirectory.name, inDirectory.extra, inDirectory.comment].map((field) =>
      little(bytes, at + field, 2),
    );
    const next = sizes.reduce((sum, size) => sum + size, at + inDirectory.whole);
    if (next > end) break;
    entries.push(entryAt(bytes, at, sizes[0] ?? 0, next));
    at = next;
  }
  return [entries, at === end];
}

function entryAt(bytes: Bytes, at: number, nameSize: number, to: number): Entry {
  const name = bytes.subarray(at + inDirectory.whole, at + inDirectory.whole + nameSize);
  const header = little(bytes, at + inDirectory.header, 4);
  const isThere = header + inLocal.whole <= bytes.length && little(bytes, header, 4) === magic.local;
  const local = inLocal.whole + little(bytes, header + inLocal.name, 2) + little(bytes, header + inLocal.extra, 2);
  return {
    at,
    to,
    nameTo: at + inDirectory.whole + nameSize,
    name: String.fromCharCode(...name.subarray(0, longestName)),
    method: little(bytes, at + inDirectory.method, 2),
    size: little(bytes, at + inDirectory.size, 4),
    unpacked: little(bytes, at + inDirectory.unpacked, 4),
    header,
    start: isThere ? header + local : undefined,
  };
}
/** Names that are asked for are shorter. */
const longestName = 255;

const number = (value: number, size: number): Bytes => little32(value).subarray(0, size);
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb8_8320 : rest >>> 1;
  return rest;
});
const crc32 = (bytes: Bytes): number =>
  (bytes.reduce((crc, byte) => (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0), 0xffff_ffff) ^ 0xffff_ffff) >>> 0;

export interface StoredFile {
  readonly name: string;
  readonly content: Bytes;
  /** Where the content begins is a multiple of this. */
  readonly align?: number;
}

/** An archive in its three parts: files behind their headers, the central directory, and the record at the end. */
export interface ZipParts {
  readonly contents: Bytes;
  readonly directory: Bytes;
  readonly end: Bytes;
}

/** The first of January 1981, as those who make archives that are the same each time have it. */
const timeAndDate = Uint8Array.of(0, 0, 0x21, 0x02);
const version = 10;

export function writeZip(files: readonly StoredFile[], comment: Bytes = new Uint8Array()): ZipParts {
  const [contents, directory]: [Bytes[], Bytes[]] = [[], []];
  let at = 0;
  for (const { name, content, align = 1 } of files) {
    const sizes = [little32(crc32(content)), little32(content.length), little32(content.length)];
    const common = concat(number(version, 2), number(0, 4), timeAndDate, ...sizes, number(name.length, 2));
    const start = at + inLocal.whole + name.length;
    const extra = new Uint8Array((align - (start % align)) % align);
    const file = concat(little32(magic.local), common, number(extra.length, 2), ascii(name), extra, content);
    directory.push(
      concat(little32(magic.directory), number(version, 2), common, new Uint8Array(12), little32(at), ascii(name)),
    );
    contents.push(file);
    at += file.length;
  }
  const whole = concat(...directory);
  const counts = [0, 0, files.length, files.length].map((count) => number(count, 2));
  const end = concat(little32(magic.end), ...counts, little32(whole.length), little32(at), number(comment.length, 2));
  return { contents: concat(...contents), directory: whole, end: concat(end, comment) };
}

/** The record at the end, with the central directory at another offset. */
export function withDirectoryAt(end: Bytes, offset: number): Bytes {
  const copy = end.slice();
  copy.set(little32(offset), atEnd.directoryOffset);
  return copy;
}
