/**
 * A law of steps, as what it says of one call: nothing in it speaks of other calls any more, nor of their parameters.
 */
import type { Actor } from '../rule.ts';
import type { Bool } from './term.ts';

export interface Caller {
  readonly call: string;
  readonly actor: Actor;
}

/** Whether a call is one of those that a law, or a part of it, is about. */
export const isAmong = (
  { on, by }: { readonly on?: readonly string[]; readonly by?: Actor },
  { call, actor }: Caller,
): boolean => (on === undefined || on.includes(call)) && (by === undefined || by === actor);

const constant = (is: boolean): Bool => ({ kind: is ? 'all of' : 'any of', parts: [] });
const isConstant = (condition: Bool, is: boolean): boolean =>
  condition.kind === (is ? 'all of' : 'any of') && condition.parts.length === 0;

export function forCall(condition: Bool, caller: Caller): Bool {
  switch (condition.kind) {
    case 'call':
      return constant(isAmong(condition, caller));
    case 'not': {
      const of = forCall(condition.of, caller);
      if (isConstant(of, true)) return constant(false);
      return isConstant(of, false) ? constant(true) : { kind: 'not', of };
    }
    case 'all of':
    case 'any of': {
      const decides = condition.kind === 'any of';
      const parts = condition.parts.map((part) => forCall(part, caller));
      if (parts.some((part) => isConstant(part, decides))) return constant(decides);
      return { ...condition, parts: parts.filter((part) => !isConstant(part, !decides)) };
    }
    case 'before':
      return { ...condition, of: forCall(condition.of, caller) };
    case 'every':
    case 'some':
      return { ...condition, holds: forCall(condition.holds, caller) };
    case 'compare':
    case 'done':
    case 'applied':
      return condition;
  }
}
