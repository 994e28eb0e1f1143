/** What breaks each law: a law that nothing breaks watches nothing. */
import type { Breakers } from '../../mutants/rules/breaker.ts';
import { nameOfLaw } from '../../mutants/rules/breaker.ts';
import { detectionFaults } from '../../mutants/detection/all.ts';
import { lawFaults } from '../../mutants/evidence/laws.ts';
import { imageLawFaults } from '../../mutants/images/laws.ts';
import { beliefs } from '../../mutants/structures/all.ts';
import { keyFaults } from '../../mutants/evidence/keys-attested.ts';
import { laws } from '../../search/machine/laws.ts';
import { negativeControls } from '../../search/machine/negative-controls.ts';
import type { CounterexampleUse, PropertyUse } from './evidence.ts';
import { chapterOf, clauseLink, fromDocs, link, table } from './markdown.ts';
import type { Place } from './markdown.ts';

/** A law with what breaks it, in words; nothing where that is not known. */
export interface BrokenBy {
  readonly law: PropertyUse;
  readonly by: string | undefined;
}

export const nothingBreaks = '**nothing breaks it**';

/** What breaks a law, in the few words that fit beside it. */
export const brokenWords = ({ law, by }: BrokenBy, places: ReadonlyMap<string, Place>): string => {
  if (by === undefined) return nothingBreaks;
  const page = `laws/${chapterOf(law.clause, places) ?? ''}.md#what-breaks-them`;
  return `broken by ${by.startsWith('[') ? by : `a ${link('mistake', page)} in the rules`}`;
};

/** By law, the first counterexample in which it breaks. */
export function shownIn(counterexamples: readonly CounterexampleUse[]): ReadonlyMap<string, CounterexampleUse> {
  const found = new Map<string, CounterexampleUse>();
  for (const one of counterexamples) {
    if (one.property === undefined) continue;
    const law = nameOfLaw({ clause: one.breaks, statement: one.property });
    if (!found.has(law)) found.set(law, one);
  }
  return found;
}

/** Mistakes planted in tools and verifiers, which the tests show to break the laws of the clause. */
const planted: readonly { readonly clause: string; readonly id: string; readonly file: string }[] = [
  ...lawFaults.map(({ id, clause }) => ({ clause, id, file: 'mutants/evidence/laws.ts' })),
  ...imageLawFaults.map(({ id, clause }) => ({ clause, id, file: 'mutants/images/laws.ts' })),
  ...detectionFaults.flatMap(({ id, clauses }) =>
    clauses.map((clause) => ({ clause, id, file: 'mutants/detection/all.ts' })),
  ),
  ...beliefs.map(({ id, clause }) => ({ clause, id, file: 'mutants/structures/all.ts' })),
  ...keyFaults.map(({ id, breaks }) => ({ clause: breaks, id, file: 'mutants/evidence/keys-attested.ts' })),
];

/** Laws of the machine that break where something is missing around it, by what they permit then. */
const lacking: ReadonlyMap<string, string> = new Map(
  negativeControls.flatMap(({ breaks, law }) =>
    Object.values(laws)
      .filter(({ clause, kind }) => clause === breaks && kind !== 'permitted')
      .map((one) => [nameOfLaw(one), `what ${law.clause} permits`] as const),
  ),
);

const isLaw = ({ kind }: PropertyUse): boolean => !['sometimes', 'permitted'].includes(kind);

/** All laws: of rules, of the machine and of evidence. */
export function breakersOfLaws(
  properties: readonly PropertyUse[],
  counterexamples: readonly CounterexampleUse[],
  mistakes: Breakers,
): readonly BrokenBy[] {
  const shown = shownIn(counterexamples);
  return properties.filter(isLaw).map((law) => {
    const name = nameOfLaw(law);
    const counterexample = shown.get(name);
    if (counterexample !== undefined) return { law, by: link(counterexample.name, fromDocs(counterexample.file)) };
    const mistake = mistakes.get(name)?.mistake;
    if (mistake !== undefined) return { law, by: mistake };
    const missing = lacking.get(name);
    const fault = planted.find(({ clause }) => clause === law.clause);
    return { law, by: missing ?? (fault && link(fault.id, fromDocs(fault.file))) };
  });
}

export const brokenTable = (laws: readonly BrokenBy[], places: ReadonlyMap<string, Place>): readonly string[] =>
  table(
    ['clause', 'law', 'broken by'],
    laws.map(({ law: { clause, statement }, by }) => [clauseLink(clause, places), statement, by ?? nothingBreaks]),
  );

/** Laws that are written down as broken, and are no laws any more. */
export const checkBreakers = (laws: readonly BrokenBy[], mistakes: Breakers): string[] => {
  const names = new Set(laws.map(({ law }) => nameOfLaw(law)));
  return [...mistakes.keys()]
    .filter((name) => !names.has(name))
    .map((name) => `mutants/rules/laws.json:1: there is no law ${name}; npm run mutants:laws writes the file anew`);
};
