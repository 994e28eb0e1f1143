/** The page of evidence: the verdict on each piece, what it holds, each check that was asked, and what others decide. */
import { formatDenial, formatFault, statusOf } from '../attest/judged.ts';
import type { Decision, Judged } from '../attest/judged.ts';
import { fileInReport } from '../json-report.ts';
import { exitStatus } from '../output.ts';
import type { Appraisal } from '../../properties/evidence/appraise.ts';
import { answersOf } from '../../spec/evidence/verdict.ts';
import type { Answer, Question } from '../../spec/evidence/verdict.ts';
import { cite, sentenceOf } from './clauses.ts';
import { html, number, table } from './html.ts';
import type { Html } from './html.ts';
import type { Page } from './page.ts';
import { marks } from './violation.ts';

export interface JudgedFiles {
  readonly judged: readonly Judged[];
  /** Why others were not judged, a line each. */
  readonly unread: readonly string[];
  readonly again: string;
  /** The name of the verifier that judged. */
  readonly verifier: string;
}

/** So many are listed, so many of these are shown, so many rows has a table, and so many checks stand on the page. */
const most = { listed: 100, pieces: 20, rows: 40, checks: 3000 };

export function pageOfEvidence({ judged, unread, again, verifier }: JudgedFiles): Page {
  const refused = judged.filter(({ verdict }) => verdict?.kind === 'denied').length;
  const broken = judged.filter(({ kind }) => kind === 'unreadable').length + unread.length;
  const problems = [
    ...(refused > 0 ? [`${number(refused)} of ${number(judged.length)} denied`] : []),
    ...(broken > 0 ? [`${number(broken)} not read`] : []),
  ];
  const isSound = problems.length === 0;
  return {
    title: 'pvm-spec attest verify',
    head: html`<p class="verdict ${isSound ? 'holds' : 'broken'}">
        ${isSound ? '✓ no evidence is denied' : `✗ ${problems.join('; ')}`}
      </p>
      <p>Judged ${verifier === 'as specified' ? verifier : `as ${verifier} does`}.</p>
      <p>Again: <code>${again}</code></p>`,
    sections: [
      overview(judged, unread),
      ...judged.slice(0, most.pieces).map((one, i, { length }) => pieceSection(one, i, most.checks / length)),
    ],
  };
}

const overview = (judged: readonly Judged[], unread: readonly string[]): Html =>
  html`<section aria-labelledby="evidence">
    <h2 id="evidence">Evidence</h2>
    ${table({
      heads: ['file', 'kind', 'verdict'],
      rows: judged.slice(0, most.listed).map(
        (one, i) =>
          html`<tr>
            <th scope="row">
              ${i < most.pieces ? html`<a href="#piece-${i + 1}">${fileInReport(one.name)}</a>` : fileInReport(one.name)}
            </th>
            <td>${one.kind}</td>
            <td class="${classOf(one)}">${verdictOf(one)}</td>
          </tr> `,
      ),
    })}
    ${moreOf(judged.length - most.listed, 'pieces of evidence')}
    ${moreOf(Math.min(judged.length, most.listed) - most.pieces, 'of these, whose checks are not shown')}
    ${
      unread.length === 0
        ? ''
        : html`<h3>Not judged</h3>
            <ul>
              ${unread.slice(0, most.listed).map((line) => html`<li>${line}</li> `)}
            </ul>`
    }
  </section>`;

const classOf = (one: Judged): string => (statusOf(one) === exitStatus.holds ? 'holds' : 'broken');
const verdictOf = ({ verdict, words }: Judged): string => (verdict ? formatDenial(verdict) : words);
const moreOf = (count: number, what: string): Html =>
  count > 0 ? html`<p class="note">${number(count)} more ${what}.</p>` : html``;

function pieceSection(one: Judged, i: number, mostChecks: number): Html {
  const { name, kind, verdict, tables, notes, decisions } = one;
  const id = `piece-${i + 1}`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${fileInReport(name)}: ${kind}</h2>
    <p class="verdict ${classOf(one)}">${classOf(one) === 'holds' ? '✓' : '✗'} ${verdictOf(one)}</p>
    ${verdict?.kind === 'denied' ? html`<p>${sentenceOf(verdict.clause)}</p>` : ''}
    ${tables.map((rows) => tableOf(rows, captionOf(one)))} ${notes.map((line) => html`<p>${line}</p> `)}
    ${one.asked.length === 0 ? '' : checksOf(one, mostChecks)}
    ${decisions === undefined ? '' : decisionTable(decisions())}
  </section>`;
}

const captionOf = ({ verdict }: Judged): string =>
  verdict?.kind === 'denied' || verdict === undefined
    ? 'What it says; nobody vouches for it'
    : 'What it says, keys and hashes by their first digits';

function tableOf([heading = [], ...rows]: readonly (readonly string[])[], caption: string): Html {
  return html`${table({
    caption,
    heads: heading,
    rows: rows.slice(0, most.rows).map(
      ([first = '', ...cells]) =>
        html`<tr>
          <th scope="row">${first}</th>
          ${cells.map((cell) => html`<td>${cell}</td> `)}
        </tr> `,
    ),
  })}
  ${moreOf(rows.length - most.rows, 'rows')}`;
}

/** Part by part, and of each part check by check; the part that refuses lies open, and is shown however late it comes. */
const checksOf = ({ asked }: Judged, most: number): Html =>
  html`<h3>Checks, in order</h3>
    ${asked.map(({ inquiry: { questions }, unasked }) => {
      const refused = questions.findIndex(({ broken }) => broken(unasked) !== undefined);
      const many = questions.findIndex((_, i) => countOf(questions.slice(0, i + 1)) > most);
      const shown = questions.filter((_, i) => many < 0 || i < many || i === refused);
      const answers = answersOf(shown, unasked);
      return html`${shown.map(({ part }, i) => partOf(part, answers[i] ?? []))}
      ${moreOf(questions.length - shown.length, 'parts, whose checks are not shown')}`;
    })}`;

const countOf = (questions: readonly Question[]): number =>
  questions.reduce((sum, { checks }) => sum + checks.length, 0);

function partOf(part: string, answers: readonly Answer[]): Html {
  const counts = (['held', 'refused', 'not asked', 'left out'] as const).flatMap((verdict) => {
    const count = answers.filter((answer) => answer.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  const isOpen = answers.some(({ verdict }) => verdict === 'refused');
  return html`<details${isOpen ? html` open` : ''}>
    <summary>${part}: ${counts.join(', ')}</summary>
    ${table({
      caption: `Checks of ${part}`,
      heads: ['check', 'denied because', 'here'],
      rows: answers.map(
        ({ clause, reason, verdict }) =>
          html`<tr class="guard-${verdict.replace(' ', '-')}">
            <th scope="row">${cite(clause)}</th>
            <td>${reason}</td>
            <td class="here">${marks[verdict]} ${verdict}</td>
          </tr> `,
      ),
    })}
  </details> `;
}

/** What each verifier decides; one that decides otherwise than the specification says so. */
function decisionTable(decisions: readonly Decision[]): Html {
  const specified = decisions[0] && decisionOf(decisions[0].appraisal).text;
  return html`<h3>Verifiers</h3>
    ${table({
      caption: 'What each verifier decides on it, under the same options',
      heads: ['verifier', 'decides', 'clause', 'beside the specification'],
      rows: decisions.map(({ verifier, isAsked, appraisal }, i) => {
        const { text, clause } = decisionOf(appraisal);
        return html`<tr>
          <th scope="row">${verifier}${isAsked ? ' (judges here)' : ''}</th>
          <td>${text}</td>
          <td>${clause === undefined ? '' : cite(clause)}</td>
          <td>${i === 0 ? '' : text === specified ? 'the same' : html`<strong>otherwise</strong>`}</td>
        </tr> `;
      }),
    })}`;
}

const decisionOf = (appraisal: Appraisal): { readonly text: string; readonly clause?: string } => {
  if (appraisal.kind === 'unreadable') return { text: `unreadable: ${formatFault(appraisal)}` };
  const { verdict } = appraisal;
  return { text: formatDenial(verdict), ...(verdict.kind === 'denied' ? { clause: verdict.clause } : {}) };
};
