/** Which violations are losses. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Violation } from './judge.ts';

/** A check that only repeats others, and then decides in their place, is no loss: it shows that one of them can go. */
export function countsAsLoss(system: TransitionSystem): (violation: Violation) => boolean {
  const repeated = new Set(
    [...system.rules.values()].flatMap((rule) =>
      rule.guards.flatMap((guard) => (guard.redundant === true ? [guard.clause] : [])),
    ),
  );
  return ({ property }) => !repeated.has(property.clause);
}
