/** Quint. */
import { literal } from '../dialect.ts';
import type { Expressions } from '../dialect.ts';

/** Sets of bits, by what two of them have in common. */
const common = (left: string, right: string): string => `common_bits(${left}, ${right})`;

export const quintExpressions: Expressions = {
  comparisons: { '=': '==', '≠': '!=', '<': '<', '≤': '<=', '>': '>', '≥': '>=' },
  operators: {
    '+': (left, right) => `(${left} + ${right})`,
    '-': (left, right) => `(${left} - ${right})`,
    '*': (left, right) => `(${left} * ${right})`,
    div: (left, right) => `floor_div(${left}, ${right})`,
    mod: (left, right) => `(${left} % ${right})`,
    or: (left, right) => `(${left} + ${right} - ${common(left, right)})`,
    and: common,
    without: (left, right) => `(${left} - ${common(left, right)})`,
  },
  choose: (when, then, otherwise) => `(if (${when}) ${then} else ${otherwise})`,
  not: (condition) => `not(${condition})`,
  and: 'and',
  or: 'or',
  true: 'true',
  false: 'false',
};

/** Division in Quint rounds towards zero, and it has no operators for bits. */
export const arithmetic = `\
pure def floor_div(left: int, right: int): int =
  if (left % right != 0 and ((left < 0) != (right < 0))) left / right - 1 else left / right
pure def common_bits(left: int, right: int): int =
  range(0, 16).foldl(0, (common, bit) =>
    if (left / 2^bit % 2 == 1 and right / 2^bit % 2 == 1) common + 2^bit else common)
/// It must never be read.
pure val no_cell: int = List().head()
pure def first_of(found: List[int]): int = if (found.length() == 0) (-1) else found.head()`;

/** The place of a cell of a field that has several. */
export const placeOf = (at: readonly (string | number)[]): string => {
  const numbers = at.map((one) => (typeof one === 'number' ? literal(one) : one));
  return numbers.length === 1 ? (numbers[0] as string) : `(${numbers.join(', ')})`;
};
