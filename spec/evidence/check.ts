/** The form of every decision about evidence: checks in order, and the first that does not hold decides. */
import type { ClauseId } from '../clauses.generated.ts';

/** What must hold of some facts; `reason` is what to give when it does not. */
export interface Check<F, C> {
  readonly clause: ClauseId;
  readonly reason: string;
  readonly holds: (facts: F, context: C) => boolean;
  /** The byte that it is about, where it does not hold. */
  readonly at?: (facts: F, context: C) => number | undefined;
}

export const must = <F, C>(
  clause: ClauseId,
  reason: string,
  holds: (facts: F, context: C) => boolean,
  at?: Check<F, C>['at'],
): Check<F, C> => ({ clause, reason, holds, ...(at === undefined ? {} : { at }) });

/** What must hold of each part of something; the first of which it does not is where it fails. */
export const mustEach = <F, C, P extends { readonly at: number }>(
  clause: ClauseId,
  reason: string,
  parts: (facts: F) => readonly P[],
  holds: (part: P, facts: F, context: C) => boolean,
): Check<F, C> => ({
  clause,
  reason,
  holds: (facts, context) => parts(facts).every((part) => holds(part, facts, context)),
  at: (facts, context) => parts(facts).find((part) => !holds(part, facts, context))?.at,
});

/** The same checks, asked of a part of the facts. */
export const of = <F, C, P>(
  part: (facts: F, context: C) => P | undefined,
  checks: readonly Check<P, C>[],
): readonly Check<F, C>[] =>
  checks.map(({ clause, reason, holds, at }) => ({
    clause,
    reason,
    holds: (facts, context) => {
      const found = part(facts, context);
      return found === undefined || holds(found, context);
    },
    at: (facts, context) => {
      const found = part(facts, context);
      return found === undefined ? undefined : at?.(found, context);
    },
  }));

/** Clauses that are not asked, to show what they are for or because a verifier does not ask them. */
export type Unasked = ReadonlySet<ClauseId>;
const allAsked: Unasked = new Set();

/** The first check that does not hold among those that are asked. */
export function firstBroken<F, C>(
  checks: readonly Check<F, C>[],
  facts: F,
  context: C,
  unasked = allAsked,
): Check<F, C> | undefined {
  return checks.find((check) => isAsked(check, unasked) && !check.holds(facts, context));
}

export const isAsked = ({ clause }: { readonly clause: ClauseId }, unasked = allAsked): boolean => !unasked.has(clause);
