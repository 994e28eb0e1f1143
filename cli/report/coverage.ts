/** Which guards refused, and how often, by profile and call. */
import type { CallCoverage } from '../../search/judge/coverage.ts';
import type { ProfileCoverage } from '../verify/result.ts';
import { cite } from './clauses.ts';
import { html, number, ofNumbers, table } from './html.ts';
import type { Html } from './html.ts';
import { heatOf, pairMaps } from './pairs.ts';

export const coverageSection = (coverage: readonly ProfileCoverage[]): Html =>
  html`<section aria-labelledby="coverage">
    <h2 id="coverage">Guards</h2>
    <p>
      How often each call was done, and how often each of its guards refused it, in the order in which they are asked.
      The more often, the stronger the colour; one that never refused is in red. A guard that calls of several profiles
      share need refuse in one of them only.
    </p>
    <p>
      Below the calls, the pairs of their guards: how often one guard answered while another, which is asked later and
      answers otherwise, failed too. Of the many refusals by one guard in the rules one of 64 is looked at. A pair in
      red was not seen in this run; a dash stands for two guards that no run is known to have seen fail together.
    </p>
    ${coverage.map(({ profile, calls }) => profileCoverage(profile, calls))}
  </section>`;

function profileCoverage(profile: string, calls: readonly CallCoverage[]): Html {
  const guards = calls.flatMap(({ refused }) => refused.filter(({ redundant }) => !redundant));
  const reached = guards.filter(({ count }) => count > 0).length;
  return html`<details>
    <summary>${profile}: ${reached} of ${guards.length} guards have refused</summary>
    ${table({
      kind: 'heat',
      caption: `Calls of ${profile}`,
      heads: ['call', ofNumbers('done'), 'guards, and how often each refused'],
      rows: calls.map(
        ({ call, done, refused }) =>
          html`<tr>
            <th scope="row"><code>${call}</code></th>
            <td class="number">${number(done)}</td>
            <td>
              <ol class="heats">
                ${refused.map(itemOf)}
              </ol>
            </td>
          </tr> `,
      ),
    })}
    ${pairMaps(profile, calls)}
  </details> `;
}

/** A guard that others imply must never refuse. */
function itemOf({ clause, count, redundant }: CallCoverage['refused'][number]): Html {
  const heat = redundant ? 'implied' : heatOf(count);
  return html`<li class="heat-${heat}">${cite(clause)} ${redundant ? 'never decides' : number(count)}</li>`;
}
