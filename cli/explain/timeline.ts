/** The life of a page as a small picture: who owns it, who borrows it, step by step. */
import { none } from '../../spec/config.ts';
import { mappingStates, owners, pageStates } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import type { VmNames } from './story.ts';

const marks = { owns: '█████', shares: '▓▓▓▓▓', borrows: '░░░░░', nothing: '·····' } as const;
type Hold = keyof typeof marks;

export const legend = '█ owns  ▓ owns, shared  ░ borrows  · no access';

const holdOf: Readonly<Record<string, Hold>> = {
  OWNED: 'owns',
  SHARED_OWNED: 'shares',
  SHARED_BORROWED: 'borrows',
};

/** What each party has of a page in one state; only parties that have something in some state are drawn. */
function holders(layout: Layout, names: VmNames, cells: Int32Array, page: number): Map<string, Hold> {
  const { base, config } = layout;
  const at = (cell: number): number => cells[cell] as number;
  const held = new Map<string, Hold>();
  held.set('host', holdOf[pageStates[at(base.host + page)] ?? ''] ?? 'nothing');
  held.set('hyp', holdOf[pageStates[at(base.hyp + page)] ?? ''] ?? 'nothing');
  for (let entry = 0; entry < config.slots * config.gfns.length; entry++) {
    const first = at(base.mapped + entry);
    const last = first + (at(base.asBlock + entry) === 1 ? config.block : 1);
    if (first === none || page < first || page >= last) continue;
    const hold = holdOf[mappingStates[at(base.mapping + entry)] ?? ''] ?? 'nothing';
    const vm = Math.floor(entry / config.gfns.length);
    held.set(names[vm] ?? `VM${vm}`, hold);
  }
  if (owners[at(base.owner + page)] === 'FFA') held.set('secure', 'borrows');
  for (let i = 0; i < config.devices * config.iovas; i++) {
    if (at(base.dmaPage + i) === page) held.set(`device ${Math.floor(i / config.iovas)}`, 'borrows');
  }
  return held;
}

/** One block of lines for a page: a heading with the steps, then a row for each party. */
export function timeline(
  layout: Layout,
  names: readonly VmNames[],
  states: readonly Int32Array[],
  page: number,
): string[] {
  const columns = states.map((cells, i) => holders(layout, names[i] ?? [], cells, page));
  const parties = [...new Set(['host', ...columns.flatMap((column) => [...column.keys()])])].filter(
    (party) => party === 'host' || columns.some((column) => (column.get(party) ?? 'nothing') !== 'nothing'),
  );
  const name = layout.config.pages[page]?.name ?? `page ${page}`;
  const width = Math.max(8, name.length + 2, ...parties.map((party) => party.length + 2));
  const heading = ['start', ...states.slice(1).map((_, i) => ` ${i + 1}`.padEnd(5))].join('  ').trimEnd();
  return [
    `${name.padEnd(width)}${heading}`,
    ...parties.map(
      (party) => `${party.padEnd(width)}${columns.map((column) => marks[column.get(party) ?? 'nothing']).join('  ')}`,
    ),
  ];
}

/** Whether a page's life is worth a picture: someone's hold on it changed. */
export function changesHands(layout: Layout, states: readonly Int32Array[], page: number): boolean {
  const pictures = states.map((cells) => JSON.stringify([...holders(layout, [], cells, page)]));
  return pictures.some((picture) => picture !== pictures[0]);
}
