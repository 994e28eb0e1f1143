/** Whose a page is in one state, with whom it is shared, and what still says otherwise. */
import { none } from '../../spec/config.ts';
import type { PageShape } from '../../spec/config.ts';
import { mappingStates, owners, pageStates, secureHolds, uses } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import { ranged } from './ranged.ts';

/** VMs by their entry of the VM table: who has it, and who had it before. */
export interface Occupants {
  readonly name: (vm: number) => string;
  readonly former: (vm: number) => string | undefined;
}

/** Whose a page is: in full, and in as few words as will do. */
interface Holding {
  readonly whole: string;
  readonly brief: string;
}

export function holdingsAt(layout: Layout, cells: Int32Array, vms: Occupants): (page: number) => Holding {
  const { base, config } = layout;
  const at = (field: keyof typeof base, index: number): number => cells[base[field] + index] ?? none;
  const frame = (gfn: number): string => config.gfns[gfn]?.name ?? 'a frame';

  const mappings = Array.from({ length: config.slots * config.gfns.length }, (_, entry) => ({
    vm: Math.floor(entry / config.gfns.length),
    gfn: entry % config.gfns.length,
    first: at('mapped', entry),
    pages: at('asBlock', entry) === 1 ? config.block : 1,
    state: mappingStates[at('mapping', entry)],
  })).filter(({ first }) => first !== none);

  /** VMs and frames at which a page is mapped in this state. */
  const mappedAs = (wanted: (typeof mappingStates)[number], page: number): { vm: number; gfn: number }[] =>
    mappings.filter(({ first, pages, state }) => page >= first && page < first + pages && state === wanted);

  function hosts(page: number): string[] {
    const pins = at('pins', page);
    return [
      ...(pageStates[at('hyp', page)] === 'SHARED_BORROWED' ? ['shared with the hypervisor'] : []),
      ...mappedAs('SHARED_BORROWED', page).map(({ vm, gfn }) => `shared with ${vms.name(vm)} at ${frame(gfn)}`),
      ...(secureHolds[at('secure', page)] === 'NONE' ? [] : ['shared with the secure world']),
      ...(pins > 0 ? [`pinned ${pins === 1 ? 'once' : pins === 2 ? 'twice' : `${pins} times`}`] : []),
      ...(at('dmaMaps', page) > 0 ? ['mapped for a device'] : []),
    ];
  }

  function hypervisors(page: number): string[] {
    const use = uses[at('use', page)] ?? 'NONE';
    const of = at('useVm', page);
    if (use === 'NONE' || of === none) return [];
    return [use === 'METADATA' ? `with records of ${vms.name(of)}` : `with page tables of ${vms.name(of)}`];
  }

  function ofVm(page: number): string[] {
    const [holder] = [...mappedAs('OWNED', page), ...mappedAs('SHARED_OWNED', page)];
    if (holder === undefined) return stale(page);
    const isShared = pageStates[at('host', page)] === 'SHARED_BORROWED';
    return [`${vms.name(holder.vm)}'s`, `at ${frame(holder.gfn)}`, ...(isShared ? ['shared with the host'] : [])];
  }

  /** The record names a VM that does not have the page. */
  function stale(page: number): string[] {
    if (owners[at('owner', page)] !== 'VM') return ["nobody's"];
    const entry = at('ownerVm', page);
    const [former, present] = [vms.former(entry), vms.name(entry)];
    const record = `the host's record still names ${former ?? present} at ${frame(at('ownerGfn', page))}`;
    const now = former === undefined ? '' : `, but ${former} is gone and ${present} has its handle`;
    return ["nobody's", `${record}${now}`];
  }

  return (page) => {
    const host = pageStates[at('host', page)];
    const parts =
      host === 'OWNED' || host === 'SHARED_OWNED'
        ? ["the host's", ...hosts(page)]
        : pageStates[at('hyp', page)] === 'OWNED'
          ? ["the hypervisor's", ...hypervisors(page)]
          : owners[at('owner', page)] === 'FFA'
            ? ['lent to the secure world']
            : ofVm(page);
    const [brief = '', ...more] = parts;
    return { whole: brief === "nobody's" ? parts.join(': ') : [brief, ...more].join(', '), brief };
  };
}

/** Pages of which the same is to be said, in one sentence. */
export function groupsOf(pages: readonly PageShape[], told: readonly (readonly [number, string])[]): string[] {
  const groups = new Map<string, string[]>();
  for (const [page, whose] of told) groups.set(whose, [...(groups.get(whose) ?? []), pages[page]?.name ?? '']);
  return [...groups].map(([whose, of]) => `${ranged(of)} ${of.length === 1 ? 'is' : 'are'} ${whose}`);
}
