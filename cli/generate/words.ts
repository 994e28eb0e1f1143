/** The checks on names: terms of the glossary are used, and terms and sources that are used are explained. */
import { type Place, problemAt } from './markdown.ts';
import { fileNamed, type SourceFile } from './requirements.ts';

interface Term extends Place {
  readonly term: string;
  /** Other names, which this specification does not use. */
  readonly synonyms: readonly string[];
}

const endings = "(?:s|es|d|ed|ned|ping|ning|ing|'s)?";

/** Each term occurs outside the glossary; each italic word inside it, and each bold one in a chapter, is a term. */
export function checkGlossary(glossary: SourceFile, others: readonly SourceFile[]): string[] {
  const terms = parseTerms(glossary);
  const known = new Set(terms.map(({ term }) => term.toLowerCase()));
  const text = others.map((file) => file.text).join('\n');
  const unused = terms.filter(({ term }) => !occurs(term, text));
  const names = terms.flatMap(({ term, synonyms, ...at }) => [term, ...synonyms].map((name) => ({ name, at })));
  const twice = names.filter(({ name }, i) => names.findIndex((one) => one.name === name) < i);
  const chapters = others.filter(({ path }) => path.startsWith('docs/spec/') && !path.endsWith('/sources.md'));
  return [
    ...unused.map((at) => problemAt(at, `"${at.term}" is used nowhere else`)),
    ...twice.map(({ name, at }) => problemAt(at, `"${name}" is listed twice`)),
    ...marked(glossary, /(?<!\*)\*([^*\s][^*\n]*)\*(?!\*)/g, known),
    ...chapters.flatMap((file) => marked(file, /\*\*([^*\n]+)\*\*/g, known)),
  ];
}

/** `- **term** (other name, other name): what it means`. */
export function parseTerms({ path, text }: SourceFile): Term[] {
  return text.split('\n').flatMap((line, index) => {
    const [_, term, others] = /^- \*\*(.+?)\*\*(?: \(([^)]+)\))?:/.exec(line) ?? [];
    return term === undefined ? [] : [{ term, synonyms: others?.split(', ') ?? [], path, line: index + 1 }];
  });
}

const occurs = (term: string, text: string): boolean => new RegExp(`\\b${term}${endings}\\b`, 'i').test(text);

/** Words marked in a text that are no terms; the marked form may have an ending. */
function marked({ path, text }: SourceFile, mark: RegExp, known: ReadonlySet<string>): string[] {
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(mark)]
      .map(([_, word = '']) => word)
      .filter((word) => !known.has(word.toLowerCase()) && !known.has(word.toLowerCase().replace(/(?:'s|s)$/, '')))
      .map((word) =>
        problemAt({ path, line: index + 1 }, `"${word}" is marked as a term and has no entry in the glossary`),
      ),
  );
}

/** Each source that a clause cites begins with a name of sources.md; rulings have a file of their own. */
export function checkSources(
  files: readonly SourceFile[],
  clauses: readonly { readonly id: string; readonly sources: readonly string[] }[],
  places: ReadonlyMap<string, Place>,
): string[] {
  const text = fileNamed(files, 'sources.md')?.text ?? '';
  const names = [...text.matchAll(/\*\*(.+?)\*\*/g)].map(([_, name = '']) => name);
  const isKnown = (source: string): boolean => source.startsWith('R-') || names.some((name) => source.startsWith(name));
  return clauses.flatMap(({ id, sources }) =>
    sources
      .filter((source) => !isKnown(source))
      .map((source) =>
        problemAt(places.get(id) ?? { path: '', line: 1 }, `${id}: "${source}" begins with no name of sources.md`),
      ),
  );
}
