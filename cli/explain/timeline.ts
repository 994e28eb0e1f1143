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

/** What each party has of each page in one state; only parties that have something in some state are drawn. */
function holdersIn({ base, config }: Layout, names: VmNames, cells: Int32Array): Map<string, Hold>[] {
  const at = (cell: number): number => cells[cell] as number;
  const held = config.pages.map((_, page) => {
    const own = new Map<string, Hold>();
    own.set('host', holdOf[pageStates[at(base.host + page)] ?? ''] ?? 'nothing');
    return own.set('hyp', holdOf[pageStates[at(base.hyp + page)] ?? ''] ?? 'nothing');
  });
  for (let entry = 0; entry < config.slots * config.gfns.length; entry++) {
    const first = at(base.mapped + entry);
    if (first === none) continue;
    const hold = holdOf[mappingStates[at(base.mapping + entry)] ?? ''] ?? 'nothing';
    const vm = Math.floor(entry / config.gfns.length);
    const size = at(base.asBlock + entry) === 1 ? config.block : 1;
    for (const page of held.slice(first, first + size)) page.set(names[vm] ?? `VM${vm}`, hold);
  }
  held.forEach((own, page) => owners[at(base.owner + page)] === 'FFA' && own.set('secure', 'borrows'));
  for (let i = 0; i < config.devices * config.iovas; i++)
    held[at(base.dmaPage + i)]?.set(`device ${Math.floor(i / config.iovas)}`, 'borrows');
  return held;
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
  const unnamed = states.map((cells) => holdersIn(layout, [], cells));
  const all = states.map((cells, i) => holdersIn(layout, names[i] ?? [], cells));
  return layout.config.pages.flatMap((_, page) => {
    const contents = states.map((cells) => contentOf(layout, cells, page));
    const changesHands = new Set(unnamed.map((held) => JSON.stringify([...(held[page] ?? [])]))).size > 1;
    if (!changesHands && new Set(contents).size <= 1) return [];
    const columns = all.map((held) => held[page] ?? new Map<string, Hold>());
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
