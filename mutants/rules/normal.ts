/** What a term is told apart by: two terms of one key do the same for a reason that needs no thought. */
import { simplified } from '../../spec/language/negate.ts';
import { sortOf } from '../../spec/language/term.ts';
import type { Bool, Definition, Effect, Num, Term } from '../../spec/language/term.ts';
import { everywhere } from './rebuilt.ts';

export const nothing: Effect = { kind: 'sequence', effects: [] };
const isNothing = (term: Term): boolean => term.kind === 'sequence' && term.effects.length === 0;

/** Conditions simplified, constants computed, and no effect that has none. */
const normal = (term: Term): Term =>
  everywhere(term, (one) => (sortOf(one) === 'condition' ? plain(one as Bool) : bare(one)));

const plain = (term: Bool): Bool => simplified(term);

function bare(term: Term): Term {
  switch (term.kind) {
    case 'sequence': {
      const effects = term.effects.flatMap((one) => (one.kind === 'sequence' ? one.effects : [one]));
      return effects.length === 1 ? (effects[0] as Effect) : { ...term, effects };
    }
    case 'when': {
      const { otherwise, ...rest } = term;
      const kept = otherwise === undefined || isNothing(otherwise) ? rest : term;
      return isNothing(term.then) && !('otherwise' in kept) ? nothing : kept;
    }
    case 'for each':
      return isNothing(term.effect) ? nothing : term;
    case 'arithmetic':
      return folded(term);
    default:
      return term;
  }
}

function folded(term: Num & { kind: 'arithmetic' }): Num {
  const { how, left, right } = term;
  if (left.kind !== 'number' || right.kind !== 'number' || (how !== '+' && how !== '-')) return term;
  return { kind: 'number', value: how === '+' ? left.value + right.value : left.value - right.value };
}

/** A definition stands for itself: by its number, in the order in which they were met. */
const numbers = new Map<Definition, number>();
function numberOf(definition: Definition): number {
  const known = numbers.get(definition) ?? numbers.size;
  numbers.set(definition, known);
  return known;
}

export const keyOf = (term: Term): string =>
  JSON.stringify(normal(term), (name, value: unknown) =>
    name === 'definition' ? numberOf(value as Definition) : value,
  );
