/** Small pieces of Markdown, and links between the pages of docs/ and the files that they speak of. */

/** Where something stands, from the repository root; lines are numbered from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export const problemAt = ({ path, line }: Place, problem: string): string => `${path}:${line}: ${problem}`;

/** A table with one line per row; a bar inside a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeBar).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}

const escapeBar = (cell: string): string => cell.replaceAll('|', '\\|');

export const link = (text: string, target: string): string => `[${text}](${target})`;

/** What a heading is linked by. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

/** A page of docs/ links to a file by its path from the repository root. */
export const fromDocs = (path: string): string => (path.startsWith('docs/') ? path.slice(5) : `../${path}`);

/** Text of a page of docs/ for a page one folder below: what it links to is further up. */
export const oneBelow = (text: string): string => text.replaceAll(/\]\((?!https?:|#)/g, '](../');

/** The chapter of the prose that has a clause. */
export const chapterOf = (id: string, places: ReadonlyMap<string, Place>): string | undefined =>
  /([^/]+)\.md$/.exec(places.get(id)?.path ?? '')?.[1];

/** Links a clause id to its heading in the prose; an id that is not in the prose stays text. */
export function clauseLink(id: string, places: ReadonlyMap<string, Place>): string {
  const place = places.get(id);
  return place === undefined ? id : link(id, `${fromDocs(place.path)}#${id.toLowerCase()}`);
}

/** Links every id that the text mentions. */
export const linkIds = (text: string, places: ReadonlyMap<string, Place>): string =>
  text.replaceAll(/\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+\b/g, (id) => clauseLink(id, places));

/** A page with what stands between two marks in it written anew; throws if they are not there. */
export function withBlock(
  { path, text }: { path: string; text: string },
  name: string,
  lines: readonly string[],
): string {
  const [begin, end] = [`<!-- Generated: ${name} -->\n`, `\n<!-- End: ${name} -->`];
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${path} has no marks for what is generated: ${name}`);
  return `${before}${begin}\n${lines.join('\n')}\n${end}${after}`;
}

/** What stands at the top of every page that is generated. */
export const generatedFrom = (sources: string): string =>
  `<!-- Generated from ${sources} by \`npm run generate\`. Do not edit. -->`;
