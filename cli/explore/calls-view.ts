/** What the sequence is made under, and the calls that can be made. */
import type { BootFault } from '../../mutants/boot/fault.ts';
import { faultsOf } from '../explain/planted.ts';
import { cite } from '../report/clauses.ts';
import { html } from '../report/html.ts';
import type { Html } from '../report/html.ts';
import { labelOf } from './offers.ts';
import type { Offer, OfferedEnd } from './offers.ts';
import { profileNames, scopesOf } from './opened.ts';
import type { Opened } from './opened.ts';

const options = (values: readonly string[], chosen: string | undefined): Html =>
  html`${values.map((one) => html`<option${one === chosen ? html` selected` : ''}>${one}</option>`)}`;

/** What the sequence is made under. */
export function settings({ asked, place }: Opened): Html {
  const { profile, scope, without, fault, beside } = asked;
  const faults = faultsOf(profile);
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
  const faultOption = ({ id, title }: BootFault): Html =>
    html`<option value="${id}" ${id === fault ? html` selected` : ''} title="${title}">${id}</option>`;
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
  ${
    faults.length === 0
      ? ''
      : field(
          'fault',
          'Fault',
          html`<option value="">none</option>
            ${faults.map(faultOption)}`,
        )
  }
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
