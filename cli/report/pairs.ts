/** Which guards of a call failed together, and which of them answered: a map for each call, guard by guard. */
import type { CallCoverage } from '../../search/judge/coverage.ts';
import { knownPairs, nameOfPair } from '../../search/judge/pairs.ts';
import { cite } from './clauses.ts';
import { html, number, table } from './html.ts';
import type { Html } from './html.ts';

/** By powers of a hundred, from 0 for none to 4. */
export const heatOf = (count: number): number => (count === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(count) / 2)));

type Counts = ReadonlyMap<string, number>;

/** The maps of a profile, for each call of which two guards can fail together. */
export function pairMaps(profile: string, calls: readonly CallCoverage[]): Html[] {
  const known = knownPairs(profile);
  return calls.flatMap((call) => {
    const unseen = known.filter((pair) => pair.call === call.call).map((pair) => [nameOfPair(pair), 0] as const);
    const seen = call.pairs.map((pair) => [nameOfPair({ ...pair, call: call.call }), pair.count] as const);
    const counts: Counts = new Map([...unseen, ...seen]);
    return counts.size === 0 ? [] : [pairMap(call, counts, seen.length)];
  });
}

const pairMap = (coverage: CallCoverage, counts: Counts, seen: number): Html =>
  html`<details>
    <summary><code>${coverage.call}</code>: ${seen} of ${counts.size} pairs of guards failed together</summary>
    ${table({
      kind: 'pairs',
      caption: `Guards of ${coverage.call} that failed together: by row the one that answered, by column the other`,
      heads: [
        'answered by',
        ...coverage.refused.map(({ clause }, i) => html`<th scope="col"><abbr title="${clause}">${i + 1}</abbr></th>`),
      ],
      rows: coverage.refused.map((_, i) => rowOf(coverage, counts, i)),
    })}
  </details> `;

const rowOf = ({ call, refused }: CallCoverage, counts: Counts, row: number): Html => {
  const first = refused[row]?.clause ?? '';
  return html`<tr>
    <th scope="row">${row + 1} ${cite(first)}</th>
    ${refused.map(({ clause: other }, column) => cellOf(counts.get(nameOfPair({ call, first, other })), column > row))}
  </tr> `;
};

/** Empty where no order is to be told; a dash where the two were never seen to fail together anywhere. */
function cellOf(count: number | undefined, isLater: boolean): Html {
  if (count === undefined) return html`<td>${isLater ? '–' : ''}</td>`;
  return html`<td class="heat-${heatOf(count)}">${count === 0 ? 'not seen' : number(count)}</td>`;
}
