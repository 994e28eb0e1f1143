/** Reads the clauses out of docs/spec/*.md and writes them as spec/clauses.generated.ts. */
import type { Place } from './markdown.ts';
import { type Citable, citableIn, checkRulings, readSources } from './clauses-sources.ts';
import type { Field, Report } from './clauses-sources.ts';
import { fileNamed, parseRequirements, type SourceFile } from './requirements.ts';

export const statuses = ['guarantee', 'non-guarantee', 'assumption'] as const;
export const upholders = [
  'hypervisor',
  'host',
  'firmware',
  'SoC vendor',
  'pvmfw',
  'guest',
  'secure world',
  'verifier',
  'nobody',
] as const;
export const attackers = ['honest host', 'bad app', 'compromised host', 'malicious guest', 'unlocked device'] as const;

export interface Clause {
  readonly id: string;
  readonly chapter: string;
  readonly section: string;
  readonly text: string;
  readonly status: (typeof statuses)[number];
  readonly upheldBy: (typeof upholders)[number];
  readonly survives: (typeof attackers)[number];
  readonly sources: readonly string[];
  readonly rows: readonly string[];
}

/** All that is wrong with the prose, one line each, so that one run shows it all. */
export class ProseError extends Error {
  override readonly name = 'ProseError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** A clause as it stands in the file: its heading, and the lines up to the next heading, numbered from 1. */
interface Block {
  readonly id: string;
  readonly section: string;
  readonly line: number;
  readonly body: readonly { readonly line: number; readonly text: string }[];
}

interface Known extends Citable {
  readonly rows: ReadonlySet<string>;
}

const fieldNames = ['Status', 'Upheld by', 'Survives', 'Source', 'Rows'] as const;
const CLAUSE_ID = /^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+){1,3}$/;
const KEYWORD = /\b(?:MUST NOT|MUST|MAY)\b/g;

// why: the callers pass the whole folder; these files hold no clauses, and two of them say what clauses may name.
const notChapters = new Set(['README.md', 'requirements.md', 'rulings.md', 'waived.md', 'sources.md']);

/**
 * The clauses of all chapters among `files` (the files of docs/spec), in the order of the files.
 * Throws a ProseError that lists every malformed clause as `path:line: ID: problem`.
 */
export function parseClauses(files: readonly SourceFile[]): Clause[] {
  const problems: string[] = checkRulings(files);
  const seen = new Map<string, string>();
  const known = { rows: rowsOf(files), ...citableIn(files) };
  const clauses = files.flatMap((file) => {
    const name = nameOf(file);
    if (notChapters.has(name)) return [];
    return splitBlocks(file).map((block) => {
      const at = (line: number): string => `${file.path}:${line}`;
      const report: Report = (line, problem) => problems.push(`${at(line)}: ${block.id}: ${problem}`);
      const before = seen.get(block.id);
      if (before !== undefined) report(block.line, `is already at ${before}`);
      seen.set(block.id, before ?? at(block.line));
      return parseClause(block, name.replace(/\.md$/, ''), known, report);
    });
  });
  if (problems.length > 0) throw new ProseError(problems);
  return clauses;
}

/** The paragraphs that explain a clause, by its id: all but its sentence and its fields. */
export const explanationsOf = (files: readonly SourceFile[]): ReadonlyMap<string, string> =>
  new Map(
    files
      .filter((file) => !notChapters.has(nameOf(file)))
      .flatMap(splitBlocks)
      .map((block) => [block.id, explanationOf(block).join('\n\n')]),
  );

const explanationOf = ({ body }: Block): string[] =>
  body
    .map(({ text }) => text)
    .join('\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '' && !paragraph.startsWith('- '))
    .slice(1);

/** Where the heading of each clause stands. */
export function clausePlaces(files: readonly SourceFile[]): ReadonlyMap<string, Place> {
  const chapters = files.filter((file) => !notChapters.has(nameOf(file)));
  return new Map(
    chapters.flatMap((file) =>
      splitBlocks(file).map(({ id, line }): [string, Place] => [id, { path: file.path, line }]),
    ),
  );
}

const nameOf = ({ path }: SourceFile): string => path.split('/').at(-1) ?? path;

function rowsOf(files: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(parseRequirements(fileNamed(files, 'requirements.md')).map(({ id }) => id));
}

function splitBlocks({ text }: SourceFile): Block[] {
  const blocks: (Block & { readonly body: { line: number; text: string }[] })[] = [];
  let section = '';
  let open = false;
  let fenced = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) fenced = !fenced;
    const [_, marks = '', title = ''] = fenced ? [] : (/^(#{1,3}) +(.*?) *$/.exec(line) ?? []);
    if (marks === '##') section = title;
    if (marks === '###') blocks.push({ id: title, section, line: index + 1, body: [] });
    else if (marks === '' && open) blocks.at(-1)?.body.push({ line: index + 1, text: line.trimEnd() });
    if (marks !== '') open = marks === '###';
  }
  return blocks;
}

function parseClause(block: Block, chapter: string, known: Known, report: Report): Clause {
  if (!CLAUSE_ID.test(block.id)) {
    report(block.line, 'not an id: upper-case words joined by hyphens, an area and one to three more');
  }
  if (block.section === '') report(block.line, 'is before the first "## " heading');
  const { text, rest } = readText(block, report);
  if (explanationOf(block).findLastIndex((paragraph) => paragraph.startsWith('Rationale:')) > 0) {
    report(block.line, 'has a rationale that is not the first paragraph after its fields');
  }
  const fields = readFields(rest, block, report);
  const oneOf = <T extends string>(name: string, allowed: readonly [T, ...T[]]): T => {
    const field = fields.get(name);
    const value = allowed.find((one) => one === field?.value);
    if (field !== undefined && value === undefined) {
      report(field.line, `${name}: "${field.value}" is not one of: ${allowed.join(', ')}`);
    }
    return value ?? allowed[0];
  };
  const status = oneOf('Status', statuses);
  const upheldBy = oneOf('Upheld by', upholders);
  const survives = oneOf('Survives', attackers);
  if ((status === 'non-guarantee') !== (upheldBy === 'nobody')) {
    report(block.line, 'nobody upholds a non-guarantee, and somebody upholds everything else');
  }
  if (status === 'non-guarantee' && !/\bMAY\b/.test(text)) report(block.line, 'a non-guarantee says MAY');
  const sources = readSources(fields.get('Source'), known, report);
  const rows = readRows(fields.get('Rows'), known, report);
  return { id: block.id, chapter, section: block.section, text, status, upheldBy, survives, sources, rows };
}

/** The first paragraph, on one line, and the lines after it. */
function readText({ body, line }: Block, report: Report): { text: string; rest: Block['body'] } {
  const start = body.findIndex(({ text }) => text !== '');
  const first = body[start];
  if (first === undefined || first.text.startsWith('- ')) {
    report(line, 'has no sentence before its fields');
    return { text: '', rest: body };
  }
  const length = body.slice(start).findIndex(({ text }) => text === '');
  const end = length < 0 ? body.length : start + length;
  const text = body
    .slice(start, end)
    .map((part) => part.text.trim())
    .join(' ');
  const keywords = text.match(KEYWORD) ?? [];
  if (keywords.length === 0) report(first.line, 'has none of MUST, MUST NOT, MAY');
  if (keywords.length > 1) {
    report(first.line, `has ${keywords.length} of MUST, MUST NOT, MAY, not one: ${keywords.join(', ')}`);
  }
  if (!text.endsWith('.')) report(first.line, 'does not end its sentence with a full stop');
  if (/, so that /.test(text)) report(first.line, 'gives a reason in its sentence; it goes into "Rationale: …"');
  if (/[.!?] /.test(text)) report(first.line, 'has more than one sentence in its first paragraph');
  return { text, rest: body.slice(end) };
}

/** The list after the sentence, by field name; a line indented by two spaces goes on with the field above it. */
function readFields(rest: Block['body'], block: Block, report: Report): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  const start = rest.findIndex(({ text }) => text !== '');
  let last: Field | undefined;
  for (const { line, text } of start < 0 ? [] : rest.slice(start)) {
    if (text === '') break;
    const [_, name = '', value = ''] = /^- ([^:]+): *(.*)$/.exec(text) ?? [];
    const place = fieldNames.findIndex((known) => known === name);
    if (text.startsWith('  ') && last !== undefined) last = { ...last, value: `${last.value} ${text.trim()}` };
    else if (place < 0) report(line, `not a field: "${text}"`);
    else {
      if (fields.has(name)) report(line, `has "${name}" twice`);
      else if (last !== undefined && place < fieldNames.findIndex((known) => known === last?.name)) {
        report(line, `"${name}" comes after "${last.name}"; the order is: ${fieldNames.join(', ')}`);
      }
      last = { line, name, value };
    }
    if (last !== undefined) fields.set(last.name, last);
  }
  for (const name of fieldNames) if (name !== 'Rows' && !fields.has(name)) report(block.line, `lacks "- ${name}:"`);
  return fields;
}

function readRows(field: Field | undefined, known: Known, report: Report): readonly string[] {
  if (field === undefined) return [];
  const rows = field.value.split(',').map((row) => row.trim());
  for (const [at, row] of rows.entries()) {
    if (!known.rows.has(row)) report(field.line, `names a row that does not exist: "${row}"`);
    if (rows.indexOf(row) !== at) report(field.line, `names row ${row} twice`);
  }
  return rows;
}
