/** Every mistake of one place in a term. */
import { fields } from '../../spec/fields.ts';
import type { FieldShape } from '../../spec/fields.ts';
import { attributes, quantities } from '../../spec/given.ts';
import type { Attribute, Quantity } from '../../spec/given.ts';
import { negated } from '../../spec/language/negate.ts';
import { partsOf, sortOf } from '../../spec/language/term.ts';
import type { Bool, Comparison, Effect, Num, Operator, Term } from '../../spec/language/term.ts';
import { keyOf, nothing } from './normal.ts';
import { withPart } from './rebuilt.ts';

export const kinds = [
  'guard left out',
  'guards swapped',
  'another error',
  'condition negated',
  'another comparison',
  'another operator',
  'another number',
  'part left out',
  'and for or',
  'effect left out',
  'effect on failure moved',
] as const;
export type Kind = (typeof kinds)[number];

/** The term with the mistake in it, and the smallest condition or effect around the mistake, before and after. */
export interface Change {
  readonly kind: Kind;
  /** Where in the term the mistake is: the number of a part, of a part of that, and so on. */
  readonly path: readonly number[];
  readonly to: Term;
  readonly near: readonly [Term, Term];
}

/** What a literal number can stand for at some place: one of so many named values, or any number. */
type Values = number | 'any';

/** All mistakes in a term, each once, and none that obviously changes nothing. */
export function changesOf(term: Term): Change[] {
  const known = new Set([keyOf(term)]);
  return changes(term, 'any').filter(({ to }) => {
    const key = keyOf(to);
    return !known.has(key) && known.add(key);
  });
}

function changes(term: Term, values: Values): Change[] {
  const own = ownChanges(term, values).map(([kind, to]): Change => ({ kind, path: [], to, near: [term, to] }));
  const below = partsOf(term).flatMap((part, place) =>
    changes(part, valuesAt(term, place, values)).map((change): Change => {
      const whole = withPart(term, place, change.to);
      const near = sortOf(change.near[0]) === 'number' ? ([term, whole] as const) : change.near;
      return { kind: change.kind, path: [place, ...change.path], to: whole, near };
    }),
  );
  return [...own, ...below];
}

type Own = readonly [Kind, Term];

function ownChanges(term: Term, values: Values): Own[] {
  const sort = sortOf(term);
  if (sort === 'number') return ofNumber(term as Num, values);
  return sort === 'condition' ? ofCondition(term as Bool) : ofEffect(term as Effect);
}

const otherOperators: Readonly<Record<Operator, Operator>> = {
  '+': '-',
  '-': '+',
  '*': '+',
  div: 'mod',
  mod: 'div',
  or: 'and',
  and: 'or',
  without: 'or',
};

function ofNumber(term: Num, values: Values): Own[] {
  if (term.kind === 'number')
    return othersThan(term.value, values).map((value) => ['another number', { ...term, value }]);
  if (term.kind === 'arithmetic') return [['another operator', { ...term, how: otherOperators[term.how] }]];
  if (term.kind === 'first') return bounds(term);
  return [];
}

/** The neighbours among the values that have names, or one more and one less; beside none (-1) there is only 0. */
function othersThan(value: number, values: Values): number[] {
  if (values === 'any') return value < 0 ? [0] : [value + 1, value - 1];
  if (values < 2) return [];
  return [...new Set([(value + 1) % values, (value + values - 1) % values])].filter((one) => one !== value);
}

/** A range that is one too long or too short, or begins one too late. */
function bounds(term: Term & { readonly range: unknown }): Own[] {
  const [from, count] = partsOf(term) as readonly [Num, Num, Term];
  const by = (left: Num, how: Operator): Num => ({
    kind: 'arithmetic',
    how,
    left,
    right: { kind: 'number', value: 1 },
  });
  const of = (place: number, part: Num): Own => ['another number', withPart(term, place, part)];
  const ofCount = count.kind === 'number' ? [] : [of(1, by(count, '+')), of(1, by(count, '-'))];
  return [...ofCount, ...(from.kind === 'number' ? [] : [of(0, by(from, '+'))])];
}

/** The boundary belongs to the other side. */
const atBoundary: Readonly<Partial<Record<Comparison, Comparison>>> = { '<': '≤', '≤': '<', '>': '≥', '≥': '>' };

function ofCondition(term: Bool): Own[] {
  const opposite: Own = ['condition negated', term.kind === 'applied' ? { kind: 'not', of: term } : negated(term)];
  switch (term.kind) {
    case 'compare': {
      const how = atBoundary[term.how];
      return [opposite, ...(how === undefined ? [] : [['another comparison', { ...term, how }] as const])];
    }
    case 'all of':
    case 'any of': {
      const { parts } = term;
      const kind = term.kind === 'all of' ? 'any of' : 'all of';
      const without = parts.map((_, i): Own => [
        'part left out',
        { ...term, parts: parts.filter((_part, at) => at !== i) },
      ]);
      return [opposite, ['and for or', { kind, parts }], ...(parts.length > 1 ? without : [])];
    }
    case 'every':
    case 'some':
      return [opposite, ['and for or', { ...term, kind: term.kind === 'every' ? 'some' : 'every' }], ...bounds(term)];
    case 'not':
    case 'before':
    case 'done':
    case 'call':
    case 'applied':
      return [opposite];
  }
}

function ofEffect(term: Effect): Own[] {
  const without: Own = ['effect left out', nothing];
  switch (term.kind) {
    case 'sequence':
    case 'note':
      return [];
    case 'for each':
      return [without, ...bounds(term)];
    default:
      return [without];
  }
}

/** What a literal can stand for at a place of a term. */
function valuesAt(term: Term, place: number, values: Values): Values {
  switch (term.kind) {
    case 'compare': {
      const known = valuesOf(place === 0 ? term.right : term.left);
      // why: the other of two values is the opposite of the comparison.
      return known === 2 ? 0 : known;
    }
    case 'set':
      return place === term.cell.at.length ? valuesOf(term.cell) : 'any';
    case 'choose':
      // why: where a truth is chosen, the other value is the opposite of the condition.
      return place === 0 ? 'any' : isTruth(term) ? 0 : values;
    case 'arithmetic':
      return values;
    default:
      return 'any';
  }
}

const isTruth = ({ then, otherwise }: Num & { kind: 'choose' }): boolean =>
  then.kind === 'number' && then.value === 1 && otherwise.kind === 'number' && otherwise.value === 0;

function valuesOf(term: Num): Values {
  if (term.kind === 'quantity') return isFlag(quantities[term.name]) ? 2 : 'any';
  if (term.kind !== 'cell' && term.kind !== 'attribute') return 'any';
  const shape: FieldShape | Attribute = term.kind === 'cell' ? fields[term.field] : attributes[term.name];
  return isFlag(shape) ? 2 : (shape.values?.length ?? 'any');
}

const isFlag = (shape: FieldShape | Attribute | Quantity): boolean => 'flag' in shape;
