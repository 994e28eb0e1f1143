/**
 * The configuration of a transcript: its pages from the header, its guest frames and page offsets from what the events
 * name.
 */
import type { SpecialKind, SpecialPage, TranscriptEvent, TranscriptHeader } from '../../spec/transcript.ts';
import type { Config, GfnShape, PageKind, PageShape } from '../../spec/config.ts';

/** Numbers of pages, frames and offsets by the names that a transcript uses. */
export interface Names {
  readonly pages: ReadonlyMap<string, number>;
  /** How many pages there are; several names may stand for one. */
  readonly pageCount: number;
  readonly gfns: ReadonlyMap<number, number>;
  readonly offsets: ReadonlyMap<number, number>;
}

const kindOf: Readonly<Record<SpecialKind, PageKind>> = {
  mmio: 'mmio',
  'hypervisor carve-out': 'carveout',
  'hypervisor code': 'hypcode',
  'hypervisor data': 'carveout',
  'first page after the end of RAM': 'hole',
  'last page before the start of RAM': 'hole',
  'beyond the physical address range': 'beyond',
  'last page of the address space': 'wrapping',
  alias: 'memory',
};

/** A VM may be made for more, but has no more. */
const mostVcpus = 512;
const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

/** The words of the guest's code that are followed in any case. */
export const codeOffsets = [0, 8, 16, 24, 32, 40, 48, 56];
/** How far the code can reach in its page, with the word to which the guest's exceptions lead. */
export const codeBytes = 0x208;
const isCode = (offset: number): boolean => offset < codeBytes;
const framesInBlock = 512;
/** A frame number is shifted left by 12 in 64 bits: what lies above 2^52 is lost. */
export const frameWrap = 2 ** 52;
const pageBits = 12;

/** What a first reading of the events collects: which guest frames and which offsets they name. */
export class Survey {
  readonly gfns = new Set<number>();
  readonly offsets = new Set<number>(codeOffsets);
  vcpus = 1;
  cpus = 1;

  add(event: TranscriptEvent): void {
    const { gfn, offset, nrVcpus } = event.args;
    if (isCount(nrVcpus)) this.vcpus = Math.max(this.vcpus, Math.min(mostVcpus, nrVcpus));
    if (isCount(gfn)) this.gfns.add(gfn);
    if (isCount(offset) && !noWordOffset.has(event.op)) this.offsets.add(offset);
  }
}

/** Calls whose offset is part of an address, not the place of a word that is read or written. */
const noWordOffset = new Set(['force_reclaim_guest_page', 'guest_mem_share', 'guest_mem_unshare', 'hypercall']);

const powerOfTwoIn = (number: number): number => number & -number;

/** A transcript names its pages and does not record their numbers: here they are numbered in order. */
function pageShapes(header: TranscriptHeader): PageShape[] {
  const shapes: PageShape[] = header.pages.map((name, of) => ({ kind: 'memory', pfn: of, of, aligned: 1, name }));
  for (const [block, size] of Object.entries(header.blocks)) {
    for (let i = 0; i < size; i++) {
      const aligned = i === 0 ? size : powerOfTwoIn(i);
      shapes.push({ kind: 'memory', pfn: shapes.length, of: shapes.length, aligned, name: `${block}+${i}` });
    }
  }
  for (const [name, special] of Object.entries(header.specialPages)) {
    const of = aliased(special, shapes);
    shapes.push({ kind: kindOf[special.kind], pfn: shapes.length, of: of < 0 ? shapes.length : of, aligned: 1, name });
  }
  return shapes;
}

/** Nothing, where a structure that starts on the last page goes on. */
const beyond = (pages: number, count: number): PageShape[] =>
  Array.from({ length: count }, (_, i) => {
    const pfn = pages + i;
    return { kind: 'hole', pfn, of: pfn, aligned: 1, name: '(beyond the last page)' };
  });

const aliased = (special: SpecialPage, shapes: readonly PageShape[]): number =>
  special.of === undefined
    ? -1
    : shapes.findIndex((shape) => shape.name === special.of || shape.name === `${String(special.of)}+0`);

/**
 * How many levels of tables a walk passes below the root, for addresses of this many bits (at most 16 roots in a row).
 */
const levelsBelowRoot = (ipaBits: number): number => Math.ceil((ipaBits - 4 - pageBits) / 9) - 1;

function gfnShapes(survey: Survey, codeGfn: number, ipaBits: number): { gfns: GfnShape[]; tables: number } {
  const numbers = new Set([codeGfn, ...survey.gfns].filter((gfn) => gfn >= 0 && gfn < 2 ** 64));
  for (const gfn of [...numbers]) numbers.add(gfn % frameWrap).add(headOf(gfn % frameWrap));
  const list = [...numbers].sort((a, b) => a - b);
  const index = new Map(list.map((gfn, i) => [gfn, i]));
  const tables = new Map<string, number>();
  const table = (level: number, gfn: number): number => {
    const key = `${level}:${Math.floor(gfn / 2 ** (9 * level))}`;
    return tables.get(key) ?? (tables.set(key, tables.size).get(key) as number);
  };
  const depth = levelsBelowRoot(ipaBits);
  const gfns = list.map((gfn): GfnShape => {
    const real = gfn % frameWrap;
    const head = headOf(real);
    return {
      name: `0x${gfn.toString(16)}`,
      frame: gfn,
      of: index.get(real) as number,
      head: index.get(head) as number,
      offset: real - head,
      tables: Array.from({ length: depth }, (_, i) => table(depth - i, real)),
      inRange: real < 2 ** (ipaBits - pageBits),
    };
  });
  return { gfns, tables: tables.size };
}

const headOf = (gfn: number): number => gfn - (gfn % framesInBlock);

/** `withoutTables`: page tables are the hypervisor's own, and cost the host nothing. */
export function transcriptConfig(
  header: TranscriptHeader,
  survey: Survey,
  withoutTables = false,
): { config: Config; names: Names } {
  const named = pageShapes(header);
  const codeGfn = header.guestStubGfn ?? -1;
  const shapes = gfnShapes(survey, codeGfn, header.features?.ipaBits ?? 48);
  const gfns = withoutTables ? shapes.gfns.map((shape) => ({ ...shape, tables: [] })) : shapes.gfns;
  const tables = withoutTables ? 0 : shapes.tables;
  const gfnNumbers = new Map(gfns.map((shape, i) => [shape.frame, i]));
  const others = [...survey.offsets].filter((offset) => !codeOffsets.includes(offset));
  const code = [...codeOffsets, ...others.filter(isCode)];
  const offsets = [...code, ...others.filter((offset) => !isCode(offset))];
  const size = (name: string): number => header.sizes?.[name] ?? 0;
  const longest = Math.max(0, ...Object.values(header.sizes ?? {}));
  const config: Config = {
    pages: [...named, ...beyond(named.length, longest)],
    gfns,
    tables,
    slots: 255,
    vcpus: survey.vcpus,
    cpus: survey.cpus,
    devices: 0,
    iovas: 0,
    mailbox: true,
    cids: 0,
    words: offsets.length,
    symbolic: false,
    block: framesInBlock,
    sizes: {
      kvmPages: size('kvmPages'),
      vcpuPages: size('vcpuPages'),
      hypVmPages: size('hypVmPages'),
      hypVcpuPages: size('hypVcpuPages'),
      pgdPages: size('pgdPages'),
      memcacheMin: size('memcacheMin'),
    },
    // The count has 32 bits; no transcript comes near it, and numbers of the state have one bit less.
    maxShares: 2 ** 30,
    hardwareAccessFlag: header.features?.hardwareAccessFlag ?? true,
    codeGfn: gfnNumbers.get(codeGfn) ?? -1,
    codeWords: code.length,
  };
  const numbers = new Map(named.map((shape, i) => [shape.name, i]));
  for (const block of Object.keys(header.blocks)) numbers.set(block, numbers.get(`${block}+0`) as number);
  return {
    config,
    names: {
      pages: numbers,
      pageCount: named.length,
      gfns: gfnNumbers,
      offsets: new Map(offsets.map((offset, i) => [offset, i])),
    },
  };
}
