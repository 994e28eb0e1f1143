/** What a run has found, as files that `replay` and `explain` take. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import { nameOf } from '../counterexample.ts';
import type { SuiteViolation, VerifyResult } from './result.ts';

/** Where a counterexample is written. Its name says what is in it: what another run has found is not written over. */
export const fileFor = (counterexample: { readonly name: string }): string => {
  const digest = createHash('sha256').update(JSON.stringify(counterexample)).digest('hex');
  return join('report', `${counterexample.name}.${digest.slice(0, 8)}.json`);
};

export const fileOf = (violation: SuiteViolation): string => fileFor(counterexampleOf(violation));

const counterexampleOf = ({ profile, scope, property, minimized: { calls } }: SuiteViolation) => ({
  name: nameOf(profile, property),
  profile,
  scope,
  breaks: property.clause,
  property: property.statement,
  calls,
});

/** The same property under the same profile, by the shortest sequence that breaks it, in whichever scope. */
interface Alike {
  readonly shortest: SuiteViolation;
  readonly others: readonly SuiteViolation[];
}

export function alike(violations: readonly SuiteViolation[]): readonly Alike[] {
  const groups = new Map<string, Alike>();
  for (const one of violations) {
    const name = `${one.profile} ${one.property.clause}`;
    const { shortest, others } = groups.get(name) ?? { shortest: one, others: [] };
    const isShorter = one.minimized.calls.length < shortest.minimized.calls.length;
    if (one === shortest) groups.set(name, { shortest, others });
    else
      groups.set(
        name,
        isShorter ? { shortest: one, others: [...others, shortest] } : { shortest, others: [...others, one] },
      );
  }
  return [...groups.values()];
}

export const counterexamplesOf = (
  result: VerifyResult,
): readonly (ReturnType<typeof counterexampleOf> | FaultCounterexample)[] => [
  ...alike(result.violations).map(({ shortest }) => counterexampleOf(shortest)),
  ...result.machineViolations.flatMap(({ counterexample }) => counterexample ?? []),
];
