/** The hypervisor's own table of page states (hyp_vmemmap), read out of the machine's memory. */
import type { PageStates } from '../../spec/target.ts';
import type { PageRecord, TranscriptHeader } from '../../spec/transcript.ts';

/** Where the table lies, and for which pages. */
export interface PageTable {
  readonly address: number;
  readonly firstPage: number;
  readonly pages: number;
}

export const entryBytes = 8;
const states = ['OWNED', 'SHARED_OWNED', 'SHARED_BORROWED', 'NOPAGE'] as const;

/** How an entry changes when the host shares a page of its own with the hypervisor: both halves of the state byte. */
const sharing = 0x11000000n;

export interface Entry extends PageRecord {
  readonly refcount: number;
  readonly guestShares: number;
}

/**
 * An entry: 16 bits of references, 8 of allocation order, 4 of the host's state, 4 of the hypervisor's (exclusive-or 3,
 * so that a fresh entry is all zeros), 32 of guest shares.
 */
export function readEntry(entry: bigint): Entry {
  return {
    host: states[Number((entry >> 24n) & 15n)] ?? 'unknown',
    hyp: states[Number((entry >> 28n) & 15n) ^ 3] ?? 'unknown',
    refcount: Number(entry & 0xffffn),
    guestShares: Number(entry >> 32n),
  };
}

/** Only the two states, for comparing pages that a transcript does not follow. */
const statesOf = (entry: bigint): bigint => (entry >> 24n) & 0xffn;

/**
 * Find the table in two images of the hypervisor's memory, before and after one page was shared: a single word has
 * changed as such an entry does. Undefined if none or several have, as for a hypervisor that keeps no such table.
 */
export function findTable(
  before: Buffer,
  after: Buffer,
  at: { readonly start: number; readonly page: number; readonly firstPage: number; readonly pages: number },
): PageTable | undefined {
  const found: number[] = [];
  for (let offset = 0; offset + entryBytes <= before.length; offset += entryBytes) {
    const [was, is] = [before.readBigUInt64LE(offset), after.readBigUInt64LE(offset)];
    if (is - was === sharing) found.push(offset);
  }
  const [offset] = found;
  if (found.length !== 1 || offset === undefined) return undefined;
  const address = at.start + offset - (at.page - at.firstPage) * entryBytes;
  return { address, firstPage: at.firstPage, pages: at.pages };
}

/** Of two tables, what is compared at a time. */
const chunkBytes = 1024;

/** How many entries differ between two tables in the states that they hold, besides those that are followed. */
function changesBetween(before: Buffer, after: Buffer, followed: ReadonlySet<number>): number {
  let changed = 0;
  for (let at = 0; at < after.length; at += chunkBytes) {
    // Most of a table is as it was: only the chunks that are not are looked at entry by entry.
    const [was, is] = [before, after].map((from) => from.subarray(at, at + chunkBytes)) as [Buffer, Buffer];
    if (was.equals(is)) continue;
    for (let offset = 0; offset < is.length; offset += entryBytes) {
      if (followed.has((at + offset) / entryBytes)) continue;
      if (statesOf(was.readBigUInt64LE(offset)) !== statesOf(is.readBigUInt64LE(offset))) changed++;
    }
  }
  return changed;
}

/** The table at the start and now. */
interface Tables {
  readonly before: Buffer;
  readonly now: Buffer;
  readonly firstPage: number;
  /** Pages that are nobody's to name, and whose changes say nothing. */
  readonly spare?: { readonly firstPage: number; readonly pages: number } | undefined;
}

/** What the table says of the pages of a header, by their names, and how many others have changed. */
export function pageStatesOf(
  { before, now, firstPage, spare }: Tables,
  header: TranscriptHeader,
  pages: ReadonlyMap<string, bigint>,
): PageStates {
  const followed = new Set(
    Array.from({ length: spare?.pages ?? 0 }, (_, i) => (spare?.firstPage ?? 0) - firstPage + i),
  );
  const state: Record<string, PageRecord> = {};
  for (const [name, page] of pages) {
    const index = Number(page) - firstPage;
    if (index < 0 || index * entryBytes >= now.length || followed.has(index)) continue;
    // A block's bare name is another name of its first page.
    if (name in header.blocks || name in header.specialPages) continue;
    followed.add(index);
    const { host, hyp, refcount, guestShares } = readEntry(now.readBigUInt64LE(index * entryBytes));
    if (host === 'OWNED' && hyp === 'NOPAGE' && refcount === 0 && guestShares === 0) continue;
    state[name] = { host, hyp, ...(refcount > 0 && { refcount }), ...(guestShares > 0 && { guestShares }) };
  }
  return { state, otherPagesChanged: changesBetween(before, now, followed) };
}
