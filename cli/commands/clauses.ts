/** `pvm-spec clauses [TEXT]`: the clauses of the specification, all or those in which a text occurs. */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { exitStatus, print } from '../output.ts';
import { formatClause } from '../explain/text.ts';

export function clausesCommand(command: Command): void {
  command
    .argument('[text]', 'an id, or a text to look for')
    .option('--json', 'as JSON')
    .action(async (text: string | undefined, options: { json?: true }) => {
      const found = Object.values(clauses).filter((clause) => text === undefined || matches(clause, text));
      if (options.json) print(JSON.stringify(found, null, 2));
      else if (found.length === 0) print(`no clause has ${text ?? ''}`);
      else if (found.length === 1 && found[0]) print(await formatWhole(found[0].id));
      else print(found.map((clause) => `${clause.id.padEnd(26)}${clause.text}`).join('\n'));
      process.exitCode = found.length === 0 ? exitStatus.violated : exitStatus.holds;
    });
}

/** What stands behind a clause is read from many files, which a list has no need of. */
async function formatWhole(id: string): Promise<string> {
  const { evidenceFor } = await import('../evidence.ts');
  return [...formatClause(id), '', ...evidenceFor(id)].join('\n');
}

function matches(clause: { readonly id: string; readonly text: string }, text: string): boolean {
  if (clause.id in clauses && text in clauses) return clause.id === text;
  return `${clause.id} ${clause.text}`.toLowerCase().includes(text.toLowerCase());
}
