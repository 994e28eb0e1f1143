/** Laws of states as Quint definitions. */
import type { Always } from '../../../properties/property.ts';
import { families } from '../../../spec/fields.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import { writtenLaws } from '../laws.ts';
import { identifier, variableOf } from '../names.ts';
import { stateKey } from './terms.ts';
import type { QuintWriter } from './terms.ts';

/** One for each clause, and one for all of them. */
export function lawsOf(system: TransitionSystem, terms: QuintWriter): string[] {
  const laws = writtenLaws(system);
  const names = [...new Set(laws.map(({ clause }) => identifier(clause)))];
  const all = names.flatMap((name) => {
    const parts = laws.filter(({ clause }) => identifier(clause) === name);
    return [
      ...parts.map(({ statement }) => `/// ${statement}`),
      `val ${name}: bool = and { ${parts.map((law) => lawText(law, system, terms)).join(', ')} }`,
    ];
  });
  return [...all, `val laws: bool = and { ${[...names, 'true'].join(', ')} }`];
}

function lawText({ over, holds }: Always, { layout }: TransitionSystem, terms: QuintWriter): string {
  const places = families[over];
  const names = new Map([[stateKey, 'now'], ...places.map((place) => [place, variableOf(place)] as const)]);
  return places.reduceRight(
    (condition, place) => `0.to(${layout.dimensions[place] - 1}).forall(${variableOf(place)} => ${condition})`,
    terms.apart(() => terms.of(holds, names)),
  );
}
