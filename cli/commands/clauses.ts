/** `pvm-spec clauses [TEXT]`: the clauses of the specification, all or those that a text finds. */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { asRow, formatHit, placeLine } from '../clauses/format.ts';
import type { Library } from '../clauses/library.ts';
import { clausesReport } from '../clauses/shape.ts';
import { jsonText } from '../json-report.ts';
import { isRow, rowLines } from '../clauses/row.ts';
import { search, suggestion } from '../clauses/search.ts';
import type { Hit } from '../clauses/search.ts';
import { exitStatus, print } from '../output.ts';
import { formatClause } from '../explain/text.ts';

export function clausesCommand(command: Command): void {
  command
    .argument('[text...]', 'an id, a row of the requirements, a CVE, or words in any order')
    .option('--json', 'as JSON, each with its page and anchor, how to cite it, and on what grounds it holds')
    .action(async (words: readonly string[], options: { json?: true }) => {
      const text = words.join(' ').trim();
      const id = text.toUpperCase();
      if (text === '' || id in clauses) {
        const hits = Object.values(clauses).filter((clause) => text === '' || clause.id === id);
        await show(hits, options.json === true, []);
        return;
      }
      // What is said about the clauses is read from many files, which a list of them has no need of.
      const { readLibrary } = await import('../clauses/library.ts');
      await look(text, readLibrary(), options.json === true);
    });
}

async function look(text: string, library: Library, isJson: boolean): Promise<void> {
  const { entries, synonyms, prose } = library;
  const row = isRow(text) ? rowLines(text, prose) : undefined;
  const hits = search(text, entries, synonyms);
  if (row !== undefined && !isJson) {
    print(row.join('\n'));
    return;
  }
  const meant = hits.length === 0 ? suggestion(text, entries, synonyms) : undefined;
  const nothing = `no clause has ${text}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  await show(hits, isJson, [nothing]);
  process.exitCode = hits.length === 0 && row === undefined ? exitStatus.violated : exitStatus.holds;
}

/** One clause is shown with all that stands behind it, several as a list. */
async function show(hits: readonly Hit[], isJson: boolean, ifNone: readonly string[]): Promise<void> {
  const [only] = hits;
  if (isJson) {
    const [{ groundsOf }, { readInputs }] = await Promise.all([
      import('../generate/grounds.ts'),
      import('../generate/inputs.ts'),
    ]);
    const groundsFor = groundsOf(readInputs().runs());
    print(jsonText(clausesReport, { clauses: hits.map((hit) => asRow(hit, groundsFor)) }).trimEnd());
  } else if (only === undefined) print(ifNone.join('\n'));
  else if (hits.length > 1) print(hits.flatMap(formatHit).join('\n'));
  else {
    const { evidenceFor } = await import('../evidence.ts');
    print([...formatClause(only.id), placeLine(only.id), '', ...evidenceFor(only.id)].join('\n'));
  }
}
