/** Where another verifier decides otherwise than the specification, and whose clause it is that it breaks. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { encodingChecks } from '../../spec/evidence/encoding.ts';
import { firstBroken } from '../../spec/evidence/check.ts';
import type { Appraisal } from './appraise.ts';

/** What is decided: believed, in which form, or denied by which clause and where. */
export interface Decision {
  readonly verdict: 'proper' | 'degenerate' | 'denied';
  readonly clause?: ClauseId;
  readonly entry?: number;
}

/** An appraisal without its words; what cannot be read at all is denied by a clause of encoding. */
export function decisionOf(appraisal: Appraisal): Decision {
  if (appraisal.kind === 'unreadable') {
    const broken = firstBroken(encodingChecks, { fault: appraisal.fault }, undefined);
    return { verdict: 'denied', clause: broken?.clause ?? 'CHAIN-FORM' };
  }
  const { verdict } = appraisal;
  if (verdict.kind !== 'denied') return { verdict: verdict.kind };
  const { clause, entry } = verdict;
  return { verdict: 'denied', clause, ...(entry === undefined ? {} : { entry }) };
}

export const formatDecision = ({ verdict, clause, entry }: Decision): string =>
  clause === undefined ? verdict : `${clause}${entry === undefined ? '' : ` at ${entry}`}`;

/** The clause that a verifier breaks which decides so where the specification decides otherwise, if it does. */
export function brokenBy(other: Decision, specified: Decision): ClauseId | undefined {
  if (other.verdict === specified.verdict) return undefined;
  // Believed though a clause denies it, or denied though none does.
  return specified.clause ?? other.clause ?? 'ATTEST-SELF-SIGNED';
}
