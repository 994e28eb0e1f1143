/** Clauses in a report: ids that lead to their text at the end of it, and from there into the documentation. */
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause } from '../../spec/clauses.generated.ts';
import { citationOf, placeOf } from '../clauses/place.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const clauseNamed = (id: string): Clause | undefined =>
  Object.hasOwn(clauses, id) ? (clauses as Readonly<Record<string, Clause>>)[id] : undefined;

/** The id of a clause, which leads to its text; any other text as it is. */
export const cite = (id: string): Html =>
  clauseNamed(id) === undefined ? html`${id}` : html`<a class="id" href="#clause-${id}">${id}</a>`;

/** A text in which what stands between backquotes is code. */
const coded = (text: string, plain: (part: string) => Html): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 0 ? plain(part) : html`<code>${part}</code>`))}`;

/** The same, and every id of a clause leads to it. */
export const citing = (text: string): Html =>
  coded(text, (part) => html`${part.split(/\b([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)\b/).map(cite)}`);

const unlinked = (text: string): Html => coded(text, (part) => html`${part}`);

/** The sentence of a clause, behind its id. */
export const sentenceOf = (id: string): Html => html`${cite(id)} ${unlinked(clauseNamed(id)?.text ?? '')}`;

/** All clauses that a page cites, in full. `docs`: the way to the folder of the documentation. */
export function clauseList(page: Html, docs: string | undefined): Html {
  // why: what is escaped holds no quotation mark, so that this finds what `cite` has made and nothing else.
  const ids = [...page.text.matchAll(/href="#clause-([A-Z0-9-]+)"/g)].map(([_, id = '']) => id);
  const cited = [...new Set(ids)].sort().flatMap((id) => clauseNamed(id) ?? []);
  if (cited.length === 0) return html``;
  return html`<section aria-labelledby="clauses">
    <h2 id="clauses">Clauses</h2>
    <dl class="clauses">${cited.map((clause) => clauseEntry(clause, docs))}</dl>
  </section>`;
}

function clauseEntry(clause: Clause, docs: string | undefined): Html {
  const { id, text, status, upheldBy, survives, sources } = clause;
  const { file, anchor } = placeOf(clause);
  const cited = citationOf(clause);
  const place =
    docs === undefined ? html`${cited}` : html`<a href="${docs}${file.slice('docs/'.length)}#${anchor}">${cited}</a>`;
  return html`<dt id="clause-${id}">${id}</dt>
    <dd>
      <p>${unlinked(text)}</p>
      <p class="note">
        ${status} · ${upheldBy} · survives ${survives} · ${unlinked(sources.join('; '))}<br />cite as: ${place}
      </p>
    </dd> `;
}
