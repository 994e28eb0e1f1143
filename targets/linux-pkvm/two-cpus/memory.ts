/** The machine's memory, seen from outside: the file that lies behind it. */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

export const pageBytes = 4096;

/** So many bytes of physical memory from an address on. */
export interface Range {
  readonly address: number;
  readonly bytes: number;
}

export class Memory {
  private readonly file: number;
  private readonly start: number;

  constructor(path: string, firstPage: number) {
    this.file = openSync(path, 'r+');
    this.start = firstPage * pageBytes;
  }

  read({ address, bytes }: Range): Buffer {
    const buffer = Buffer.alloc(bytes);
    const got = readSync(this.file, buffer, 0, bytes, address - this.start);
    if (got !== bytes) throw new Error('unreachable: read beyond the end of memory');
    return buffer;
  }

  write(address: number, buffer: Buffer): void {
    writeSync(this.file, buffer, 0, buffer.length, address - this.start);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** What parts of memory held at one moment. */
export class Image {
  private readonly memory: Memory;
  readonly parts: readonly { readonly range: Range; readonly held: Buffer }[];

  constructor(memory: Memory, ranges: readonly Range[]) {
    this.memory = memory;
    this.parts = ranges.map((range) => ({ range, held: memory.read(range) }));
  }

  /** Put everything back. */
  restore(): void {
    for (const { range, held } of this.parts) this.memory.write(range.address, held);
  }

  /** The words that are others now. */
  changes(): { readonly address: number; readonly bytes: Buffer }[] {
    return this.parts.flatMap(({ range, held }) => {
      const now = this.memory.read(range);
      if (now.equals(held)) return [];
      const at = Array.from({ length: range.bytes / 8 }, (_, i) => i * 8);
      return at
        .filter((offset) => now.readBigUInt64LE(offset) !== held.readBigUInt64LE(offset))
        .map((offset) => ({ address: range.address + offset, bytes: now.subarray(offset, offset + 8) }));
    });
  }
}

/** Pages by number as ranges, neighbours together. */
export function rangesOf(pages: Iterable<number>): Range[] {
  const ranges: { address: number; bytes: number }[] = [];
  for (const page of [...new Set(pages)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last.address + last.bytes === page * pageBytes) last.bytes += pageBytes;
    else ranges.push({ address: page * pageBytes, bytes: pageBytes });
  }
  return ranges;
}
