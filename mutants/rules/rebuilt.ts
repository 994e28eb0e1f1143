/** A term with other parts: the inverse of `partsOf`. */
import { partsOf } from '../../spec/language/term.ts';
import type { Bool, CellTerm, Effect, Num, Range, Term } from '../../spec/language/term.ts';

/** The term with another part in one place, counted as `partsOf` does. */
export function withPart(term: Term, place: number, part: Term): Term {
  return rebuilt(
    term,
    partsOf(term).map((one, i) => (i === place ? part : one)),
  );
}

/** The term with these parts, one for each of its own and of the same sort. */
function rebuilt(term: Term, parts: readonly Term[]): Term {
  const nums = parts as readonly Num[];
  const [first, second, third] = parts;
  switch (term.kind) {
    case 'number':
    case 'name':
    case 'passed':
    case 'this CPU':
    case 'quantity':
    case 'done':
    case 'call':
      return term;
    case 'attribute':
      return { ...term, of: nums };
    case 'cell':
      return { ...term, at: nums };
    case 'arithmetic':
    case 'compare':
      return { ...term, left: first as Num, right: second as Num };
    case 'choose':
      return { ...term, when: first as Bool, then: second as Num, otherwise: third as Num };
    case 'sum':
      return { ...term, range: ranged(term.range, nums), of: third as Num };
    case 'tally':
      return { ...term, of: first as Num };
    case 'not':
      return { ...term, of: first as Bool };
    case 'before':
      return { ...term, of: first } as Term;
    case 'all of':
    case 'any of':
      return { ...term, parts: parts as readonly Bool[] };
    case 'first':
      return { ...term, range: ranged(term.range, nums), where: third as Bool };
    case 'every':
    case 'some':
      return { ...term, range: ranged(term.range, nums), holds: third as Bool };
    case 'for each':
      return { ...term, range: ranged(term.range, nums), effect: third as Effect };
    case 'set':
      return { ...term, cell: at(term.cell, nums.slice(0, -1)), to: nums.at(-1) as Num };
    case 'sequence':
      return { ...term, effects: parts as readonly Effect[] };
    case 'when':
      return {
        ...term,
        condition: first as Bool,
        then: second as Effect,
        ...(third && { otherwise: third as Effect }),
      };
    case 'while':
      return { ...term, condition: first as Bool, effect: second as Effect };
    case 'note':
      return { ...term, is: first as Num };
    case 'answer':
      return { ...term, with: first as Num };
    case 'applied':
      return { ...term, to: nums };
  }
}

const ranged = (range: Range, [from, count]: readonly Num[]): Range => ({
  ...range,
  from: from ?? range.from,
  count: count ?? range.count,
});
const at = (cell: CellTerm, places: readonly Num[]): CellTerm => ({ ...cell, at: places });

/** The term, each part of it changed before it is itself. */
export const everywhere = (term: Term, change: (one: Term) => Term): Term => {
  const parts = partsOf(term);
  const changed = parts.map((part) => everywhere(part, change));
  return change(changed.every((part, i) => part === parts[i]) ? term : rebuilt(term, changed));
};
