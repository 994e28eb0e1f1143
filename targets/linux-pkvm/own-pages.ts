/** What belongs to the hypervisor outside the carve-out, found in the machine's memory after it booted. */
import { entryBytes, readEntry } from './pages.ts';
import type { PageTable } from './pages.ts';

/** Numbers of pages: of its code, and of all else (data, memory of each CPU, stacks); one of each run. */
export interface OwnPages {
  readonly code: readonly number[];
  readonly data: readonly number[];
}

const pageBytes = 4096;
/** In the header of a kernel's image: how many bytes it takes in memory, at byte 16, and a mark at byte 56. */
const lengthAt = 16;
const [mark, markAt] = [Buffer.from('ARMd', 'latin1'), 56];
/** An image lies at a multiple of this. */
const alignment = 1 << 16;

/** `ram` begins with page `firstPage`. Of the image's sections of EL2, that of code comes before all those of data. */
export function ownPages(ram: Buffer, firstPage: number, table: PageTable, carveout: number): OwnPages {
  const runs = firstOfRuns(ram, firstPage, table).filter((first) => first !== carveout);
  const image = imageIn(ram);
  if (image === undefined) return { code: [], data: [] };
  const [from, end] = [firstPage + image.at / pageBytes, firstPage + (image.at + image.bytes) / pageBytes];
  const code = runs.find((first) => first >= from && first < end);
  return { code: code === undefined ? [] : [code], data: runs.filter((first) => first !== code) };
}

function imageIn(ram: Buffer): { at: number; bytes: number } | undefined {
  for (let at = 0; at + alignment <= ram.length; at += alignment) {
    if (!ram.subarray(at + markAt, at + markAt + mark.length).equals(mark)) continue;
    return { at, bytes: Number(ram.readBigUInt64LE(at + lengthAt)) };
  }
  return undefined;
}

/** The first page of each run of pages that are the hypervisor's alone. */
function firstOfRuns(ram: Buffer, firstPage: number, table: PageTable): number[] {
  const start = table.address - firstPage * pageBytes;
  const isOwn = (at: number): boolean => {
    const { host, hyp } = readEntry(ram.readBigUInt64LE(start + at * entryBytes));
    return host === 'NOPAGE' && hyp === 'OWNED';
  };
  const all = Array.from({ length: table.pages }, (_, at) => isOwn(at));
  return all.flatMap((is, at) => (is && all[at - 1] !== true ? [table.firstPage + at] : []));
}
