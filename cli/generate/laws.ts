/** Writes docs/laws.md: what must hold of every state and of every step, in the words of the terms that are judged. */
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
import { clauseLink, generatedFrom, table } from './markdown.ts';
import type { Place } from './markdown.ts';

const headings: Readonly<Record<Entity, string>> = {
  page: 'Every page',
  mapping: 'Every mapping: a gfn of a VM',
  vm: 'Every VM',
  vcpu: 'Every vCPU',
  cpu: 'Every CPU',
  machine: 'The machine',
};

export function renderLaws(
  properties: readonly Property[],
  places: ReadonlyMap<string, Place>,
  broken: readonly BrokenBy[],
): string {
  const all = properties.filter(isLaw);
  // why: profiles have some laws in forms of their own; the first is that of the newest Linux.
  const laws = all.filter((law, i) => all.findIndex((one) => isSame(one, law)) === i);
  const terms = laws.filter((law) => isTerm(law));
  const ofStates = terms.filter((law) => law.kind === 'always');
  const ofSteps = terms.filter((law) => law.kind === 'each');
  const used = namedIn(terms.map(({ holds }) => holds));
  const lines = [
    generatedFrom('properties'),
    '',
    '# Laws',
    '',
    'What must hold of every state and of every step, as it is judged: each law is a term of the language in which rules',
    'are written, and is said here by the same reader. What must be seen is in [the matrix](matrix.md).',
    ...entities.flatMap((entity) => ofEntity(entity, ofStates, places)),
    '',
    '## Steps',
    '',
    'What holds of a page, a VM or the like holds of each that a step touches. The present tense is about the state after',
    'the step, the past about the one before it. Other names are parameters of the call.',
    '',
    ...table(
      ['clause', 'law', 'steps', 'of', 'in terms', 'reads'],
      ofSteps.map((law) => stepRow(law, places)),
    ),
    '',
    '## Counts',
    '',
    'What laws count, and the judge keeps from step to step.',
    '',
    ...table(['count', 'what it is'], [...used.tallies].map(countRow)),
    '',
    '## Terms',
    '',
    'What laws say in one phrase.',
    '',
    ...table(
      ['term', 'what it means'],
      [...used.definitions].map((one) => [wordsOf(asItIs(one)), wordsOf(one.means)]),
    ),
    '',
    '## Laws that no term says',
    '',
    ...table(
      ['clause', 'law', 'why'],
      laws.flatMap((law) => (isTerm(law) ? [] : [[...told(law, places), reasons[law.because]]])),
    ),
    '',
    '## What breaks them',
    '',
    'A law that no mistake breaks watches nothing. For each law, of rules, of the reference model and of evidence: a',
    'counterexample in which it breaks; else a mistake in the rules after which it does (`npm run mutants:laws` looks for',
    'it, and the tests try it again), or one that is planted in a tool or a verifier, and is tried by the tests.',
    '',
    ...brokenTable(broken, places),
  ];
  return `${lines.join('\n')}\n`;
}

function ofEntity(entity: Entity, terms: readonly Always[], places: ReadonlyMap<string, Place>): string[] {
  const about = terms.filter(({ over }) => over === entity);
  const rows = about.map((law) => [...told(law, places), wordsOf(law.holds), readsOf(law)]);
  return ['', `## ${headings[entity]}`, '', ...table(['clause', 'law', 'in terms', 'reads'], rows)];
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
