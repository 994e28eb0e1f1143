/** All that is said about each clause, read from the repository, for those who look for one. */
import { allFaults } from '../../mutants/kinds.ts';
import { parseFinding } from '../../search/counterexamples/finding.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import { explanationsOf } from '../generate/clauses.ts';
import { readable } from '../generate/generate.ts';
import { readInputs } from '../generate/inputs.ts';
import type { SourceFile } from '../generate/requirements.ts';
import { parseTerms } from '../generate/words.ts';
import { breaks } from '../strength/result.ts';
import type { Entry, Synonyms } from './search.ts';

export interface Library {
  readonly entries: readonly Entry[];
  readonly synonyms: Synonyms;
  /** The files of docs/spec. */
  readonly prose: readonly SourceFile[];
}

export function readLibrary(): Library {
  const { prose, glossary, findings, planted } = readInputs();
  const explanations = explanationsOf(prose);
  const told = [
    ...allFaults.map(({ clauses, title, known = '' }) => ({ clauses, text: `fault: ${title} (${known})` })),
    ...planted.map((row) => ({
      clauses: breaks(row),
      text: `planted: ${row.patch.description} (${row.patch.from ?? row.patch.name})`,
    })),
    ...readable(findings, parseFinding).map(({ clause, title }) => ({ clauses: [clause], text: `finding: ${title}` })),
  ];
  const entries = Object.values(clauses).map(({ id, text, chapter, section, sources, rows }): Entry => {
    const stories = told.filter((one) => one.clauses.some((clause) => clause === id)).map((one) => one.text);
    const paragraphs = explanations.get(id)?.split('\n\n') ?? [];
    return { id, sentence: text, notes: [...sources, ...rows, ...stories, ...paragraphs, `${chapter}, ${section}`] };
  });
  const synonyms = new Map(
    parseTerms(glossary).flatMap(({ term, synonyms }) => synonyms.map((name) => [name, term] as const)),
  );
  return { entries, synonyms, prose };
}
