/**
 * Terms: the small language in which rules are written. A term says itself in words, names the fields that it reads
 * and writes and the parameters that it refers to, and compiles once, for a configuration, to a plain function.
 */
import { asFunction } from './emit.ts';
import type { Emitter } from './emit.ts';
import { none } from './config.ts';
import { fields } from './state.ts';
import type { FieldName, FieldShape, Layout, State, ValueOf } from './state.ts';
import type { Config } from './config.ts';

/** The arguments of one call, by position; position 0 is the CPU that issues it. */
export type Args = Int32Array;
export const argsLength = 32;
/** A parameter at position p stands at p + `passed` as the caller passed it, before an alias was resolved. */
export const passed = 12;
/** Positions from here on hold the members of a range while a term looks at them one by one. */
const firstMember = 26;

/** What a term is compiled for: the layout of the state, and where each parameter stands. */
export interface Binding {
  readonly layout: Layout;
  readonly config: Config;
  readonly positions: Readonly<Record<string, number>>;
}

export type Run<T> = (state: State, args: Args) => T;

export interface Term<T, P extends string = string> {
  readonly words: string;
  readonly reads: readonly FieldName[];
  readonly writes: readonly FieldName[];
  readonly params: readonly P[];
  /** The term as an expression in the language of `emit.ts`. */
  readonly emit: (into: Emitter) => string;
  /** The term as a function of its own. */
  readonly compile: (binding: Binding) => Run<T>;
}

export type Condition<P extends string = string> = Term<boolean, P>;
export type Value<P extends string = string> = Term<number, P>;
export type Effect<P extends string = string> = Term<void, P>;
/** A parameter by its name, a constant, or a computed number. */
export type Ref<P extends string> = P | number | Value<P>;

type AnyTerm = Term<unknown>;

interface Touches {
  readonly reads?: readonly FieldName[];
  readonly writes?: readonly FieldName[];
}

const union = <V>(parts: readonly AnyTerm[], pick: (part: AnyTerm) => readonly V[], own: readonly V[] = []): V[] => [
  ...new Set([...parts.flatMap(pick), ...own]),
];

/** Build a term out of others by an expression: what it reads, writes and refers to is theirs, plus what is given. */
export function expression<T, P extends string>(
  words: string,
  parts: readonly Term<unknown, P>[],
  emit: (into: Emitter) => string,
  own: Touches = {},
): Term<T, P> {
  const built: Term<T, P> = {
    words,
    reads: union(parts, (part) => part.reads, own.reads),
    writes: union(parts, (part) => part.writes, own.writes),
    params: union(parts, (part) => part.params) as P[],
    emit,
    compile: (binding) => asFunction(built as Term<T>, binding),
  };
  return built;
}

/** Build a term out of others by a function, where an expression cannot say it. */
export const term = <T, P extends string>(
  words: string,
  parts: readonly Term<unknown, P>[],
  compile: (binding: Binding) => Run<T>,
  own: Touches = {},
): Term<T, P> => ({
  ...expression<T, P>(words, parts, (into) => `${into.link(compile(into.binding))}(s, a)`, own),
  compile,
});

/** The same term, said in other words. */
export const labelled = <T, P extends string>(words: string, same: Term<T, P>): Term<T, P> => ({ ...same, words });

export function value<P extends string>(ref: Ref<P>): Value<P> {
  if (typeof ref === 'object') return ref;
  if (typeof ref === 'number') return expression(String(ref), [], () => `(${ref})`);
  const named = expression<number, P>(ref, [], (into) => `a[${positionOf(into.binding, ref)}]`);
  return { ...named, params: [ref] };
}

function positionOf(binding: Binding, name: string): number {
  const position = binding.positions[name];
  if (position === undefined) throw new Error(`unreachable: no parameter ${name}`);
  return position;
}

/** A parameter as the caller passed it, before a number that wraps at 64 bits was brought back into range. */
export const asPassed = <P extends string>(name: P): Value<P> =>
  expression(name, [value<P>(name)], (into) => `a[${positionOf(into.binding, name) + passed}]`);

/** The CPU on which the call is made. */
export const thisCpu: Value<never> = expression('this CPU', [], () => 'a[0]');

export const not = <P extends string>(condition: Condition<P>): Condition<P> =>
  expression(negated(condition.words), [condition], (into) => `!${into.of(condition)}`);
const negated = (words: string): string =>
  words.split(' is ').length === 2 ? words.replace(' is ', ' is not ') : `not (${words})`;

export const both = <P extends string>(left: Condition<P>, right: Condition<P>): Condition<P> =>
  expression(`${left.words} and ${right.words}`, [left, right], (into) => `(${into.of(left)} && ${into.of(right)})`);

export const either = <P extends string>(left: Condition<P>, right: Condition<P>): Condition<P> =>
  expression(`${left.words}, or ${right.words}`, [left, right], (into) => `(${into.of(left)} || ${into.of(right)})`);

/** How two numbers can be compared, and the words for it. */
const comparisons = {
  '===': 'is',
  '!==': 'is not',
  '<': 'is below',
  '<=': 'is at most',
  '>=': 'is at least',
} as const;
type Comparison = keyof typeof comparisons;

export function compare<P extends string>(
  left: Ref<P>,
  how: Comparison,
  right: Ref<P>,
  words: string = comparisons[how],
): Condition<P> {
  const [a, b] = [value(left), value(right)];
  return expression(`${a.words} ${words} ${b.words}`, [a, b], (into) => `(${into.of(a)} ${how} ${into.of(b)})`);
}

export const isBelow = <P extends string>(left: Ref<P>, right: Ref<P>): Condition<P> =>
  left === 0 ? labelled(`${value(right).words} is at least 1`, compare(left, '<', right)) : compare(left, '<', right);
export const equals = <P extends string>(left: Ref<P>, right: Ref<P>): Condition<P> => compare(left, '===', right);

/** A number made of two others, by an operator on 32-bit integers. */
export function combine<P extends string>(
  left: Ref<P>,
  how: '|' | '& ~' | '+' | '-',
  right: Ref<P>,
  words: string,
): Value<P> {
  const [a, b] = [value(left), value(right)];
  return expression(`${a.words} ${words} ${b.words}`, [a, b], (into) => `(${into.of(a)} ${how}${into.of(b)})`);
}

/** A fact about an argument that depends on the configuration alone. */
export function configFact<P extends string>(
  words: string,
  of: Ref<P>,
  test: (config: Config, value: number) => boolean,
): Condition<P> {
  const subject = value(of);
  return expression(`${subject.words} ${words}`, [subject], (into) => {
    return `${into.link(tabled(into.binding.config, test))}(${into.of(subject)})`;
  });
}

/** A fact about small numbers, looked up; about others it is asked anew. */
function tabled(config: Config, test: (config: Config, value: number) => boolean): (value: number) => boolean {
  const end = Math.max(config.pages.length, config.gfns.length, config.block) + 1;
  const known = Uint8Array.from({ length: end }, (_, number) => (test(config, number) ? 1 : 0));
  return (number) => (number >= 0 && number < end ? known[number] === 1 : test(config, number));
}

/** Facts and numbers that follow from several others in one part of the configuration. */
export const ofPart =
  <W>(partOf: (config: Config) => W) =>
  <T, P extends string = never>(
    words: string,
    of: readonly Ref<P>[],
    read: (part: W, ...values: number[]) => T,
  ): Term<T, P> =>
    term(
      words,
      of.map((ref) => value(ref)),
      (binding) => {
        const values = of.map((ref) => value(ref).compile(binding));
        const part = partOf(binding.config);
        return (state, args) => read(part, ...values.map((one) => one(state, args)));
      },
    );

/** A number that depends on the configuration alone, such as the pages that a call takes. */
export const configNumber = (words: string, read: (config: Config) => number): Value<never> =>
  expression(words, [], (into) => `(${read(into.binding.config)})`);

/** One cell of the state: what a guard asks about and an effect changes. */
export interface Cell<F extends FieldName, P extends string> {
  readonly value: Value<P>;
  is<Q extends string = never>(value: ValueOf<F> | Value<Q>): Condition<P | Q>;
  isOneOf(...values: ValueOf<F>[]): Condition<P>;
  isNot(value: ValueOf<F>): Condition<P>;
  becomes<Q extends string = never>(value: ValueOf<F> | Value<Q>): Effect<P | Q>;
  grows<Q extends string = never>(by?: Ref<Q>): Effect<P | Q>;
  shrinks<Q extends string = never>(by?: Ref<Q>): Effect<P | Q>;
}

function encode(field: FieldName, named: string | number): number {
  if (typeof named === 'number') return named;
  const shape: FieldShape = fields[field];
  const code = shape.values?.indexOf(named) ?? -1;
  if (code < 0) throw new Error(`unreachable: ${field} has no value ${named}`);
  return code;
}

export function cell<F extends FieldName, P extends string = never>(
  field: F,
  words: string,
  at: Ref<P> = 0,
): Cell<F, P> {
  const index = value(at);
  const where = (into: Emitter): string => `${into.binding.layout.base[field]} + ${into.of(index)}`;
  const current = expression<number, P>(words, [index], (into) => `c[${where(into)}]`, { reads: [field] });
  const operand = <Q extends string>(wanted: ValueOf<F> | Value<Q>): Value<Q> => {
    if (isValue(wanted)) return wanted;
    const code = encode(field, wanted as string | number);
    return labelled(wanted === none ? 'none' : `${wanted as string | number}`, value<Q>(code));
  };
  const change = <Q extends string>(verb: string, next: Value<Q>, how: '' | '+' | '-'): Effect<P | Q> =>
    expression<undefined, P | Q>(
      `${words} ${verb} ${next.words}`,
      [index, next],
      (into) =>
        how === ''
          ? `s.set(${where(into)}, ${into.of(next)})`
          : `${into.link(add)}(s, ${where(into)}, ${how}${into.of(next)})`,
      { writes: [field] },
    );
  return {
    value: current,
    is: <Q extends string>(wanted: ValueOf<F> | Value<Q>) => equals<P | Q>(current, operand(wanted)),
    isNot: (wanted) => compare<P>(current, '!==', operand<P>(wanted)),
    isOneOf: (...wanted) => {
      const codes = wanted.map((one) => encode(field, one as string | number));
      return expression(
        `${words} is ${wanted.join(' or ')}`,
        [current],
        (into) => `(${codes.map((code) => `${into.of(current)} === ${code}`).join(' || ')})`,
      );
    },
    becomes: <Q extends string>(wanted: ValueOf<F> | Value<Q>) => change('becomes', operand(wanted), ''),
    grows: <Q extends string>(by: Ref<Q> = 1) => change('grows by', value(by), '+'),
    shrinks: <Q extends string>(by: Ref<Q> = 1) => change('shrinks by', value(by), '-'),
  };
}

/** A cell that holds 1 or 0, said as what is true of its subject then. */
export function flagCell<F extends FieldName, P extends string>(
  field: F,
  subject: string,
  when: { readonly one: string; readonly zero: string },
  at: Ref<P> = 0,
): Cell<F, P> {
  const plain = cell(field, `whether ${subject} ${when.one}`, at);
  const words = (wanted: unknown): string => `${subject} ${wanted === 1 ? when.one : when.zero}`;
  return {
    ...plain,
    is: (wanted) => (typeof wanted === 'number' ? labelled(words(wanted), plain.is(wanted)) : plain.is(wanted)),
    becomes: (wanted) =>
      typeof wanted === 'number'
        ? labelled(`from now on ${words(wanted)}`, plain.becomes(wanted))
        : plain.becomes(wanted),
  };
}

const add = (state: State, cell: number, by: number): void => {
  state.set(cell, state.at(cell) + by);
};
const isValue = (wanted: unknown): wanted is Value<never> => typeof wanted === 'object';

/** Where the member of a range stands while it is looked at; ranges within ranges stand side by side. */
export const memberPosition = (binding: Binding): number =>
  firstMember + Object.keys(binding.positions).filter((name) => name.startsWith('each ')).length;

/** `count` consecutive numbers from `first` on, looked at one by one under the parameter name `member`. */
function overRange<P extends string, M extends string, T>(
  first: Ref<P>,
  count: Ref<P>,
  member: M,
  part: Term<T, P | M>,
  walk: (visit: Run<T>, position: number) => (state: State, args: Args, from: number, to: number) => T,
): Term<T, P> {
  const [from, length] = [value(first), value(count)];
  const inner = part as unknown as Term<T, P>;
  // A range counted by a parameter reads otherwise than one whose size has a name.
  const range = typeof count === 'string' ? `the ${count} from ${from.words} on` : `${length.words} at ${from.words}`;
  const built = term<T, P>(`for ${member} of ${range}: ${part.words}`, [from, length, inner], (binding) => {
    const position = memberPosition(binding);
    const visit = part.compile({ ...binding, positions: { ...binding.positions, [member]: position } });
    const start = from.compile(binding);
    const size = length.compile(binding);
    const run = walk(visit, position);
    return (state, args) => {
      const low = start(state, args);
      return run(state, args, low, low + size(state, args));
    };
  });
  return { ...built, params: built.params.filter((name) => (name as string) !== member) };
}

/**
 * The condition holds for each of `count` pages (or frames) from `first` on; the condition calls the member `each …`.
 */
export const every = <P extends string, M extends `each ${string}`>(
  first: Ref<P>,
  count: Ref<P>,
  member: M,
  condition: Condition<P | M>,
): Condition<P> =>
  overRange(first, count, member, condition, (visit, position) => (state, args, from, to) => {
    for (let i = from; i < to; i++) {
      args[position] = i;
      if (!visit(state, args)) return false;
    }
    return true;
  });

/** The effect is done for each of `count` pages (or frames) from `first` on. */
export const forEach = <P extends string, M extends `each ${string}`>(
  first: Ref<P>,
  count: Ref<P>,
  member: M,
  effect: Effect<P | M>,
): Effect<P> =>
  overRange(first, count, member, effect, (visit, position) => (state, args, from, to) => {
    for (let i = from; i < to; i++) {
      args[position] = i;
      visit(state, args);
    }
  });

/** Several effects, in order. */
export const all = <P extends string>(...effects: Effect<P>[]): Effect<P> =>
  expression(
    effects.map((effect) => effect.words).join('; '),
    effects,
    (into) => `(${effects.map((effect) => into.of(effect)).join(', ')})`,
  );

export const when = <P extends string>(condition: Condition<P>, effect: Effect<P>): Effect<P> =>
  expression(
    `if ${condition.words}: ${effect.words}`,
    [condition, effect],
    (into) => `(${into.of(condition)} ? ${into.of(effect)} : undefined)`,
  );

/** The call answers this number. */
export function answers<P extends string>(what: Ref<P>): Effect<P> {
  const number = value(what);
  return expression(`answers ${number.words}`, [number], (into) => `(s.answer = ${into.of(number)})`);
}

/** 1 where the condition holds, 0 where not. */
export const truth = <P extends string>(condition: Condition<P>): Value<P> =>
  expression(`whether ${condition.words}`, [condition], (into) => `(${into.of(condition)} ? 1 : 0)`);
