/** The prose as a judge of the rules: which error a clause names, and in which order a section lists the guards. */
import { clausePlaces, explanationsOf, parseClauses } from '../generate/clauses.ts';
import { checkErrors } from '../generate/errors.ts';
import { readFiles } from '../generate/evidence.ts';
import { root } from '../generate/inputs.ts';
import { checkOrder } from '../generate/order.ts';
import type { Killer } from '../../mutants/rules/killer.ts';
import type { Mutant } from '../../mutants/rules/mutant.ts';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';

export function prose(): Killer {
  const files = readFiles(root, 'docs/spec', '.md');
  const places = clausePlaces(files);
  const explanations = explanationsOf(files);
  const clauses = parseClauses(files).map((one) => ({ ...one, explanation: explanations.get(one.id) ?? '' }));
  return {
    name: 'prose',
    kills: (mutant) => {
      const changed = [...profiles.values()].map((profile) => withMutant(profile, mutant));
      if (mutant.kind === 'guards swapped') return checkOrder(clauses, changed, places)[0];
      if (mutant.kind !== 'another error') return undefined;
      const own = clauses.filter(({ id }) => id === mutant.place);
      return checkErrors(own, changed, [], places)[0];
    },
  };
}

const withMutant = (profile: Profile, mutant: Mutant): Profile => ({
  ...profile,
  rules: new Map([...profile.rules].map(([call, rule]) => [call, mutant.plant(rule)])),
});
