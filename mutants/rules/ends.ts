/** Ends that are never reached: a guard that never refuses, or a call that is never done, is a hole in the coverage. */
import { Walk } from '../../search/generate/walk.ts';
import type { Cases } from './cases.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';
import type { Planted } from './planted.ts';

/** Walks in each scope by which a hole is looked at again, and their length. */
const walks = 2;
const length = 400;

export const ends = (all: readonly Cases[]): Killer => ({
  name: 'coverage',
  kills: (mutant) => {
    const having = all.flatMap((cases) => {
      const other = planted(cases.system, mutant);
      return other === undefined ? [] : [{ cases, other }];
    });
    const names = new Set(having.map(({ cases }) => cases.system.profile.name));
    for (const name of names) {
      const hole = holeIn(having.filter(({ cases }) => cases.system.profile.name === name));
      if (hole !== undefined) return hole;
    }
    return undefined;
  },
});

type Having = readonly { readonly cases: Cases; readonly other: Planted }[];

/** An end that the rules reach in some scope of a profile, and the mutant in none. */
function holeIn(having: Having): string | undefined {
  const reached = new Set(having.flatMap(({ cases, other }) => [...cases.endsOf(other.system, other.calls)]));
  const missing = having
    .flatMap(({ cases, other }) => [...cases.endsOf(cases.system, other.calls)])
    .filter((end) => !reached.has(end));
  if (missing.length === 0) return undefined;
  const walked = new Set(having.flatMap(({ cases, other }) => reachedBy(cases, other)));
  return missing.find((end) => !walked.has(end));
}

/** The ends that calls directed at them come to. */
function reachedBy({ scope }: Cases, { system }: Planted): string[] {
  const walk = new Walk(system, scope, []);
  for (let seed = 1; seed <= walks; seed++) walk.run(seed, length);
  return walk.coverage
    .report()
    .flatMap(({ call, done, refused }) => [
      ...(done > 0 ? [`${call} done`] : []),
      ...refused.filter(({ count }) => count > 0).map(({ clause }) => `${call} ${clause}`),
    ]);
}
