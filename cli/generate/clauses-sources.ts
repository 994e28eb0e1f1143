/** What a clause may cite: source texts by title and heading, rulings by id; other sources are checked by name only. */
import { fileNamed, type SourceFile } from './requirements.ts';

export interface Field {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

export type Report = (line: number, problem: string) => void;

export interface Citable {
  /** The titles of the source texts. */
  readonly texts: readonly string[];
  readonly rulings: ReadonlySet<string>;
}

const RULING = /^R(?:-[A-Z0-9]+)+$/;

export const citableIn = (files: readonly SourceFile[]): Citable => ({
  texts: textsOf(files),
  rulings: new Set(headingsOf(files)),
});

/** The bold names under "## Source texts" of sources.md. */
function textsOf(files: readonly SourceFile[]): string[] {
  const sections = (fileNamed(files, 'sources.md')?.text ?? '').split(/^## /m);
  const text = sections.find((section) => section.startsWith('Source texts')) ?? '';
  return [...text.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([_, title = '']) => title);
}

/** The `## R-…` headings of rulings.md, in order. */
const headingsOf = (files: readonly SourceFile[]): string[] =>
  [...(fileNamed(files, 'rulings.md')?.text ?? '').matchAll(/^## (R-[A-Z0-9-]+)$/gm)].map(([_, id = '']) => id);

/** One problem for each ruling that is there a second time. */
export function checkRulings(files: readonly SourceFile[]): string[] {
  const ids = headingsOf(files);
  const path = fileNamed(files, 'rulings.md')?.path ?? '';
  return ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `${path}: ${id}: there are two rulings of this id`);
}

/** A source text is cited as its title, then its heading in quotes or "introduction". */
export function readSources(field: Field | undefined, known: Citable, report: Report): readonly string[] {
  if (field === undefined) return [];
  const sources = field.value.split(';').map((source) => source.trim());
  for (const source of sources) {
    const title = known.texts.find((one) => source === one || source.startsWith(`${one},`));
    if (source === '') report(field.line, 'has an empty source');
    if (title !== undefined && !/^, (?:introduction|"[^"]+")$/.test(source.slice(title.length))) {
      report(field.line, `source "${source}" does not go on with a heading in quotes, or with "introduction"`);
    }
    if (RULING.test(source) && !known.rulings.has(source)) {
      report(field.line, `cites a ruling that does not exist: ${source}`);
    }
  }
  return sources;
}
