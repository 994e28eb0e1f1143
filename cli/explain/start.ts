/** Where a sequence starts, in a sentence or two: which VMs there are, and whose the pages are that it is about. */
import { none } from '../../spec/config.ts';
import { fields, lives } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import { groupsOf, holdingsAt } from './holdings.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';

/** What is started from, and what comes of it. */
export interface Beginning {
  readonly layout: Layout;
  /** At the start, and whenever something has changed. */
  readonly states: readonly Int32Array[];
  readonly calls: readonly WrittenCall[];
  /** The entry of the VM table that each reservation before the start took. */
  readonly reserved: readonly number[];
}

/** The sentence; empty where there is neither a VM nor memory. */
export function startText(beginning: Beginning): string {
  const { layout, states, reserved } = beginning;
  const cells = states[0] ?? new Int32Array();
  const vms = livesOf(layout, cells, reserved);
  const memory = memoryOf(beginning, cells);
  if (vms.length === 0 && memory.length === 0) return '';
  const first = [...(vms.length === 0 ? ['no VM'] : vms), ...loadedOn(layout, cells, reserved)];
  return `start: ${[...first, ...memory].join('; ')}`;
}

/** The name of the VM that has an entry of the VM table: the last that was reserved there. */
const nameAt = (reserved: readonly number[], entry: number): string => {
  const ordinal = reserved.lastIndexOf(entry);
  return ordinal < 0 ? `entry ${entry}` : `VM${ordinal}`;
};

const words = {
  RESERVED: ['is', 'are', ' reserved'],
  LIVE: ['runs', 'run', ''],
  DYING: ['is', 'are', ' dying'],
} as const;

/** All that live in one sentence, all that are dying in the next. */
function livesOf({ base, config }: Layout, cells: Int32Array, reserved: readonly number[]): string[] {
  const entries = Array.from({ length: config.slots }, (_, entry) => entry);
  return (['RESERVED', 'LIVE', 'DYING'] as const).flatMap((life) => {
    const vms = entries
      .filter((entry) => lives[cells[base.life + entry] ?? 0] === life)
      .map((entry) => {
        const kind = cells[base.protected + entry] === 1 ? 'protected' : 'not protected';
        return `${nameAt(reserved, entry)}${life === 'RESERVED' ? '' : ` (${kind})`}`;
      });
    const [one, several, state] = words[life];
    return vms.length === 0 ? [] : [`${vms.join(' and ')} ${vms.length === 1 ? one : several}${state}`];
  });
}

function loadedOn({ base, config }: Layout, cells: Int32Array, reserved: readonly number[]): string[] {
  const loaded = Array.from({ length: config.cpus }, (_, cpu) => cpu).flatMap((cpu) => {
    const vcpu = cells[base.loaded + cpu] ?? none;
    const vm = nameAt(reserved, Math.floor(vcpu / config.vcpus));
    return vcpu === none ? [] : [`CPU ${cpu} has vCPU ${vcpu % config.vcpus} of ${vm} loaded`];
  });
  return loaded.length === 0 ? [] : [loaded.join(', ')];
}

/** Each page of the story for itself, the others together, where they are not simply the host's. */
function memoryOf({ layout, states, calls, reserved }: Beginning, cells: Int32Array): string[] {
  const { pages } = layout.config;
  const ownPages = pages.flatMap(({ kind, of }, number) => (kind === 'memory' && of === number ? [number] : []));
  if (ownPages.length === 0) return [];
  const story = pagesOf(layout, states, calls);
  const name = (vm: number): string => nameAt(reserved, vm);
  const former = (vm: number): string | undefined => {
    const ordinals = reserved.flatMap((entry, ordinal) => (entry === vm ? [ordinal] : []));
    const ordinal = ordinals.at(-2);
    return ordinal === undefined ? undefined : `VM${ordinal}`;
  };
  const holdings = holdingsAt(layout, cells, { name, former });
  const own = [...story].sort((a, b) => a - b).map((page) => [page, holdings(page).whole] as const);
  const others = ownPages
    .filter((page) => !story.has(page))
    .map((page) => [page, holdings(page).brief] as const)
    .filter(([_, whose]) => whose !== "the host's");
  const told = [
    ...groupsOf(
      pages,
      own.filter(([_, whose]) => whose !== "the host's"),
    ),
    ...groupsOf(pages, others),
  ];
  return [...told, told.length === 0 ? "all memory is the host's" : "all other memory is the host's"];
}

/** The pages that calls name, that change hands, and that lie at frames that calls name. */
function pagesOf(layout: Layout, states: readonly Int32Array[], calls: readonly WrittenCall[]): Set<number> {
  const { base, size, config } = layout;
  const named = new Set(calls.flatMap(({ args }) => Object.values(args)));
  const story = new Set(config.pages.flatMap(({ name, of }) => (named.has(name) ? [of] : [])));
  const [first = new Int32Array(), ...later] = states;
  const ofPages = (Object.keys(fields) as FieldName[]).filter(
    (field) => fields[field].over === 'page' && field !== 'link',
  );
  for (const cells of later)
    for (const field of ofPages)
      for (let page = 0; page < size[field]; page++)
        if (cells[base[field] + page] !== first[base[field] + page]) story.add(page);
  for (let entry = 0; entry < size.mapped; entry++) {
    const page = first[base.mapped + entry] ?? none;
    const isNamed = named.has(config.gfns[entry % config.gfns.length]?.name ?? '');
    if (page !== none && isNamed) story.add(page);
  }
  return story;
}
