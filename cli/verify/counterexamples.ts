/** What a run has found, as files that `replay` and `explain` take. */
import { join } from 'node:path';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { nameOf } from '../counterexample.ts';
import type { SuiteViolation, VerifyResult } from './result.ts';

interface Named {
  readonly name: string;
}

const counterexampleOf = ({ suite, minimized: { violation, calls } }: SuiteViolation) => ({
  name: nameOf(suite.profile.name, violation.property),
  profile: suite.profile.name,
  scope: suite.scope.name,
  breaks: violation.property.clause,
  property: violation.property.statement,
  calls,
});

export const fileFor = ({ name }: Named): string => join('report', `${name}.json`);

/** The file of a violation; the same property under the same profile has one, whichever scope it breaks in. */
export const fileOf = (violation: SuiteViolation): string => fileFor(counterexampleOf(violation));

/** Of several in one file the shortest comes last. */
export function counterexamplesOf(
  result: VerifyResult,
): readonly (Named & { readonly calls: readonly WrittenCall[] })[] {
  const ofRules = result.violations.map(counterexampleOf).sort((a, b) => b.calls.length - a.calls.length);
  return [...ofRules, ...result.machineViolations.flatMap(({ counterexample }) => counterexample ?? [])];
}
