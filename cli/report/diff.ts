/** The page of what one profile answers otherwise than another: by calls, each change with the calls that show it. */
import type { AnsweredCall, Compared, Witness } from '../../search/differences/compare.ts';
import type { Answered } from '../../search/judge/answered.ts';
import { plural, searchedBy } from '../diff/formats.ts';
import type { Asked } from '../diff/formats.ts';
import { formatWritten } from '../explain/scenes.ts';
import { cite, citing } from './clauses.ts';
import { html, table } from './html.ts';
import type { Html } from './html.ts';
import type { Page } from './page.ts';

type Found = Compared['changes'][number];

export function pageOfDiff(asked: Asked, compared: Compared): Page {
  const { from, to } = asked;
  const { changes } = compared;
  const calls = [...new Set(changes.map(({ change }) => change.call))];
  const verdict =
    calls.length === 0
      ? `${from} and ${to} have the same calls, guards and effects`
      : `${plural(changes.length, 'change')} in ${plural(calls.length, 'call')}`;
  const contents = calls.map((call) => html`<li><a href="#${call}">${call}</a></li> `);
  return {
    title: `${from} → ${to}`,
    head: html`<p class="verdict">${verdict}</p>
      <p>${searchedBy(asked, compared)}.</p>
      ${
        calls.length === 0
          ? ''
          : html`<ul class="about" aria-label="Calls that change">
              ${contents}
            </ul>`
      }`,
    sections: calls.map((call) =>
      sectionOf(
        call,
        changes.filter(({ change }) => change.call === call),
        asked,
      ),
    ),
  };
}

const sectionOf = (call: string, found: readonly Found[], asked: Asked): Html =>
  html`<section aria-labelledby="${call}">
    <h2 id="${call}">${call}</h2>
    ${found.map((one) => changeOf(one, asked))}
  </section>`;

function changeOf({ change: { kind, clause, says }, witness }: Found, asked: Asked): Html {
  return html`<h3>${kind}${clause === undefined ? '' : html`, ${cite(clause)}`}</h3>
    <p>${citing(says)}</p>
    ${witness === undefined ? html`<p class="note">No sequence found that shows it.</p>` : shown(witness, asked)}`;
}

function shown({ scope, prelude, calls, alike }: Witness, { from, to }: Asked): Html {
  const before = prelude.length === 0 ? '' : `, behind its ${plural(prelude.length, 'call')} to the start`;
  return table({
    caption: `In ${scope}${before}${alike ? '' : '; earlier calls are answered differently too'}`,
    heads: ['step', 'call', from, to],
    rows: calls.map(row),
  });
}

function row({ call, answers: [before, after] }: AnsweredCall, i: number): Html {
  const where = call.cpu === 0 ? '' : ` on CPU ${call.cpu}`;
  const mark = before.answer === after.answer ? '' : 'broken';
  return html`<tr>
    <th scope="row">${i + 1}</th>
    <td><code>${formatWritten(call, 1)}</code>${where}</td>
    <td class="${mark}">${answerOf(before)}</td>
    <td class="${mark}">${answerOf(after)}</td>
  </tr> `;
}

const answerOf = ({ answer, clause }: Answered): Html =>
  clause === undefined ? html`${answer}` : html`${answer} (${cite(clause)})`;
