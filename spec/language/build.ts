/** How terms are written. */
import { fields } from '../fields.ts';
import type { FieldName, FieldShape, ValueOf } from '../fields.ts';
import { attributes } from '../given.ts';
import type { Attribute, AttributeName, QuantityName } from '../given.ts';
import type { Actor } from '../rule.ts';
import { answerName } from './term.ts';
import type {
  Applied,
  Bool,
  CellTerm,
  Comparison,
  Definition,
  Effect,
  Num,
  Operator,
  Range,
  Tally,
  Term,
} from './term.ts';

/** A number, or the name of one. */
export type Ref = string | number | Num;

export function value(ref: Ref): Num {
  if (typeof ref === 'object') return ref;
  return typeof ref === 'number' ? { kind: 'number', value: ref } : { kind: 'name', name: ref };
}

export const passed = (name: string): Num => ({ kind: 'passed', name });
export const thisCpu: Num = { kind: 'this CPU' };
export const quantity = (name: QuantityName): Num => ({ kind: 'quantity', name });

/** What the configuration says of something: a number, or one of the values that the attribute has names for. */
export function attribute(name: AttributeName, ...of: Ref[]): { readonly value: Num } & Comparable {
  const given: Num = { kind: 'attribute', name, of: of.map(value) };
  const { values }: Attribute = attributes[name];
  return { value: given, ...comparable(given, `attribute ${name}`, values) };
}

export const compare = (left: Ref, how: Comparison, right: Ref): Bool => ({
  kind: 'compare',
  how,
  left: value(left),
  right: value(right),
});
export const equals = (left: Ref, right: Ref): Bool => compare(left, '=', right);
export const isBelow = (left: Ref, right: Ref): Bool => compare(left, '<', right);

export const compute = (left: Ref, how: Operator, right: Ref): Num => ({
  kind: 'arithmetic',
  how,
  left: value(left),
  right: value(right),
});
export const choose = (when: Bool, then: Ref, otherwise: Ref): Num => ({
  kind: 'choose',
  when,
  then: value(then),
  otherwise: value(otherwise),
});
/** 1 where the condition holds, 0 where not. */
export const truth = (condition: Bool): Num => choose(condition, 1, 0);

export const not = (of: Bool): Bool => ({ kind: 'not', of });
export const both = (...parts: Bool[]): Bool => ({ kind: 'all of', parts });
export const either = (...parts: Bool[]): Bool => ({ kind: 'any of', parts });

const range = (from: Ref, count: Ref, member: string): Range => ({ member, from: value(from), count: value(count) });
/** The condition holds for each of `count` numbers from `from` on; the condition calls the member by its name. */
export const every = (from: Ref, count: Ref, member: `each ${string}`, holds: Bool): Bool => ({
  kind: 'every',
  range: range(from, count, member),
  holds,
});
export const some = (from: Ref, count: Ref, member: `each ${string}`, holds: Bool): Bool => ({
  kind: 'some',
  range: range(from, count, member),
  holds,
});
export const first = (from: Ref, count: Ref, member: `each ${string}`, where: Bool): Num => ({
  kind: 'first',
  range: range(from, count, member),
  where,
});

export const sum = (from: Ref, count: Ref, member: `each ${string}`, of: Ref): Num => ({
  kind: 'sum',
  range: range(from, count, member),
  of: value(of),
});
/** Of how many members of the range the condition holds. */
export const countOf = (from: Ref, count: Ref, member: `each ${string}`, where: Bool): Num =>
  sum(from, count, member, truth(where));
/** A tally, as the number that it has for a subject. */
export const tally =
  (kept: Tally): ((subject: Ref) => Num) =>
  (subject) => ({ kind: 'tally', tally: kept, of: value(subject) });
/** The second holds wherever the first does. */
export const implies = (condition: Bool, then: Bool): Bool => either(not(condition), then);

/** A number or a condition as it was before the step. */
export function before(of: Num): Num;
export function before(of: Bool): Bool;
export function before(of: Num | Bool): Num | Bool {
  return { kind: 'before', of } as Num | Bool;
}
/** The number is what it was before the step. */
export const stays = (of: Num): Bool => equals(of, before(of));
export const callIsDone: Bool = { kind: 'done' };
export const callIs = (...on: string[]): Bool => ({ kind: 'call', on });
export const callIsBy = (by: Actor): Bool => ({ kind: 'call', by });
export const theAnswer: Num = { kind: 'name', name: answerName };

/** Several effects, in order. */
export const all = (...effects: Effect[]): Effect => ({ kind: 'sequence', effects });
export const when = (condition: Bool, then: Effect, otherwise?: Effect): Effect => ({
  kind: 'when',
  condition,
  then,
  ...(otherwise === undefined ? {} : { otherwise }),
});
export const forEach = (from: Ref, count: Ref, member: `each ${string}`, effect: Effect): Effect => ({
  kind: 'for each',
  range: range(from, count, member),
  effect,
});
export const repeat = (condition: Bool, effect: Effect): Effect => ({ kind: 'while', condition, effect });
export const note = (name: string, is: Ref): Effect => ({ kind: 'note', name, is: value(is) });
export const answers = (what: Ref): Effect => ({ kind: 'answer', with: value(what) });

/** What a number can be compared with: another number, or one of its named values. */
export interface Comparable<V = string | number> {
  is(wanted: V | Num): Bool;
  isNot(wanted: V | Num): Bool;
  isOneOf(...wanted: V[]): Bool;
}

function comparable<V>(
  subject: Num,
  what: string,
  values: readonly string[] | undefined,
): Comparable<V> & { readonly code: (wanted: V | Num) => Num } {
  const code = (wanted: V | Num): Num => {
    if (typeof wanted === 'object') return wanted as Num;
    if (typeof wanted === 'number') return value(wanted);
    const found = values?.indexOf(String(wanted)) ?? -1;
    if (found < 0) throw new Error(`unreachable: ${what} has no value ${String(wanted)}`);
    return value(found);
  };
  return {
    code,
    is: (wanted) => equals(subject, code(wanted)),
    isNot: (wanted) => compare(subject, '≠', code(wanted)),
    isOneOf: (...wanted) => either(...wanted.map((one) => equals(subject, code(one)))),
  };
}

/** One cell of the state: what a guard asks about and an effect changes. */
export interface Cell<F extends FieldName = FieldName> extends Comparable<ValueOf<F>> {
  readonly value: CellTerm;
  becomes(wanted: ValueOf<F> | Num): Effect;
  grows(by?: Ref): Effect;
  shrinks(by?: Ref): Effect;
}

export function cell<F extends FieldName>(field: F, ...at: Ref[]): Cell<F> {
  const own: CellTerm = { kind: 'cell', field, at: at.map(value) };
  const shape: FieldShape = fields[field];
  const { code, ...compared } = comparable<ValueOf<F>>(own, `field ${field}`, shape.values);
  const becomes = (to: Num): Effect => ({ kind: 'set', cell: own, to });
  return {
    value: own,
    ...compared,
    becomes: (wanted) => becomes(code(wanted)),
    grows: (by = 1) => becomes(compute(own, '+', by)),
    shrinks: (by = 1) => becomes(compute(own, '-', by)),
  };
}

/** A term with a name: what it is applied to stands for its subjects, each computed once. */
function defines<T extends Term>() {
  return <const S extends readonly string[]>(
    subjects: S,
    phrase: string,
    means: (...subjects: { [K in keyof S]: Num }) => T,
  ): ((...to: { [K in keyof S]: Ref }) => Applied<T & (Num | Bool | Effect)>) => {
    const names = subjects.map((name) => value(name)) as unknown as { [K in keyof S]: Num };
    const definition: Definition<T> = { subjects, phrase, means: means(...names) };
    definitions.push(definition);
    return (...to) => ({ kind: 'applied', definition, to: (to as readonly Ref[]).map(value) }) as never;
  };
}
export const number = defines<Num>();
export const condition = defines<Bool>();
export const effect = defines<Effect>();

/** All definitions, in the order in which they were made. */
export const definitions: Definition[] = [];
