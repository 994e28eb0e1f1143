/** The opposite of a condition, with every negation as far inside as it goes. */
import { isAtom } from './term.ts';
import type { Bool, Comparison, Num } from './term.ts';

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
    case 'before':
      return former(negated(condition.of));
    case 'applied':
    case 'done':
    case 'call':
      return { kind: 'not', of: condition };
  }
}

/**
 * The same condition, in which only definitions and facts about the call stand in the negative, only definitions and
 * comparisons in the past, and nothing is joined to its own kind.
 */
export function simplified(condition: Bool): Bool {
  switch (condition.kind) {
    case 'compare':
    case 'applied':
    case 'done':
    case 'call':
      return condition;
    case 'not':
      return negated(condition.of);
    case 'before':
      return former(simplified(condition.of));
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

/** A condition as it was before the step, in which that is said of each definition and comparison. */
function former(condition: Bool): Bool {
  switch (condition.kind) {
    case 'compare':
    case 'applied':
      return { kind: 'before', of: condition };
    case 'not':
      return { kind: 'not', of: former(condition.of) };
    case 'all of':
    case 'any of':
      return { ...condition, parts: condition.parts.map(former) };
    case 'every':
    case 'some': {
      const { member, from, count } = condition.range;
      return { ...condition, range: { member, from: past(from), count: past(count) }, holds: former(condition.holds) };
    }
    case 'before':
    case 'done':
    case 'call':
      return condition;
  }
}

const past = (of: Num): Num => (isAtom(of) || of.kind === 'before' ? of : { kind: 'before', of });
