/** Writes spec/clauses.generated.ts: the ids as a type, and every clause without its explanations. */
import { attackers, type Clause, statuses, upholders } from './clauses.ts';

/** The text of spec/clauses.generated.ts: the same clauses always give the same bytes. */
export function renderClauses(clauses: readonly Clause[]): string {
  const union = (values: readonly string[]): string => values.map(quote).join(' | ');
  return [
    '// Generated from docs/spec/*.md. Do not edit: change the prose, then generate.',
    '',
    'export type ClauseId =',
    `${clauses.map(({ id }) => `  | ${quote(id)}`).join('\n')};`,
    '',
    '/** One clause of the prose: what holds, who upholds it, and the strongest attacker it survives. */',
    'export interface Clause {',
    '  readonly id: ClauseId;',
    '  readonly chapter: string;',
    '  readonly section: string;',
    '  readonly text: string;',
    `  readonly status: ${union(statuses)};`,
    `  readonly upheldBy: ${union(upholders)};`,
    `  readonly survives: ${union(attackers)};`,
    '  readonly sources: readonly string[];',
    '  readonly rows: readonly string[];',
    '}',
    '',
    '/** Every clause by its id. */',
    'export const clauses: Readonly<Record<ClauseId, Clause>> = {',
    ...clauses.map(renderClause),
    '};',
    '',
  ].join('\n');
}

function renderClause(clause: Clause): string {
  const { id, chapter, section, text, status, upheldBy, survives, sources, rows } = clause;
  const plain = Object.entries({ id, chapter, section, text, status, upheldBy, survives });
  return [
    `  ${quote(id)}: {`,
    ...plain.map(([name, value]) => `    ${name}: ${quote(value)},`),
    renderList('sources', sources),
    renderList('rows', rows),
    '  },',
  ].join('\n');
}

// why: lists are broken where the formatter would break them, so that formatting never touches the generated file.
const WIDTH = 120;

function renderList(name: string, values: readonly string[]): string {
  const line = `    ${name}: [${values.map(quote).join(', ')}],`;
  if (line.length <= WIDTH) return line;
  return [`    ${name}: [`, ...values.map((value) => `      ${quote(value)},`), '    ],'].join('\n');
}

/** A string literal in single quotes, or in double quotes where that needs fewer escapes. */
function quote(value: string): string {
  const count = (mark: string): number => value.split(mark).length;
  const mark = count("'") > count('"') ? '"' : "'";
  return `${mark}${value.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`)}${mark}`;
}
