/** A row of the requirements: what it says, and which clauses cover it, or why none does. */
import { clauses } from '../../spec/clauses.generated.ts';
import { fileNamed, parseRequirements, parseWaivers, ROW_ID } from '../generate/requirements.ts';
import type { SourceFile } from '../generate/requirements.ts';

export const isRow = (text: string): boolean => ROW_ID.test(text.toUpperCase());

/** Lines about a row, or undefined where there is no such row. */
export function rowLines(text: string, prose: readonly SourceFile[]): string[] | undefined {
  const row = parseRequirements(fileNamed(prose, 'requirements.md')).find(({ id }) => id === text.toUpperCase());
  if (row === undefined) return undefined;
  const covering = Object.values(clauses).filter(({ rows }) => rows.includes(row.id));
  return [
    `${row.id}   ${row.statement}`,
    `${' '.repeat(row.id.length)}   ${row.where} · docs/spec/requirements.md`,
    '',
    ...covering.map((clause) => `${clause.id.padEnd(26)}${clause.text}`),
    ...notCovered(row.id, prose),
  ];
}

function notCovered(id: string, prose: readonly SourceFile[]): string[] {
  const waivers = fileNamed(prose, 'waived.md');
  const claims = waivers === undefined ? [] : parseWaivers(waivers).claims;
  return claims.filter(({ row }) => row === id).map(({ reason = '', at }) => `no clause covers it: ${reason} (${at})`);
}
