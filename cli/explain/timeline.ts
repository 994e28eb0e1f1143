/** The life of a page as a small picture: who owns it, who borrows it, step by step. */
import { none } from '../../spec/config.ts';
import { formatContent } from '../../spec/parameters.ts';
import { mappingStates, owners, pageStates } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import type { VmNames } from './story.ts';

const marks = { owns: '█████', shares: '▓▓▓▓▓', borrows: '░░░░░', nothing: '·····' } as const;
export type Hold = keyof typeof marks;

export const legend = '█ owns  ▓ owns, shared  ░ borrows  · no access';

const holdOf: Readonly<Record<string, Hold>> = {
  OWNED: 'owns',
  SHARED_OWNED: 'shares',
  SHARED_BORROWED: 'borrows',
};

/**
 * What each party has of some pages in one state, by their numbers; only parties that have something in some state are
 * drawn.
 */
function holdersIn(
  { base, config }: Layout,
  pages: readonly number[],
  names: VmNames,
  cells: Int32Array,
): Map<number, Map<string, Hold>> {
  const at = (cell: number): number => cells[cell] as number;
  const held = new Map(
    pages.map((page) => {
      const own = new Map<string, Hold>();
      own.set('host', holdOf[pageStates[at(base.host + page)] ?? ''] ?? 'nothing');
      return [page, own.set('hyp', holdOf[pageStates[at(base.hyp + page)] ?? ''] ?? 'nothing')];
    }),
  );
  for (let entry = 0; entry < config.slots * config.gfns.length; entry++) {
    const first = at(base.mapped + entry);
    if (first === none) continue;
    const hold = holdOf[mappingStates[at(base.mapping + entry)] ?? ''] ?? 'nothing';
    const vm = Math.floor(entry / config.gfns.length);
    const size = at(base.asBlock + entry) === 1 ? config.block : 1;
    for (let page = first; page < first + size; page++) held.get(page)?.set(names[vm] ?? `VM${vm}`, hold);
  }
  held.forEach((own, page) => owners[at(base.owner + page)] === 'FFA' && own.set('secure', 'borrows'));
  for (let i = 0; i < config.devices * config.iovas; i++)
    held.get(at(base.dmaPage + i))?.set(`device ${Math.floor(i / config.iovas)}`, 'borrows');
  return held;
}

/** Pages of which something is not as it was at the start: of no other can the holders or the content change. */
function pagesThatChange({ base, size, config }: Layout, states: readonly Int32Array[]): number[] {
  const [first = new Int32Array(), ...later] = states;
  const changed = new Set<number>();
  const differs = (cell: number): boolean => later.some((cells) => cells[cell] !== first[cell]);
  for (let page = 0; page < config.pages.length; page++) {
    const ofPage = [base.host, base.hyp, base.owner].map((field) => field + page);
    if ([...ofPage, base.word + page * config.words].some(differs)) changed.add(page);
  }
  for (let entry = 0; entry < size.mapped; entry++) {
    if (![base.mapped, base.mapping, base.asBlock].some((field) => differs(field + entry))) continue;
    for (const cells of states) {
      const page = cells[base.mapped + entry] ?? none;
      const pages = cells[base.asBlock + entry] === 1 ? config.block : 1;
      for (let i = 0; page !== none && i < pages; i++) changed.add(page + i);
    }
  }
  for (let i = 0; i < size.dmaPage; i++)
    if (differs(base.dmaPage + i)) for (const cells of states) changed.add(cells[base.dmaPage + i] ?? none);
  return [...changed].filter((page) => page in config.pages).sort((a, b) => a - b);
}

/** What each party has of a page, at the start and after each step. */
export interface Life {
  readonly page: string;
  /** The host, and whoever has something of it in some state, each with what it has in every state. */
  readonly parties: readonly { readonly party: string; readonly holds: readonly Hold[] }[];
  /** What it holds in each state, where contents are followed as symbols. */
  readonly contents: readonly string[];
  /** Someone's hold on it changes. */
  readonly changesHands: boolean;
}

/** The lives of the pages that change hands or contents. */
export function livesOf(layout: Layout, names: readonly VmNames[], states: readonly Int32Array[]): Life[] {
  const pages = pagesThatChange(layout, states);
  const unnamed = states.map((cells) => holdersIn(layout, pages, [], cells));
  const all = states.map((cells, i) => holdersIn(layout, pages, names[i] ?? [], cells));
  return pages.flatMap((page) => {
    const contents = states.map((cells) => contentOf(layout, cells, page));
    const changesHands = new Set(unnamed.map((held) => JSON.stringify([...(held.get(page) ?? [])]))).size > 1;
    if (!changesHands && new Set(contents).size <= 1) return [];
    const columns = all.map((held) => held.get(page) ?? new Map<string, Hold>());
    const parties = [...new Set(['host', ...columns.flatMap((column) => [...column.keys()])])]
      .map((party) => ({ party, holds: columns.map((column) => column.get(party) ?? 'nothing') }))
      .filter(({ party, holds }) => party === 'host' || holds.some((hold) => hold !== 'nothing'));
    return [{ page: layout.config.pages[page]?.name ?? `page ${page}`, parties, contents, changesHands }];
  });
}

const contentOf = ({ base, config }: Layout, cells: Int32Array, page: number): string =>
  config.symbolic && config.words === 1 ? formatContent(config, cells[base.word + page] as number) : '';

/** One block of lines for a page: a heading with the steps, then a row for each party. */
export function timeline({ page, parties }: Life): string[] {
  const width = Math.max(8, page.length + 2, ...parties.map(({ party }) => party.length + 2));
  const steps = parties[0]?.holds.slice(1) ?? [];
  const heading = ['start', ...steps.map((_, i) => ` ${i + 1}`.padEnd(5))].join('  ').trimEnd();
  return [
    `${page.padEnd(width)}${heading}`,
    ...parties.map(({ party, holds }) => `${party.padEnd(width)}${holds.map((hold) => marks[hold]).join('  ')}`),
  ];
}
