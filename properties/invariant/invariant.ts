/**
 * Invariants as terms. Together they are inductive: of any state in which all of them hold, whatever its size, it can
 * be shown that every call keeps them. `clause`: the clause that the invariant is a part of, or is needed for.
 */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { both, compare, either, not } from '../../spec/language/build.ts';
import type { Ref } from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';

/** What the subjects of an invariant are, by the names under which it speaks of them. */
export const subjects = {
  page: 'page',
  vm: 'vm',
  gfn: 'gfn',
  'other vm': 'vm',
  'other gfn': 'gfn',
  vcpu: 'vcpu',
  cpu: 'cpu',
  'other cpu': 'cpu',
} as const;
export type Subject = keyof typeof subjects;

export interface Invariant {
  readonly name: string;
  readonly clause: ClauseId;
  readonly statement: string;
  readonly over: readonly Subject[];
  readonly holds: Bool;
}

export const implies = (condition: Bool, then: Bool): Bool => either(not(condition), then);
export const isBetween = (number: Ref, low: Ref, high: Ref): Bool =>
  both(compare(number, '≥', low), compare(number, '≤', high));

export const invariant = (
  clause: ClauseId,
  name: string,
  over: readonly Subject[],
  statement: string,
  holds: Bool,
): Invariant => ({ clause, name, statement, over, holds });
