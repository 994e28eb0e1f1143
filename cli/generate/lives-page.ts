/** Writes docs/lives.md, and its two diagrams as SVG. */
import { instance } from '@viz-js/viz';
import type { Edge } from '../../search/explore/edges.ts';
import { worldName } from '../../search/explore/results.ts';
import { livesIn, pagesBy, vmsBy, worldsOfLives } from './lives.ts';
import { generatedFrom, table } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

/** All calls that lead from one state to another. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly calls: readonly string[];
}

/** In the order of their names, so that the same edges make the same page. */
function waysOf(edges: readonly Edge[]): Way[] {
  const ways = new Map<string, Way & { readonly calls: string[] }>();
  for (const { from, to, call, isRefused } of edges) {
    const key = JSON.stringify([from, to]);
    const way = ways.get(key) ?? { from, to, calls: [] };
    way.calls.push(isRefused ? `${call} (refused)` : call);
    ways.set(key, way);
  }
  const inOrder = [...ways].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.map(([, way]) => ({ ...way, calls: way.calls.sort() }));
}

/** The diagram in the language of Graphviz. */
export const dotOf = (edges: readonly Edge[]): string =>
  [
    'digraph {',
    'graph [bgcolor="white", fontname="Helvetica,Arial,sans-serif"];',
    'node [shape=box, style=rounded, fontname="Helvetica,Arial,sans-serif", fontsize=12];',
    'edge [fontname="Helvetica,Arial,sans-serif", fontsize=10];',
    ...waysOf(edges).map(
      ({ from, to, calls }) => `${quoted(from)} -> ${quoted(to)} [label=${quoted(calls.join('\n'))}];`,
    ),
    '}',
  ].join('\n');

const quoted = (text: string): string => `"${text.replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const words = (state: string): string => state.replaceAll('\n', ', ');

const rows = (edges: readonly Edge[]): string[] =>
  table(
    ['from', 'to', 'by'],
    waysOf(edges).map(({ from, to, calls }) => [words(from), words(to), calls.map((call) => `\`${call}\``).join(', ')]),
  );

/** The page and its pictures. */
export async function renderLives(): Promise<SourceFile[]> {
  const viz = await instance();
  const [pages, vms] = [livesIn(worldsOfLives, pagesBy), livesIn(worldsOfLives, vmsBy)];
  const svgOf = (edges: readonly Edge[]): string => viz.renderString(dotOf(edges), { format: 'svg', engine: 'dot' });
  const worlds = worldsOfLives.map((world) => `\`${worldName(world)}\``).join(', ');
  const text = [
    generatedFrom('spec/calls by searching small worlds'),
    '',
    '# Lives',
    '',
    `Every arrow is a call that leads from one state to another. The diagrams are not drawn by hand: every call was made in each of the ${pages.states.toLocaleString('en-US')} states of four small worlds (${worlds}), and each change was noted. In these worlds nothing is missing; what only larger worlds, other profiles or devices can do is not shown. A call that is *refused* can still move pages: it refills a memcache first.`,
    '',
    '## A page of memory',
    '',
    "A state is what each party has of the page: the host and the hypervisor by its records, a VM by its stage 2. Who has nothing is left out. *Nobody's* is a page of a VM that was torn down before the host took the page back, and no arrow leads away from it. A page that is SHARED_OWNED or SHARED_BORROWED for the host alone was shared with such a VM. A page that two VMs borrow is in the same state as one that one borrows.",
    '',
    '![The states of a page, and the calls between them](lives/page.svg)',
    '',
    ...rows(pages.edges),
    '',
    '## A VM',
    '',
    'One place of the VM table.',
    '',
    '![The states of a VM, and the calls between them](lives/vm.svg)',
    '',
    ...rows(vms.edges),
    '',
  ];
  return [
    { path: 'docs/lives.md', text: text.join('\n') },
    { path: 'docs/lives/page.svg', text: svgOf(pages.edges) },
    { path: 'docs/lives/vm.svg', text: svgOf(vms.edges) },
  ];
}
