/** Why nothing judges a clause that is asked for. */
import { profiles } from '../../spec/profiles/all.ts';
import { parseClauseWaivers } from '../generate/coverage.ts';
import { readFiles } from '../generate/evidence.ts';
import { root } from '../generate/inputs.ts';
import { waiverOf } from './guards.ts';
import type { VerifyOptions } from './result.ts';
import { isJudged } from './run.ts';

export function whyNotJudged(options: VerifyOptions): string {
  const { clause = '' } = options;
  const more = `\`pvm-spec explain ${clause}\` shows what there is`;
  const waiver = waiverOf(options);
  if (waiver !== undefined) return `its guard is waived, for ${waiver}; ${more}`;
  const isJudgedUnder = (profile: string | undefined): boolean => isJudged({ ...options, check: undefined, profile });
  if (options.profile !== undefined && isJudgedUnder(undefined)) return 'it is judged without --profile';
  const elsewhere = [...profiles.keys()].find(isJudgedUnder);
  if (elsewhere !== undefined) return `it is judged with --profile ${elsewhere}`;
  const excuse = parseClauseWaivers(readFiles(root, 'docs/spec', '/waived.md')).find(({ id }) => id === clause);
  if (excuse !== undefined) return `${excuse.reason.replace(/\.$/, '')}; ${more}`;
  return `${standsAs(clause)}; ${more}`;
}

/** What there is for a clause that has no law and no guard to be left out. */
function standsAs(clause: string): string {
  const steps = [...profiles].flatMap(([name, { rules }]) =>
    [...rules.values()].flatMap(({ guards }) =>
      guards.filter((step) => step.clause === clause).map((step) => ({ name, step })),
    ),
  );
  const waived = steps.flatMap(({ name, step }) =>
    step.kind === 'must' && step.waiver !== undefined ? [`its guard under ${name} is waived, for ${step.waiver}`] : [],
  );
  if (waived[0] !== undefined) return waived[0];
  return steps.length > 0
    ? 'it is an effect that a call has also where it fails, and no property is about it'
    : 'no property is about it, no guard, and no evidence that is forged here';
}
