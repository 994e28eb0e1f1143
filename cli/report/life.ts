/** The life of a page as a picture: parties by steps, and what the page holds. */
import type { Hold, Life } from '../explain/timeline.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

const words: Readonly<Record<Hold, string>> = {
  owns: 'owns',
  shares: 'owns and shares',
  borrows: 'borrows',
  nothing: 'has nothing',
};

const cell = { height: 24, gap: 4 } as const;
/** Long runs have narrow columns, so that most fit a page beside the names of the parties. */
const columnWidth = (states: number): number => (states > 15 ? 24 : 54);
const top = 22;
const widthOf = (text: string): number => 8 * text.length + 16;

/** So many pictures are drawn. */
const most = 24;

/** The lives of pages as pictures, one for all that are alike; and how many pages are left out. */
export function picturesOf(lives: readonly Life[], labels: readonly string[]): { drawn: Html[]; leftOut: number } {
  const alike = new Map<string, Life[]>();
  for (const life of lives) {
    const key = JSON.stringify([life.parties, life.contents]);
    alike.set(key, [...(alike.get(key) ?? []), life]);
  }
  const groups = [...alike.values()];
  return {
    drawn: groups.slice(0, most).map((group) => lifeOf(group, labels)),
    leftOut: groups.slice(most).flat().length,
  };
}

/** Two pages by their names, of more the first and how many. */
function nameOf(pages: readonly string[]): string {
  const [first = '', second] = pages;
  if (pages.length > 2) return `${first} and ${pages.length - 1} more`;
  return second === undefined ? first : `${first}, ${second}`;
}

/** The marks of a picture, each with what it means. */
export const legend = html`<ul class="legend" aria-label="Legend">
  ${(['owns', 'shares', 'borrows', 'nothing'] as const).map(
    (hold) =>
      html`<li>
        <svg width="${columnWidth(1)}" height="${cell.height}" aria-hidden="true">
          ${mark(hold, columnWidth(1), 0, 0)}
        </svg>
        ${words[hold]}
      </li> `,
  )}
</ul>`;

/** One picture of pages that live alike, with a label for each step. It says in words what it shows. */
function lifeOf(alike: readonly Life[], labels: readonly string[]): Html {
  const [life] = alike as [Life];
  const { parties, contents } = life;
  const pages = alike.map(({ page }) => page);
  const name = nameOf(pages);
  const left = Math.max(...[name, 'contents', ...parties.map(({ party }) => party)].map(widthOf));
  const states = contents.length;
  const column = columnWidth(states);
  const hasContents = new Set(contents).size > 1;
  const width = left + states * (column + cell.gap);
  const height = top + (parties.length + (hasContents ? 1 : 0)) * (cell.height + cell.gap);
  const columns = contents.map((content, i) => {
    const x = left + i * (column + cell.gap);
    const inside = parties.map(({ holds }, row) => mark(holds[i] ?? 'nothing', column, x, rowAt(row)));
    const label = i === 0 ? 'start' : (labels[i - 1] ?? '');
    return html`<g class="state" data-step="${i}"
      ><rect class="now" x="${x - 2}" y="0" width="${column + 4}" height="${height}" rx="4" />
      <text class="number" x="${x + column / 2}" y="14">${label}</text>
      ${inside}${hasContents ? contentAt(content, contents[i - 1], column, { x, y: rowAt(parties.length) }) : ''}</g
    > `;
  });
  return html`<svg class="life" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <title>${pages.join(', ')}, by steps</title>
    <desc>${inWords(life, labels)}</desc>
    ${columns}
    <g class="names">
      <rect class="ground" x="-6" width="${left + 2}" height="${height}" />
      <text class="page" x="0" y="14">${name}</text>
      ${parties.map(({ party }, row) => html`<text class="party" x="0" y="${rowAt(row) + 16}">${party}</text> `)}${
        hasContents ? html`<text class="party" x="0" y="${rowAt(parties.length) + 16}">contents</text> ` : ''
      }
    </g>
  </svg>`;
}

const rowAt = (row: number): number => top + row * (cell.height + cell.gap);

function mark(hold: Hold, width: number, x: number, y: number): Html {
  const { height } = cell;
  if (hold === 'nothing') return html`<circle class="nothing" cx="${x + width / 2}" cy="${y + height / 2}" r="2" />`;
  return html`<rect class="${hold}" x="${x + 1}" y="${y + 1}" width="${width - 2}" height="${height - 2}" rx="3" />`;
}

/** Only what is new is written: contents are long words, and stay for long. */
function contentAt(
  content: string,
  before: string | undefined,
  width: number,
  { x, y }: { x: number; y: number },
): Html {
  if (content === before) return html`<path class="same" d="M${x} ${y + 12}h${width}" />`;
  const [first = '', ...rest] = content.split(' ');
  return html`<text class="content" x="${x + width / 2}" y="${y + 9}">${first}</text
    ><text class="content" x="${x + width / 2}" y="${y + 20}">${rest.join(' ')}</text>`;
}

/** Each state in words, where it is not that of the step before. */
function inWords({ parties, contents }: Life, labels: readonly string[]): string {
  const states = contents.map((content, i) => {
    const held = parties.flatMap(({ party, holds }) => {
      const hold = holds[i] ?? 'nothing';
      return hold === 'nothing' ? [] : [`${party} ${words[hold]}`];
    });
    return `${held.length === 0 ? 'nobody has it' : held.join(', ')}${content === '' ? '' : `, it holds ${content}`}`;
  });
  return states
    .flatMap((state, i) =>
      state === states[i - 1] ? [] : [`${i === 0 ? 'At the start' : `Step ${labels[i - 1] ?? ''}`}: ${state}.`],
    )
    .join(' ');
}
