/** Writes docs/laws.md: what must hold of every state, in the words of the terms that are judged. */
import type { Always, AlwaysInCode, Entity, Property } from '../../properties/property.ts';
import { entities, reasons } from '../../properties/property.ts';
import { isTerm } from '../../properties/running.ts';
import { families, fields } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import { cell, value } from '../../spec/language/build.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Definition, Num, Tally, Term } from '../../spec/language/term.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import { wordsOf } from '../../spec/language/words.ts';
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

export function renderLaws(properties: readonly Property[], places: ReadonlyMap<string, Place>): string {
  const all = properties.filter(({ kind }) => kind === 'always') as (Always | AlwaysInCode)[];
  const laws = [...new Map(all.map((law) => [`${law.clause} ${law.statement}`, law])).values()];
  const terms = laws.filter(isTerm);
  const used = namedIn(terms.map(({ holds }) => holds));
  const lines = [
    generatedFrom('properties'),
    '',
    '# Laws',
    '',
    'What must hold of every state, as it is judged: each law is a term of the language in which rules are written, and',
    'is said here by the same reader. What holds of steps, and what must be seen, is in [the matrix](matrix.md).',
    ...entities.flatMap((entity) => ofEntity(entity, terms, places)),
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
  ];
  return `${lines.join('\n')}\n`;
}

function ofEntity(entity: Entity, terms: readonly Always[], places: ReadonlyMap<string, Place>): string[] {
  const about = terms.filter(({ over }) => over === entity);
  const rows = about.map((law) => [...told(law, places), wordsOf(law.holds), readsOf(law)]);
  return ['', `## ${headings[entity]}`, '', ...table(['clause', 'law', 'in terms', 'reads'], rows)];
}

const told = ({ clause, statement }: Always | AlwaysInCode, places: ReadonlyMap<string, Place>): string[] => [
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

const readsOf = ({ holds }: Always): string =>
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
