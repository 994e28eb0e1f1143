/** The requirement rows that the source texts were cut into, and the check that none is forgotten or claimed twice. */

/** A prose file: its path from the repository root, and what it says. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Requirement {
  readonly id: string;
  readonly area: string;
  /** The text that it is from, and where in it. */
  readonly where: string;
  readonly statement: string;
}

/** Where a row is dealt with: a clause or a waiver. */
interface Claim {
  readonly row: string;
  /** In words. */
  readonly by: string;
  readonly reason?: string;
  readonly kind: 'covered' | 'waived';
  readonly at: string;
}

// why: a row lost from the table would otherwise go unnoticed.
const ROW_COUNT = 86;
export const ROW_ID = /^(?:S0|[A-Z])-\d{2}$/;

/** The file of that name, or undefined; `name` is the last part of its path. */
export function fileNamed(files: readonly SourceFile[], name: string): SourceFile | undefined {
  return files.find((file) => file.path.split('/').at(-1) === name);
}

/** The rows of the table in requirements.md; lines that are not rows of it are passed over. */
export function parseRequirements(file: SourceFile | undefined): Requirement[] {
  return (file?.text ?? '').split('\n').flatMap((line) => {
    const [_, id = '', area = '', where = '', statement = ''] = line.split('|').map((cell) => cell.trim());
    return ROW_ID.test(id) ? [{ id, area, where, statement }] : [];
  });
}

/** Every problem with the inventory, each with file and line; an empty list means that all rows are accounted for. */
export function checkRequirements(
  files: readonly SourceFile[],
  clauses: readonly { readonly id: string; readonly rows: readonly string[] }[],
): string[] {
  const table = fileNamed(files, 'requirements.md');
  const waivers = fileNamed(files, 'waived.md');
  if (table === undefined) return ['requirements.md is missing'];
  if (waivers === undefined) return ['waived.md is missing'];
  const rows = parseRequirements(table);
  const { claims, problems } = parseWaivers(waivers);
  const covered = clauses.flatMap(({ id, rows }) =>
    rows.map((row): Claim => ({ row, by: id, kind: 'covered', at: table.path })),
  );
  return [...checkTable(table, rows), ...problems, ...checkClaims(table, rows, [...covered, ...claims])];
}

function checkTable({ path }: SourceFile, rows: readonly Requirement[]): string[] {
  const ids = rows.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
  const empty = rows.filter(({ area, statement }) => area === '' || statement === '');
  return [
    ...(rows.length === ROW_COUNT ? [] : [`${path}: ${rows.length} rows, not ${ROW_COUNT}`]),
    ...twice.map((id) => `${path}: ${id}: is listed twice`),
    ...empty.map(({ id }) => `${path}: ${id}: lacks an area or a statement`),
  ];
}

/** Reads `- ROW: reason` under "## Waived". */
export function parseWaivers({ path, text }: SourceFile): { claims: Claim[]; problems: string[] } {
  const claims: Claim[] = [];
  const problems: string[] = [];
  let section = '';
  // Clauses that are waived stand in the same file, and are read elsewhere.
  for (const [index, line] of text.split('\n').entries()) {
    const at = `${path}:${index + 1}`;
    if (line.startsWith('## ')) section = line.slice(3).trim();
    if (!line.startsWith('- ') || section.startsWith('Clauses ')) continue;
    const [_, name = '', rest = ''] = /^- ([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name === '' || rest === '') problems.push(`${at}: not "- name: text"`);
    else if (section === 'Waived') claims.push({ row: name, by: 'a waiver', reason: rest, kind: 'waived', at });
    else problems.push(`${at}: is not under "## Waived"`);
  }
  return { claims, problems };
}

function checkClaims(table: SourceFile, rows: readonly Requirement[], claims: readonly Claim[]): string[] {
  const known = new Set(rows.map(({ id }) => id));
  const unknown = claims.filter(({ row }) => !known.has(row));
  return [
    ...unknown.map(({ row, by, at }) => `${at}: ${row}: no such row (named by ${by})`),
    ...[...known].flatMap((id) => {
      const mine = claims.filter(({ row }) => row === id);
      const others = mine.filter(({ kind }) => kind !== 'covered');
      if (mine.length === 0) return [`${table.path}: ${id}: neither covered nor waived`];
      const clash = others.length > 1 || (others.length === 1 && mine.length > 1);
      return clash ? [`${others[0]?.at}: ${id}: claimed more than once: ${mine.map(({ by }) => by).join(', ')}`] : [];
    }),
  ];
}
