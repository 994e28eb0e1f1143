/** What searches have found, and two releases side by side. */
import type { FirstDifference } from '../../search/differences/first.ts';
import type { Explored, Progress } from '../../search/explore/explore.ts';
import type { Answered } from '../../search/judge/answered.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { formatWritten } from '../explain/scenes.ts';
import { cite } from '../report/clauses.ts';
import { html, number, table } from '../report/html.ts';
import type { Html } from '../report/html.ts';
import type { Beside } from './beside.ts';
import { continuationIn } from './breaking.ts';
import type { Opened } from './opened.ts';

const callText = ({ place: { system } }: Opened, call: WrittenCall): string =>
  `${formatWritten(call, system.config.words)}${system.config.cpus > 1 ? ` on CPU ${call.cpu}` : ''}`;

/** The calls that break a law behind those that were made, or how far it was looked for them. */
export function breakingView(opened: Opened, explored: Explored): Html {
  const found = continuationIn(opened, explored);
  if (found !== undefined) {
    const { calls, clause, loss } = found;
    return html`<p class="verdict broken">✗ ${cite(clause)} breaks by ${plural(calls.length, 'more call')}: ${loss}.</p>
      ${sequenceView(opened, calls)}`;
  }
  const { states, depth, complete } = explored;
  const searched = plural(states, 'state');
  return complete
    ? html`<p>No law breaks, whatever is called: all of ${searched} were searched.</p>`
    : html`<p>No law breaks within ${plural(depth, 'call')}. ${searched} were searched, and there are more.</p>`;
}

export const breakingProgress = ({ states, calls, depth }: Progress): string =>
  `${plural(states, 'state')}, ${plural(calls, 'call')} tried; nothing breaks within ${plural(depth, 'call')} …`;

/** The calls that two releases answer differently, or how far it was looked for them. */
export function differenceView(opened: Opened, { states, complete, calls }: FirstDifference): Html {
  if (calls !== undefined) return sequenceView(opened, calls);
  const more = complete ? 'all that there are' : 'and there are more';
  return html`<p>Both answer every call alike in ${plural(states, 'pair')} of states, ${more}.</p>`;
}

export const differenceProgress = (states: number): string => `${plural(states, 'pair')} of states …`;

/** Calls in order, and a button that makes them, unless the profile lacks one. */
const sequenceView = (opened: Opened, calls: readonly WrittenCall[]): Html =>
  html`<ol>
      ${calls.map((call) => html`<li><code>${callText(opened, call)}</code></li> `)}
    </ol>
    ${
      calls.every(({ call }) => opened.place.system.rules.has(call))
        ? html`<button type="button" data-do="take">Make these calls</button>`
        : html`<p class="note">${opened.asked.profile} has no such call.</p>`
    }`;

const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Both answers to each call. */
export function besideView({ asked, scenes }: Opened, beside: Beside | string): Html {
  if (typeof beside === 'string') return html`<p>${beside}.</p>`;
  const { profile, answers, first } = beside;
  const cell = ({ answer, clause }: Answered): Html =>
    html`${answer}${clause === undefined ? '' : html` ${cite(clause)}`}`;
  const verdict =
    first === undefined
      ? html`<p>${answers.length === 0 ? 'No call was made yet.' : 'Both answer all calls alike.'}</p>`
      : html`<p class="verdict broken">✗ Step ${first} is the first that they answer differently.</p>`;
  const rows = answers.map(([own, other], i) => {
    const differs = own.answer !== other.answer;
    return html`<tr class="${differs ? 'differs' : ''}">
      <th scope="row">${i + 1} <code>${scenes.steps[i]?.call ?? ''}</code></th>
      <td>${cell(own)}</td>
      <td>${cell(other)}${differs ? html` <strong>✗ differs</strong>` : ''}</td>
    </tr> `;
  });
  return html`${verdict}
  ${
    rows.length === 0
      ? ''
      : table({
          caption: 'Answers of both as they are: no guard left out, no fault',
          heads: ['call', asked.profile, profile],
          rows,
        })
  }`;
}
