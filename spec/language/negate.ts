/** The opposite of a condition, with every negation as far inside as it goes. */
import type { Bool, Comparison } from './term.ts';

const opposites: Readonly<Record<Comparison, Comparison>> = {
  '=': '≠',
  '≠': '=',
  '<': '≥',
  '≥': '<',
  '>': '≤',
  '≤': '>',
};

export function negated(condition: Bool): Bool {
  switch (condition.kind) {
    case 'compare':
      return { ...condition, how: opposites[condition.how] };
    case 'not':
      return simplified(condition.of);
    case 'all of':
      return { kind: 'any of', parts: condition.parts.map(negated) };
    case 'any of':
      return { kind: 'all of', parts: condition.parts.map(negated) };
    case 'every':
      return { kind: 'some', range: condition.range, holds: negated(condition.holds) };
    case 'some':
      return { kind: 'every', range: condition.range, holds: negated(condition.holds) };
    case 'applied':
      return { kind: 'not', of: condition };
  }
}

/** The same condition, in which only definitions stand in the negative, and nothing is joined to its own kind. */
export function simplified(condition: Bool): Bool {
  switch (condition.kind) {
    case 'compare':
    case 'applied':
      return condition;
    case 'not':
      return condition.of.kind === 'applied' ? condition : negated(condition.of);
    case 'all of':
    case 'any of': {
      const { kind } = condition;
      const parts = condition.parts.map(simplified).flatMap((part) => (part.kind === kind ? part.parts : [part]));
      return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind, parts };
    }
    case 'every':
    case 'some':
      return { ...condition, holds: simplified(condition.holds) };
  }
}
