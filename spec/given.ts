/**
 * What the configuration gives and no call changes: quantities, of which there is one each, and attributes of pages,
 * frames and other numbered things. Rules refer to both by name alone.
 */
import { attestedAttributes, attestedQuantities } from './attestation/given.ts';
import { hostAttributes, hostQuantities } from './host/given.ts';
import { bootAttributes, bootQuantities } from './boot/given.ts';
import { phoneQuantities } from './device/config.ts';
import { insideAttributes, insideQuantities } from './inside/given.ts';
import { storageAttributes, storageQuantities } from './storage/given.ts';
import { earlyPartitions, pageKinds } from './config.ts';
import type { Config, EarlyPartition, Sizes } from './config.ts';
import { interruptQuantities } from './interrupts/config.ts';

/**
 * `words` name the number; of a `flag`, which is 1 where that is true and 0 where not, they say so, with the verb in
 * brackets. `range`, where pages are counted: what these pages are together.
 */
export interface Quantity {
  readonly words: string;
  readonly flag?: true;
  readonly range?: string;
  readonly read: (config: Config) => number;
}

const pagesOf = (size: keyof Sizes, what: string): Quantity => ({
  words: `the number of pages of ${what}`,
  range: what,
  read: (config) => config.sizes[size],
});

export const quantities = {
  pages: { words: 'the number of pages', read: (config) => config.pages.length },
  gfns: { words: 'the number of gfns', read: (config) => config.gfns.length },
  tables: { words: 'the number of page tables', read: (config) => config.tables },
  slots: { words: 'the size of the VM table', read: (config) => config.slots },
  vcpus: { words: 'the largest number of vCPUs', read: (config) => config.vcpus },
  devices: { words: 'the number of devices', read: (config) => config.devices },
  iovas: { words: 'the number of addresses of a device', read: (config) => config.iovas },
  cids: { words: 'the number of CIDs in the range', read: (config) => config.cids },
  clients: { words: 'the number of clients', read: ({ clients }) => clients ?? 0 },
  earlyCids: { words: 'the number of fixed CIDs', read: ({ earlyCids }) => earlyCids?.length ?? 0 },
  words: { words: 'the number of words of a page', read: (config) => config.words },
  codeWords: { words: 'the number of words of the code', read: (config) => config.codeWords },
  block: { words: 'the number of pages of a block', read: (config) => config.block },
  codeGfn: { words: 'the gfn of the code', read: (config) => config.codeGfn },
  maxShares: { words: 'the largest share count', read: (config) => config.maxShares },
  memcacheMin: { words: 'what the longest walk needs', read: (config) => config.sizes.memcacheMin },
  kvmPages: pagesOf('kvmPages', "the host's VM structure"),
  vcpuPages: pagesOf('vcpuPages', "the host's vCPU structure"),
  hypVmPages: pagesOf('hypVmPages', "the hypervisor's VM structure"),
  hypVcpuPages: pagesOf('hypVcpuPages', "the hypervisor's vCPU structure"),
  pgdPages: pagesOf('pgdPages', 'the root table'),
  granule: { words: 'the size of a page', read: () => 4096 },
  symbolic: { words: 'contents [are] symbols', flag: true, read: (config) => Number(config.symbolic) },
  hardwareAccessFlag: {
    words: 'the machine [makes] mappings young by itself',
    flag: true,
    read: (config) => Number(config.hardwareAccessFlag),
  },
  socCoversDma: {
    words: 'every device [is] behind an IOMMU',
    flag: true,
    read: (config) => Number(config.socCoversDma !== false),
  },
  ...bootQuantities,
  ...attestedQuantities,
  ...storageQuantities,
  ...insideQuantities,
  ...phoneQuantities,
  ...hostQuantities,
  ...interruptQuantities,
} as const satisfies Record<string, Quantity>;
export type QuantityName = keyof typeof quantities;

/** `otherwise` is what there is to say of a number that the configuration does not have. */
export interface Attribute {
  readonly words: string;
  readonly flag?: true;
  readonly values?: readonly string[];
  readonly otherwise: number;
  /** How many numbers the configuration has at each place. */
  readonly over: (config: Config) => readonly number[];
  readonly read: (config: Config, ...of: number[]) => number;
}

const ofPage = (
  words: string,
  read: (page: Config['pages'][number]) => number,
  more: { readonly values?: readonly string[]; readonly otherwise?: number } = {},
): Attribute => ({
  words,
  otherwise: -1,
  ...more,
  over: ({ pages }) => [pages.length],
  read: ({ pages }, page = 0) => read(pages[page] as Config['pages'][number]),
});
const ofGfn = (
  words: string,
  otherwise: number,
  read: (gfn: Config['gfns'][number]) => number,
  flag = false,
): Attribute => ({
  words,
  ...(flag ? { flag } : {}),
  otherwise,
  over: ({ gfns }) => [gfns.length],
  read: ({ gfns }, gfn = 0) => read(gfns[gfn] as Config['gfns'][number]),
});

export const attributes = {
  pageKind: ofPage('the kind of {page}', ({ kind }) => pageKinds.indexOf(kind), { values: pageKinds }),
  /** The page that a number reaches when it is shifted to an address modulo 2^64. */
  pageReached: ofPage('the page that {page} reaches', ({ of }) => of),
  pageAlignment: ofPage('the alignment of {page}', ({ aligned }) => aligned, { otherwise: 0 }),
  inRange: ofGfn('{gfn} [is] in the address range', 0, ({ inRange }) => Number(inRange), true),
  /** The frame that a number reaches modulo 2^52. */
  gfnReached: ofGfn('the gfn that {gfn} reaches', -1, ({ of }) => of),
  blockHead: ofGfn('the first gfn of the block of {gfn}', -1, ({ head }) => head),
  blockOffset: ofGfn('the offset of {gfn} in its block', 0, ({ offset }) => offset),
  /** The page tables on the way to a frame, from the last level on. */
  table: {
    words: 'the page table on the way to {gfn}, {height} levels above the last',
    otherwise: -1,
    over: ({ gfns }) => [gfns.length, Math.max(0, ...gfns.map(({ tables }) => tables.length))],
    read: ({ gfns }, gfn = 0, height = 0) => gfns[gfn]?.tables.at(-1 - height) ?? -1,
  },
  /** The partition whose early VMs may have a fixed CID, numbered as the field that holds one. */
  earlyPartition: {
    words: 'the partition that {early} is for',
    otherwise: -1,
    over: ({ earlyCids = [] }) => [earlyCids.length],
    read: ({ earlyCids = [] }, early = 0) => 1 + earlyPartitions.indexOf(earlyCids[early] as EarlyPartition),
  },
  ...bootAttributes,
  ...attestedAttributes,
  ...storageAttributes,
  ...insideAttributes,
  ...hostAttributes,
} as const satisfies Record<string, Attribute>;
export type AttributeName = keyof typeof attributes;

/** An attribute in one configuration: looked up, as all that is asked of is a small number. */
export function readAttribute(attribute: Attribute, config: Config): (...of: number[]) => number {
  const known = tables.get(config) ?? new Map<Attribute, (...of: number[]) => number>();
  tables.set(config, known);
  const before = known.get(attribute);
  if (before !== undefined) return before;
  const made = lookUp(attribute, config);
  known.set(attribute, made);
  return made;
}
const tables = new WeakMap<Config, Map<Attribute, (...of: number[]) => number>>();

function lookUp({ otherwise, over, read }: Attribute, config: Config): (...of: number[]) => number {
  const [rows = 0, columns] = over(config);
  if (columns === undefined) {
    const values = Int32Array.from({ length: rows }, (_, i) => read(config, i));
    return (i = 0) => (i >= 0 && i < rows ? (values[i] as number) : otherwise);
  }
  const values = Int32Array.from({ length: rows * columns }, (_, i) =>
    read(config, Math.floor(i / columns), i % columns),
  );
  return (i = 0, j = 0) =>
    i >= 0 && i < rows && j >= 0 && j < columns ? (values[i * columns + j] as number) : otherwise;
}
