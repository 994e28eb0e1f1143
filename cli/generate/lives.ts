/** The life of a page and of a VM as diagrams: which calls lead from one state to another, wherever they can. */
import { edgesOf } from '../../search/explore/edges.ts';
import type { Edge } from '../../search/explore/edges.ts';
import { worldName } from '../../search/explore/results.ts';
import { exhaustiveSuites } from '../../search/scopes/exhaustive.ts';
import type { ExhaustiveSuite } from '../../search/scopes/exhaustive.ts';
import { begin } from '../../search/scopes/linux.ts';
import type { LeftOut } from '../../search/judge/counterexample.ts';
import { none } from '../../spec/config.ts';
import { lives, mappingStates, pageStates, secureHolds, uses } from '../../spec/fields.ts';
import type { Layout, State } from '../../spec/state.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';

/** The things whose lives are drawn, and how each is called in a state. */
type Names = (layout: Layout) => (state: State) => readonly string[];

/** Each page of memory, by all that have a view of it; parties without one are left out. */
export const pagesBy: Names = ({ base, config }) => {
  const pages = config.pages.flatMap(({ kind, of }, page) => (kind === 'memory' && of === page ? [page] : []));
  const mappings = config.slots * config.gfns.length;
  return (state) => {
    const views = pages.map((page) => [
      viewOf('host', pageStates[state.at(base.host + page)]),
      viewOf(hypervisorFor(state, base.use + page), pageStates[state.at(base.hyp + page)]),
      state.at(base.secure + page) === nothing ? '' : 'secure world',
    ]);
    for (let entry = 0; entry < mappings; entry++) {
      const first = state.at(base.mapped + entry);
      if (first === none) continue;
      const size = state.at(base.asBlock + entry) === 1 ? config.block : 1;
      for (let page = first; page < first + size; page++)
        views[pages.indexOf(page)]?.push(viewOf('VM', mappingStates[state.at(base.mapping + entry)]));
    }
    return views.map((all) => [...new Set(all)].filter((view) => view !== '').join('\n') || "nobody's");
  };
};

const nothing = secureHolds.indexOf('NONE');
const viewOf = (party: string, view = 'NOPAGE'): string => (view === 'NOPAGE' ? '' : `${party} ${view}`);

function hypervisorFor(state: State, use: number): string {
  const word = uses[state.at(use)] ?? 'NONE';
  return word === 'NONE' ? 'hypervisor' : `hypervisor (${word === 'METADATA' ? 'records' : 'page tables'})`;
}

/** Each place of the VM table. */
export const vmsBy: Names =
  ({ base, config }) =>
  (state) =>
    Array.from({ length: config.slots }, (_, vm) => {
      const life = lives[state.at(base.life + vm)] ?? '';
      return life === 'LIVE' ? `LIVE\n${state.at(base.protected + vm) === 1 ? 'protected' : 'not protected'}` : life;
    });

const drawnIn = ['linux-7.3/vm-pages', 'linux-7.3/all-pages', 'linux-7.3/tables', 'linux-7.3/two-vms'];
/** The small worlds in whose every state it is looked at. */
export const worldsOfLives: readonly ExhaustiveSuite[] = exhaustiveSuites.filter((one) =>
  drawnIn.includes(worldName(one)),
);

export interface Lives {
  readonly edges: readonly Edge[];
  readonly states: number;
}

/** All edges in some worlds; or with a guard left out those of the first so many states. */
export function livesIn(worlds: readonly ExhaustiveSuite[], names: Names, without?: LeftOut, bound = Infinity): Lives {
  const all = worlds.map(({ profile, scope, most }) => {
    const system = new TransitionSystem(profile, scope.config, without);
    return edgesOf(system, begin(system, scope).state, most, names(system.layout), bound);
  });
  const edges = new Map(all.flatMap((one) => one.edges.map((edge) => [JSON.stringify(edge), edge])));
  return { edges: [...edges.values()], states: all.reduce((sum, { states }) => sum + states, 0) };
}
