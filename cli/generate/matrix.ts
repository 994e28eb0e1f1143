/**
 * Writes docs/matrix.md and docs/matrix/, a page a chapter: from each clause to the guards, properties and
 * counterexamples that stand for it.
 */
import { nameOfLaw } from '../../mutants/rules/breaker.ts';
import { nothingBreaks } from './breakers.ts';
import type { Clause } from './clauses.ts';
import type { Waiver } from './coverage.ts';
import { isAbout } from './evidence.ts';
import type { Evidence, GuardUse } from './evidence.ts';
import type { Index } from './guards.ts';
import { clauseLink, fromDocs, generatedFrom, link, oneBelow, table } from './markdown.ts';

/** Where things are, and on which page a counterexample is drawn. */
interface Places extends Index {
  readonly drawnAt?: ReadonlyMap<string, string>;
  /** Statements of laws that are proved, and of which profiles. */
  readonly provedOf?: ReadonlyMap<string, readonly string[]>;
  /** What is said of what breaks each law, by its name. */
  readonly brokenBy?: ReadonlyMap<string, string>;
  /** What becomes of each row of the source texts. */
  readonly rows?: readonly string[];
}

export function renderMatrix(
  clauses: readonly Clause[],
  evidence: Evidence,
  waivers: readonly Waiver[],
  index: Places,
): { readonly path: string; readonly text: string }[] {
  const chapters = [...new Set(clauses.map(({ chapter }) => chapter))];
  const of = (chapter: string): Clause[] => clauses.filter((clause) => clause.chapter === chapter);
  const row = (clause: Clause): string[] => [
    clauseLink(clause.id, index.clauses),
    guardCell(clause.id, evidence, index),
    propertyCell(clause.id, evidence, index),
    counterexampleCell(clause.id, evidence, waivers, index.drawnAt),
  ];
  const lines = [
    generatedFrom('docs/spec, spec, properties and counterexamples'),
    '',
    '# Matrix',
    '',
    'For each clause: the calls that check it in a guard, or change something under it even on failure, and the verifiers',
    'that check it; the properties that judge it; and the counterexamples that leave it out, break it, or would be',
    'refused by it. What is **proved** is so in states of any size ([how](proof.md)); the rest is judged where it is drawn',
    'or searched. Where there is none, the reason is in italics. `pvm-spec explain CLAUSE` shows the same for one.',
    '',
    ...table(['', 'clauses'], summary(clauses, evidence, waivers)),
    '',
    idleWords([...(index.brokenBy?.values() ?? [])].filter((words) => words === nothingBreaks).length),
    '',
    '## Promises',
    '',
    'What the [source texts](spec/requirements.md) promise, row by row, and what becomes of each.',
    '',
    ...(index.rows ?? []),
    '',
    '## Clauses by chapter',
    '',
    ...table(
      ['chapter', 'clauses'],
      chapters.map((chapter) => [link(chapter, `matrix/${chapter}.md`), String(of(chapter).length)]),
    ),
  ];
  return [
    { path: 'docs/matrix.md', text: `${lines.join('\n')}\n` },
    ...chapters.map((chapter) => ({
      path: `docs/matrix/${chapter}.md`,
      text: chapterPage(chapter, of(chapter).map(row)),
    })),
  ];
}

function chapterPage(chapter: string, rows: readonly (readonly string[])[]): string {
  const lines = [
    generatedFrom('docs/spec, spec, properties and counterexamples'),
    '',
    `# Matrix: ${chapter}`,
    '',
    `Of each clause of ${link(chapter, `spec/${chapter}.md`)} what stands for it. ${link('All chapters', 'matrix.md')}`,
    'say how to read it.',
    '',
    ...table(['clause', 'guards', 'properties', 'counterexamples'], rows),
  ];
  return oneBelow(`${lines.join('\n')}\n`);
}

/** How many laws nothing breaks. */
const idleWords = (count: number): string =>
  count === 0
    ? 'Every law is broken by some mistake ([which](laws.md#what-breaks-them)).'
    : `${count} laws are broken by no mistake that is known, and are marked so ([which](laws.md#what-breaks-them)).`;

function summary(clauses: readonly Clause[], evidence: Evidence, waivers: readonly Waiver[]): string[][] {
  const count = (has: (id: string) => boolean): string => String(clauses.filter(({ id }) => has(id)).length);
  return [
    ['total', String(clauses.length)],
    ['with a guard', count((id) => guardsOf(id, evidence).length > 0)],
    ['with a property', count((id) => evidence.properties.some(({ clause }) => clause === id))],
    ['with a counterexample', count((id) => counterexamplesOf(id, evidence).length > 0)],
    ['waived', count((id) => waivers.some((one) => one.id === id))],
  ];
}

const guardsOf = (id: string, { guards }: Evidence): readonly GuardUse[] =>
  guards.filter(({ clause }) => clause === id);

const guardCell = (id: string, evidence: Evidence, index: Index): string =>
  guardsOf(id, evidence)
    .map(({ call, kind }) => {
      const to = link(call, fromDocs(index.fileOf(call, id)));
      return kind === 'onFailure' ? `${to} also on failure` : to;
    })
    .join(', ');

const propertyCell = (
  id: string,
  { properties }: Evidence,
  { provedOf = new Map(), brokenBy = new Map() }: Pick<Places, 'provedOf' | 'brokenBy'>,
): string =>
  properties
    .filter(({ clause }) => clause === id)
    .map(({ kind, statement, file }) => {
      const profiles = provedOf.get(statement);
      const proved = profiles === undefined ? '' : ` (**proved**: ${profiles.join(', ')})`;
      const broken = brokenBy.get(nameOfLaw({ clause: id, statement }));
      return `${link(kind, fromDocs(file))}: ${statement}${proved}${broken === undefined ? '' : ` (${broken})`}`;
    })
    .join('<br>');

const counterexamplesOf = (id: string, { counterexamples }: Evidence): Evidence['counterexamples'] =>
  counterexamples.filter((one) => isAbout(id, one));

function counterexampleCell(
  id: string,
  evidence: Evidence,
  waivers: readonly Waiver[],
  drawnAt: Places['drawnAt'],
): string {
  const found = counterexamplesOf(id, evidence);
  if (found.length > 0)
    return found.map(({ name, file }) => link(name, drawnAt?.get(file) ?? fromDocs(file))).join('<br>');
  const ofGuards = guardsOf(id, evidence).flatMap(({ waiver }) => waiver ?? []);
  const reasons = new Set([...ofGuards, ...waivers.filter((one) => one.id === id).map(({ reason }) => reason)]);
  return [...reasons].map((reason) => `*${reason}*`).join('<br>');
}
