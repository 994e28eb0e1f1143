/** The sequence: drawn as a report draws a run, with what it breaks and whose each page is then. */
import { holdingsAt } from '../explain/holdings.ts';
import { faultsOf } from '../explain/planted.ts';
import { cite, citing, clauseList } from '../report/clauses.ts';
import { html, table } from '../report/html.ts';
import type { Html } from '../report/html.ts';
import { stepped } from '../report/violation.ts';
import type { Continued } from './continued.ts';
import type { LoadedRecordings } from './load.ts';
import type { Opened } from './opened.ts';

/** What the last call has come to, in one line for a live region. */
export function answerLine({ scenes, broken }: Opened): string {
  const last = scenes.steps.at(-1);
  if (last === undefined) return 'No call was made yet.';
  const { label, call, answer, guards } = last;
  const refusing = guards.find(({ verdict }) => verdict === 'refused');
  const by = refusing === undefined ? '' : ` (${refusing.clause})`;
  const breaks = broken === undefined ? '' : ` ✗ ${broken.clause} broke at step ${broken.step}: ${broken.loss}.`;
  return `Step ${label}: ${call} → ${answer}${by}.${breaks}`;
}

/** The run, what breaks, whose the pages are, and the clauses. */
export function runView(opened: Opened): Html {
  const { asked, scenes, broken, place } = opened;
  const verdict =
    broken === undefined
      ? html``
      : html`<p class="verdict broken">✗ ${cite(broken.clause)} breaks at step ${broken.step}: ${broken.loss}.</p>
          <p>The property that sees it: ${citing(broken.statement)}.</p>`;
  const without = place.system.leftOut;
  const fault = faultsOf(asked.profile).find(({ id }) => id === asked.fault);
  return html`${without === undefined ? '' : html`<p>Without ${cite(without.clause)} of <code>${without.call}</code>.</p>`}
  ${fault === undefined ? '' : html`<p>With the fault ${fault.id}: ${fault.title}.</p>`}
  ${verdict}${stepped(scenes, 'run', 0)}${pagesView(opened)}`;
}

/** Whose each page of memory is after the last call. */
function pagesView({ ran: { names }, state, place: { system } }: Opened): Html {
  const { layout, config } = system;
  const own = config.pages.flatMap(({ kind, of, name }, page) =>
    kind === 'memory' && of === page ? [{ page, name }] : [],
  );
  if (own.length === 0) return html``;
  const name = (vm: number): string => names.at(-1)?.[vm] ?? `entry ${vm}`;
  const holdings = holdingsAt(layout, state.cells, { name, former: () => undefined });
  return html`<details open>
    <summary>Pages now</summary>
    ${table({
      caption: 'Whose each page is after the last call',
      heads: ['page', 'whose it is'],
      rows: own.map(
        (one) =>
          html`<tr>
            <th scope="row">${one.name}</th>
            <td>${holdings(one.page).whole}</td>
          </tr> `,
      ),
    })}
  </details>`;
}

/** What real hypervisors have answered. */
export function recordingsView(loaded: LoadedRecordings): Html {
  return html`<h2>${loaded.title}</h2>
    ${loaded.words.map((text) => html`<p>${citing(text)}</p> `)}
    <p class="note">Answers are those that were recorded; guards, changes and pages are those of the specification.</p>
    ${loaded.recordings.map(
      ({ title, verdict, isBroken, scenes, skipped, ending, continued }, i) =>
        html`<h3>${title}</h3>
          <p class="${isBroken ? 'verdict broken' : 'verdict'}">${citing(verdict)}</p>
          <p>${continuing(continued)} ${goOn(i, stepsOf(continued), 'Go on from its end')}</p>
          ${stepped(scenes, `recording-${i}`, skipped, (step) =>
            step <= stepsOf(continued) ? goOn(i, step, 'Go on from here') : html``,
          )}
          ${ending.map((line) => html`<p class="ending">${citing(line)}</p> `)}`,
    )}
    <button type="button" data-do="close">Close it</button>`;
}

/** How many of its calls can be made again. */
const stepsOf = (continued: Continued | string): number =>
  typeof continued === 'string' ? 0 : continued.asked.calls.length;

function continuing(continued: Continued | string): string {
  if (typeof continued === 'string') return `It cannot be gone on from: ${continued}.`;
  const { ends } = continued;
  return ends === undefined ? '' : `Calls from step ${stepsOf(continued) + 1} on cannot be made here: ${ends}.`;
}

const goOn = (recording: number, steps: number, label: string): Html =>
  steps === 0
    ? html``
    : html`<button type="button" data-do="continue" data-recording="${recording}" data-steps="${steps}">
        ${label}
      </button>`;

/** All clauses that parts of the page cite. */
export const clausesView = (parts: readonly Html[]): Html => clauseList(html`${parts}`, undefined);
