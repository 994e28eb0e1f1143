/**
 * Invariants that support others: a law may need them to be shown inductive, which means that of any state in which
 * all invariants hold, whatever its size, every call leads to one in which they hold again. They are laws like others,
 * each of the clause that it is a part of, and judged like others.
 */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { both, compare } from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import type { Always, Entity } from '../property.ts';

export const isBetween = (number: Ref, low: Ref, high: Ref): Bool =>
  both(compare(number, '≥', low), compare(number, '≤', high));

export const supporting = (clause: ClauseId, over: Entity, statement: string, loss: string, holds: Bool): Always => ({
  kind: 'always',
  clause,
  over,
  statement,
  loss,
  holds,
});
