/** HTML in which every text is escaped: what comes from a file, a target or a flag is never markup. */

/** What may stand in a page as it is; only `html` makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Part[];

/** A piece of a page: parts that are text are escaped, lists are joined. */
export const html = (pieces: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(pieces.reduce((text, piece, i) => text + rendered(parts[i - 1] ?? '') + piece));

/** A table: its caption, the heads of its columns, and its rows as they are. `kind`: its class in the style. */
interface Table {
  readonly kind?: 'heat' | 'pairs';
  readonly caption?: string;
  /** A head that is no text is a `th` as it is. */
  readonly heads: readonly (string | Html)[];
  readonly rows: readonly Html[];
}

export const table = ({ kind, caption, heads, rows }: Table): Html =>
  html`<table${kind === undefined ? '' : html` class="${kind}"`}>
    ${
      caption === undefined
        ? ''
        : html`<caption>
            ${caption}
          </caption>`
    }
    <thead>
      <tr>
        ${heads.map((head) => (head instanceof Html ? head : html`<th scope="col">${head}</th> `))}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;

/** The head of a column of numbers. */
export const ofNumbers = (head: string): Html => html`<th scope="col" class="number">${head}</th> `;

const rendered = (part: Part): string =>
  part instanceof Html ? part.text : typeof part === 'object' ? part.map(rendered).join('') : escaped(String(part));

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Controls, halves of characters, and marks that turn the direction of writing: all that a reader would not see. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;

/** No text of a page is longer: one that is says how much of it is missing. */
const longest = 2000;

function escaped(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} characters more)` : text;
  return shown.replace(unseen, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** A count, as a reader reads it. */
export const number = (value: number): string => Math.round(value).toLocaleString('en-US');
