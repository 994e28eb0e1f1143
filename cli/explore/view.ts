/** The parts of the explorer's page. The run itself is drawn as a report draws it. */
import type { AnsweredCall } from '../../search/differences/compare.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { holdingsAt } from '../explain/holdings.ts';
import { formatWritten } from '../explain/scenes.ts';
import { cite, citing, clauseList } from '../report/clauses.ts';
import { html, number } from '../report/html.ts';
import type { Html } from '../report/html.ts';
import { stepped } from '../report/violation.ts';
import type { Asked } from './asked.ts';
import type { Beside } from './beside.ts';
import type { Continuation } from './breaking.ts';
import type { Loaded } from './load.ts';
import { labelOf } from './offers.ts';
import type { Offer, OfferedEnd } from './offers.ts';
import { profileNames, scopesOf } from './opened.ts';
import type { Opened } from './opened.ts';

const options = (values: readonly string[], chosen: string | undefined): Html =>
  html`${values.map((one) => html`<option${one === chosen ? html` selected` : ''}>${one}</option>`)}`;

/** What the sequence is made under. */
export function settings({ asked, place }: Opened): Html {
  const { profile, scope, without, beside } = asked;
  const scopes = scopesOf(profile);
  const left = without && `${without.call}:${without.clause}`;
  const groups = [...place.profile.rules.values()].map(({ call, guards }) => {
    const ids = [...new Set(guards.flatMap((step) => (step.kind === 'must' ? [step.clause] : [])))];
    const ofCall = ids.map((clause) => {
      const value = `${call}:${clause}`;
      return html`<option value="${value}" ${value === left ? html` selected` : ''}>${clause}</option>`;
    });
    return html`<optgroup label="${call}">${ofCall}</optgroup>`;
  });
  const field = (name: string, label: string, inside: Html): Html =>
    html`<label
      >${label}
      <select name="${name}">
        ${inside}
      </select></label
    > `;
  return html`${field('profile', 'Profile', options(profileNames(), profile))}
  ${field('scope', 'Scope', options(scopes.includes(scope) ? scopes : [scope, ...scopes], scope))}
  ${field(
    'without',
    'Guard left out',
    html`<option value="">none</option>
      ${groups}`,
  )}
  ${field(
    'beside',
    'Beside',
    html`<option value="">nothing</option>
      ${options(
        profileNames().filter((one) => one !== profile),
        beside,
      )}`,
  )}`;
}

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

/** Every call of the profile, by what it would answer now. `key` names a button across renderings. */
export function callsView(opened: Opened, offers: readonly Offer[]): Html {
  return html`${offers.map((offer, i) => {
    const count = (isDone: boolean): number => offer.ends.filter(({ answer }) => (answer === 'done') === isDone).length;
    const refused = count(false);
    const said = [
      count(true) > 0 ? html`<span class="can">done</span>` : html`<span class="note">not done now</span>`,
      refused === 0
        ? ''
        : html` <span class="note">· ${refused} ${refused === 1 ? 'guard refuses' : 'guards refuse'}</span>`,
    ];
    return html`<details class="offer" data-call="${offer.call}">
      <summary><code>${offer.call}</code> <span class="actor">${offer.actor}</span> ${said}</summary>
      ${offer.ends.map((end, j) => endView(opened, end, `${i}/${j}`))} ${choicesView(opened, offer)}
    </details> `;
  })}`;
}

function endView(opened: Opened, { answer, clause, condition, calls, hasMore }: OfferedEnd, key: string): Html {
  const because = clause === undefined ? '' : html` ${cite(clause)}: unless ${condition ?? ''}`;
  return html`<div class="end">
    <p><strong class="${answer === 'done' ? 'can' : 'cannot'}">${answer}</strong>${because}</p>
    ${calls.map((call, k) => {
      const label = labelOf(opened, call);
      return html`<button type="button" data-key="${key}/${k}" aria-label="${call.call} ${label}: ${answer}">
        ${label}
      </button> `;
    })}${hasMore ? html`<span class="note">and more, by other arguments</span>` : ''}
  </div>`;
}

function choicesView({ place }: Opened, { call, choices }: Offer): Html {
  const { cpus } = place.system.config;
  const fields = [
    ...choices,
    ...(cpus > 1 ? [{ name: '@', values: Array.from({ length: cpus }, (_, cpu) => String(cpu)) }] : []),
  ];
  if (fields.length === 0) return html``;
  return html`<form class="choice" data-call="${call}">
    ${fields.map(
      ({ name, values }) =>
        html`<label
          >${name === '@' ? 'CPU' : name}
          <select name="${name}">
            ${options(values, values[0])}
          </select></label
        > `,
    )}<button data-key="${call}">Make this call</button> <output></output>
  </form>`;
}

/** The run, what breaks, whose the pages are, and the clauses. */
export function runView(opened: Opened): Html {
  const { scenes, broken, place } = opened;
  const verdict =
    broken === undefined
      ? html``
      : html`<p class="verdict broken">✗ ${cite(broken.clause)} breaks at step ${broken.step}: ${broken.loss}.</p>
          <p>The property that sees it: ${citing(broken.statement)}.</p>`;
  const without = place.system.leftOut;
  return html`${without === undefined ? '' : html`<p>Without ${cite(without.clause)} of <code>${without.call}</code>.</p>`}
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
    <table>
      <caption>
        Whose each page is after the last call
      </caption>
      <thead>
        <tr>
          <th scope="col">page</th>
          <th scope="col">whose it is</th>
        </tr>
      </thead>
      <tbody>
        ${own.map(
          (one) =>
            html`<tr>
              <th scope="row">${one.name}</th>
              <td>${holdings(one.page).whole}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </details>`;
}

const callText = ({ place: { system } }: Opened, call: WrittenCall): string =>
  `${formatWritten(call, system.config.words)}${system.config.cpus > 1 ? ` on CPU ${call.cpu}` : ''}`;

/** What a search has found, with a button that makes the calls. */
export function foundView(opened: Opened, { calls, clause, loss }: Continuation): Html {
  return html`<p class="verdict broken">✗ ${cite(clause)} breaks by ${plural(calls.length, 'more call')}: ${loss}.</p>
    ${sequenceView(opened, calls)}`;
}

/** Calls in order, and a button that makes them, unless the profile lacks one. */
export const sequenceView = (opened: Opened, calls: readonly WrittenCall[]): Html =>
  html`<ol>
      ${calls.map((call) => html`<li><code>${callText(opened, call)}</code></li> `)}
    </ol>
    ${
      calls.every(({ call }) => opened.place.system.rules.has(call))
        ? html`<button type="button" data-do="take">Make these calls</button>`
        : html`<p class="note">${opened.asked.profile} has no such call.</p>`
    }`;

export const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Both answers to each call. */
export function besideView({ asked, scenes }: Opened, beside: Beside | string): Html {
  if (typeof beside === 'string') return html`<p>${beside}.</p>`;
  const { profile, answers, first } = beside;
  const cell = ({ answer, clause }: AnsweredCall['answers'][0]): Html =>
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
      : html`<table>
          <caption>
            Answers of both as they are, with every guard
          </caption>
          <thead>
            <tr>
              <th scope="col">call</th>
              <th scope="col">${asked.profile}</th>
              <th scope="col">${profile}</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>`
  }`;
}

/** What real hypervisors have answered. */
export function recordingsView(loaded: Exclude<Loaded, { asked: Asked }>): Html {
  return html`<h2>${loaded.title}</h2>
    ${loaded.words.map((text) => html`<p>${citing(text)}</p> `)}
    <p class="note">Answers are those that were recorded; guards, changes and pages are those of the specification.</p>
    ${loaded.recordings.map(
      ({ title, verdict, isBroken, scenes, skipped, ending }, i) =>
        html`<h3>${title}</h3>
          <p class="${isBroken ? 'verdict broken' : 'verdict'}">${citing(verdict)}</p>
          ${stepped(scenes, `recording-${i}`, skipped)}
          ${ending.map((line) => html`<p class="ending">${citing(line)}</p> `)}`,
    )}
    <button type="button" data-do="close">Close it</button>`;
}

/** All clauses that parts of the page cite. */
export const clausesView = (parts: readonly Html[]): Html => clauseList(html`${parts}`, undefined);
