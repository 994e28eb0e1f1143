/** Writes docs/laws.md and docs/laws/: what must hold of every state and of every step, in the words of the terms that are judged. */
import type { Always, Each, Entity, Law, Property } from '../../properties/property.ts';
import { entities, isLaw, reasons } from '../../properties/property.ts';
import { isTerm } from '../../properties/running.ts';
import { families, fields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { cell, value } from '../../spec/language/build.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Definition, Num, Tally, Term } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { wordsOf } from '../../spec/language/words.ts';
import { brokenTable } from './breakers.ts';
import type { BrokenBy } from './breakers.ts';
import { chapterOf, clauseLink, generatedFrom, link, oneBelow, table } from './markdown.ts';
import type { Place } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

const headings: Readonly<Record<Entity, string>> = {
  page: 'Every page',
  mapping: 'Every mapping: a gfn of a VM',
  vm: 'Every VM',
  vcpu: 'Every vCPU',
  cpu: 'Every CPU',
  machine: 'The machine',
};

/** The index, a page for each chapter of clauses, and what the terms of all of them mean. */
export function renderLaws(
  properties: readonly Property[],
  places: ReadonlyMap<string, Place>,
  broken: readonly BrokenBy[],
): SourceFile[] {
  const all = properties.filter(isLaw);
  // why: profiles have some laws in forms of their own; the first is that of the newest Linux.
  const laws = all.filter((law, i) => all.findIndex((one) => isSame(one, law)) === i);
  const chapters = new Set([...places.keys()].flatMap((id) => chapterOf(id, places) ?? []));
  const pages = [...chapters].flatMap((chapter): Chapter[] => {
    const own = laws.filter(({ clause }) => chapterOf(clause, places) === chapter);
    const breakers = broken.filter(({ law }) => chapterOf(law.clause, places) === chapter);
    return own.length + breakers.length === 0 ? [] : [{ chapter, laws: own, broken: breakers }];
  });
  return [
    { path: 'docs/laws.md', text: indexPage(pages) },
    ...pages.map((one) => ({ path: `docs/laws/${one.chapter}.md`, text: oneBelow(chapterPage(one, places)) })),
    { path: 'docs/laws/terms.md', text: oneBelow(termsPage(laws)) },
  ];
}

interface Chapter {
  readonly chapter: string;
  readonly laws: readonly Law[];
  /** What breaks laws of the chapter, also those of the reference model and of evidence. */
  readonly broken: readonly BrokenBy[];
}

function indexPage(pages: readonly Chapter[]): string {
  const rows = pages.map(({ chapter, laws, broken }) => [
    link(chapter, `laws/${chapter}.md`),
    String(laws.filter((law) => isTerm(law) && law.kind === 'always').length),
    String(laws.filter((law) => isTerm(law) && law.kind === 'each').length),
    String(laws.filter((law) => !isTerm(law)).length),
    String(broken.length),
  ]);
  const lines = [
    generatedFrom('properties'),
    '',
    '# Laws',
    '',
    'What must hold of every state and of every step, as it is judged: each law is a term of the language in which rules',
    'are written, and is said by the same reader. [What the terms mean, and what laws count](laws/terms.md). What must be',
    'seen is in [the matrix](matrix.md).',
    '',
    ...table(['chapter', 'laws of states', 'laws of steps', 'laws that no term says', 'with what breaks them'], rows),
    '',
    '## What breaks them',
    '',
    'A law that no mistake breaks watches nothing. On the page of its chapter, for each law, of rules, of the reference',
    'model and of evidence: a counterexample in which it breaks; else a mistake in the rules after which it does (`npm run',
    'mutants:laws` looks for it, and the tests try it again), or one that is planted in a tool or a verifier, and is tried',
    'by the tests.',
  ];
  return `${lines.join('\n')}\n`;
}

function chapterPage({ chapter, laws, broken }: Chapter, places: ReadonlyMap<string, Place>): string {
  const terms = laws.filter((law) => isTerm(law));
  const ofStates = terms.filter((law) => law.kind === 'always');
  const ofSteps = terms.filter((law) => law.kind === 'each');
  const unsaid = laws.flatMap((law) => (isTerm(law) ? [] : [[...told(law, places), reasons[law.because]]]));
  const lines = [
    generatedFrom('properties'),
    '',
    `# Laws: ${chapter}`,
    '',
    `Of the clauses of ${link(chapter, `spec/${chapter}.md`)}. ${link('All chapters', 'laws.md')}, and`,
    `${link('what the terms mean', 'laws/terms.md')}.`,
    ...entities.flatMap((entity) => ofEntity(entity, ofStates, places)),
    ...section('Steps', stepsWords, [
      ['clause', 'law', 'steps', 'of', 'in terms', 'reads'],
      ...ofSteps.map((law) => stepRow(law, places)),
    ]),
    ...section('Laws that no term says', [], [['clause', 'law', 'why'], ...unsaid]),
    ...(broken.length === 0 ? [] : ['', '## What breaks them', '', ...brokenTable(broken, places)]),
  ];
  return `${lines.join('\n')}\n`;
}

const stepsWords = [
  'What holds of a page, a VM or the like holds of each that a step touches. The present tense is about the state after',
  'the step, the past about the one before it. Other names are parameters of the call.',
  '',
];

/** A heading, words and a table; nothing where that has no rows. */
const section = (
  heading: string,
  words: readonly string[],
  [head = [], ...rows]: readonly (readonly string[])[],
): string[] => (rows.length === 0 ? [] : ['', `## ${heading}`, '', ...words, ...table(head, rows)]);

function termsPage(laws: readonly Law[]): string {
  const used = namedIn(laws.filter((law) => isTerm(law)).map(({ holds }) => holds));
  const definitions = [...used.definitions].map((one) => [wordsOf(asItIs(one)), wordsOf(one.means)]);
  const lines = [
    generatedFrom('properties'),
    '',
    '# Terms of the laws',
    '',
    `What ${link('laws', 'laws.md')} of every chapter say in one phrase, and what they count.`,
    ...section(
      'Counts',
      ['What laws count, and the judge keeps from step to step.', ''],
      [['count', 'what it is'], ...[...used.tallies].map(countRow)],
    ),
    ...section('Terms', ['What laws say in one phrase.', ''], [['term', 'what it means'], ...definitions]),
  ];
  return `${lines.join('\n')}\n`;
}

function ofEntity(entity: Entity, terms: readonly Always[], places: ReadonlyMap<string, Place>): string[] {
  const about = terms.filter(({ over }) => over === entity);
  const rows = about.map((law) => [...told(law, places), wordsOf(law.holds), readsOf(law)]);
  return section(headings[entity], [], [['clause', 'law', 'in terms', 'reads'], ...rows]);
}

const isSame = (one: Law, other: Law): boolean => one.clause === other.clause && one.statement === other.statement;

const stepRow = (law: Each, places: ReadonlyMap<string, Place>): string[] => [
  ...told(law, places),
  stepsOf(law),
  subjects[law.over],
  wordsOf(law.holds),
  readsOf(law),
];

const subjects: Readonly<Record<Each['over'], string>> = {
  page: 'each page',
  mapping: 'each mapping',
  vm: 'each VM',
  vcpu: 'each vCPU',
  cpu: 'each CPU',
  machine: 'the machine',
  call: 'the call',
};

const stepsOf = ({ on, by }: Each): string => {
  const makers = by === undefined ? 'all' : `all of the ${by}`;
  return on === undefined ? makers : on.map((call) => `\`${call}\``).join(', ');
};

const told = ({ clause, statement }: Law, places: ReadonlyMap<string, Place>): string[] => [
  clauseLink(clause, places),
  statement,
];

/** The definition of its own subjects. */
const asItIs = (definition: Definition): Term => ({
  kind: 'applied',
  definition: definition as Definition<Num>,
  to: definition.subjects.map(value),
});

const countRow = (tally: Tally): string[] => [
  wordsOf({ kind: 'tally', tally, of: value(tally.subject) }),
  tally.counts === undefined ? '*history: no state tells it*' : wordsOf(tally.counts),
];

const readsOf = ({ holds }: Always | Each): string =>
  [...touchesOf(holds).reads]
    .map((field: FieldName) => wordsOf(cell(field, ...families[fields[field].over]).value))
    .join('; ');

interface Named {
  readonly definitions: Set<Definition>;
  readonly tallies: Set<Tally>;
}

/** What the terms refer to by a phrase, and what that refers to in turn; each phrase once. */
function namedIn(terms: readonly Term[]): Named {
  const found = new Map<string, Definition | Tally>();
  const visit = (term: Term): void => {
    partsOf(term).forEach(visit);
    const named = term.kind === 'applied' ? term.definition : term.kind === 'tally' ? term.tally : undefined;
    if (named === undefined || found.has(named.phrase)) return;
    found.set(named.phrase, named);
    const meaning = 'means' in named ? named.means : named.counts;
    if (meaning !== undefined) visit(meaning);
  };
  terms.forEach(visit);
  const all = [...found.values()];
  return {
    definitions: new Set(all.filter((one) => 'means' in one)),
    tallies: new Set(all.filter((one) => 'subject' in one)),
  };
}
