/**
 * Terms: the small language in which rules are written. A term says itself in words, names the fields that it reads
 * and writes and the parameters that it refers to, and compiles once, for a world, to a plain function.
 */
import type { FieldName, FieldShape, Layout, State, ValueOf } from './state.ts';
import { fields } from './state.ts';
import type { World } from './world.ts';

/** The arguments of one call, by position; position 0 is the CPU that issues it. */
export type Args = Int32Array;
export const argsLength = 32;
/** A parameter at position p stands at p + `passed` as the caller passed it, before an alias was resolved. */
export const passed = 12;
/** Positions from here on hold the members of a range while a term looks at them one by one. */
const firstMember = 26;

/** What a term is compiled for: the layout of the state, and where each parameter stands. */
export interface Scope {
  readonly layout: Layout;
  readonly world: World;
  readonly positions: Readonly<Record<string, number>>;
}

export type Run<T> = (state: State, args: Args) => T;

/**
 * What a compiled number is, where it is simple: a constant, an argument, or the cell that a simple number points to.
 * Terms around it are then compiled to one function instead of several that call each other.
 */
type Simple =
  | { readonly kind: 'constant'; readonly number: number }
  | { readonly kind: 'argument'; readonly position: number }
  | { readonly kind: 'cell'; readonly base: number; readonly position: number };

const simple = new WeakMap<Run<number>, Simple>();

function constant(number: number): Run<number> {
  const run = (): number => number;
  simple.set(run, { kind: 'constant', number });
  return run;
}

function argument(position: number): Run<number> {
  const run: Run<number> = (_, args) => args[position] as number;
  simple.set(run, { kind: 'argument', position });
  return run;
}

/** The cell at `base` plus a number. */
function cellAt(base: number, index: Run<number>): Run<number> {
  const at = simple.get(index);
  if (at?.kind === 'constant') {
    const target = base + at.number;
    return (state) => state.cells[target] as number;
  }
  if (at?.kind !== 'argument') return (state, args) => state.cells[base + index(state, args)] as number;
  const { position } = at;
  const run: Run<number> = (state, args) => state.cells[base + (args[position] as number)] as number;
  simple.set(run, { kind: 'cell', base, position });
  return run;
}

type Test = (left: number, right: number) => boolean;
const same: Test = (left, right) => left === right;
const different: Test = (left, right) => left !== right;

/** Does a number equal (or not equal) a constant? */
function isConstant(left: Run<number>, number: number, wanted: boolean): Run<boolean> {
  const what = simple.get(left);
  if (what?.kind === 'cell') {
    const { base, position } = what;
    return (state, args) => (state.cells[base + (args[position] as number)] === number) === wanted;
  }
  if (what?.kind === 'argument') {
    const { position } = what;
    return (_, args) => (args[position] === number) === wanted;
  }
  return (state, args) => (left(state, args) === number) === wanted;
}

function comparison(left: Run<number>, right: Run<number>, test: Test): Run<boolean> {
  const fixed = simple.get(right);
  if (fixed?.kind === 'constant' && (test === same || test === different)) {
    return isConstant(left, fixed.number, test === same);
  }
  if (test === same) return (state, args) => left(state, args) === right(state, args);
  return (state, args) => test(left(state, args), right(state, args));
}

/** Put a constant into a cell. */
function assign(base: number, index: Run<number>, number: number): Run<void> {
  const at = simple.get(index);
  if (at?.kind !== 'argument') return (state, args) => state.set(base + index(state, args), number);
  const { position } = at;
  return (state, args) => state.set(base + (args[position] as number), number);
}

export interface Term<T, P extends string = string> {
  readonly words: string;
  readonly reads: readonly FieldName[];
  readonly writes: readonly FieldName[];
  readonly params: readonly P[];
  compile(scope: Scope): Run<T>;
}

export type Condition<P extends string = string> = Term<boolean, P>;
export type Value<P extends string = string> = Term<number, P>;
export type Effect<P extends string = string> = Term<void, P>;
/** A parameter by its name, a constant, or a computed number. */
export type Ref<P extends string> = P | number | Value<P>;

type AnyTerm = Term<unknown>;

/** Build a term out of others: what it reads, writes and refers to is theirs, plus what is given. */
export function term<T, P extends string>(
  words: string,
  parts: readonly Term<unknown, P>[],
  compile: (scope: Scope) => Run<T>,
  own: { reads?: readonly FieldName[]; writes?: readonly FieldName[] } = {},
): Term<T, P> {
  const union = <V>(pick: (part: AnyTerm) => readonly V[], more: readonly V[] = []): readonly V[] => [
    ...new Set([...parts.flatMap(pick), ...more]),
  ];
  return {
    words,
    reads: union((part) => part.reads, own.reads),
    writes: union((part) => part.writes, own.writes),
    params: union((part) => part.params) as readonly P[],
    compile,
  };
}

export function value<P extends string>(ref: Ref<P>): Value<P> {
  if (typeof ref === 'object') return ref;
  if (typeof ref === 'number') return term(String(ref), [], () => constant(ref));
  return {
    words: ref,
    reads: [],
    writes: [],
    params: [ref],
    compile: ({ positions }) => {
      const position = positions[ref];
      if (position === undefined) throw new Error(`unreachable: no parameter ${ref}`);
      return argument(position);
    },
  };
}

/** A parameter as the caller passed it, before a number that wraps at 64 bits was brought back into range. */
export function asPassed<P extends string>(name: P): Value<P> {
  return term(name, [value<P>(name)], ({ positions }) => {
    return argument((positions[name] as number) + passed);
  });
}

/** The CPU on which the call is made. */
export const thisCpu: Value<never> = term('this CPU', [], () => argument(0));

export function not<P extends string>(condition: Condition<P>): Condition<P> {
  return term(`not (${condition.words})`, [condition], (scope) => {
    const holds = condition.compile(scope);
    return (state, args) => !holds(state, args);
  });
}

export function both<P extends string>(left: Condition<P>, right: Condition<P>): Condition<P> {
  return term(`${left.words} and ${right.words}`, [left, right], (scope) => {
    const first = left.compile(scope);
    const second = right.compile(scope);
    return (state, args) => first(state, args) && second(state, args);
  });
}

export function either<P extends string>(left: Condition<P>, right: Condition<P>): Condition<P> {
  return term(`${left.words}, or ${right.words}`, [left, right], (scope) => {
    const first = left.compile(scope);
    const second = right.compile(scope);
    return (state, args) => first(state, args) || second(state, args);
  });
}

/** A comparison of two numbers, said with the words given. */
export function compare<P extends string>(left: Ref<P>, words: string, right: Ref<P>, test: Test): Condition<P> {
  const [a, b] = [value(left), value(right)];
  return term(`${a.words} ${words} ${b.words}`, [a, b], (scope) =>
    comparison(a.compile(scope), b.compile(scope), test),
  );
}

export const isBelow = <P extends string>(left: Ref<P>, right: Ref<P>): Condition<P> =>
  compare(left, 'is below', right, (a, b) => a < b);
export const equals = <P extends string>(left: Ref<P>, right: Ref<P>): Condition<P> => compare(left, 'is', right, same);

/** A fact about an argument that depends on the world alone. */
export function worldFact<P extends string>(
  words: string,
  of: Ref<P>,
  test: (world: World, value: number) => boolean,
): Condition<P> {
  const subject = value(of);
  return term(`${subject.words} ${words}`, [subject], (scope) => {
    const read = subject.compile(scope);
    const { world } = scope;
    // What a world says of the numbers that it has is asked once.
    const known = Uint8Array.from({ length: Math.max(world.pages.length, world.gfns.length, 32) }, (_, number) =>
      test(world, number) ? 1 : 0,
    );
    return (state, args) => {
      const number = read(state, args);
      return number >= 0 && number < known.length ? known[number] === 1 : test(world, number);
    };
  });
}

/** A number that depends on the world alone, such as the pages that a call takes. */
export const worldNumber = (words: string, read: (world: World) => number): Value<never> =>
  term(words, [], (scope) => {
    return constant(read(scope.world));
  });

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
  const locate = (scope: Scope): Run<number> => {
    const base = scope.layout.base[field];
    const read = index.compile(scope);
    return (state, args) => base + read(state, args);
  };
  const operand = <Q extends string>(wanted: ValueOf<F> | Value<Q>): Value<Q> =>
    isValue(wanted) ? wanted : term(String(wanted), [], () => constant(encode(field, wanted as string | number)));
  const current: Value<P> = term(words, [index], (scope) => cellAt(scope.layout.base[field], index.compile(scope)), {
    reads: [field],
  });
  const change = <Q extends string>(
    verb: string,
    by: Value<Q>,
    next: (old: number, operand: number) => number,
  ): Effect<P | Q> =>
    term<void, P | Q>(
      `${words} ${verb}`,
      [index, by],
      (scope) => {
        const where = locate(scope);
        const read = by.compile(scope);
        return (state, args) => {
          const target = where(state, args);
          state.set(target, next(state.at(target), read(state, args)));
        };
      },
      { writes: [field] },
    );
  return {
    value: current,
    is: <Q extends string>(wanted: ValueOf<F> | Value<Q>) => equals<P | Q>(current, operand(wanted)),
    isNot: (wanted) => compare<P>(current, 'is not', operand<P>(wanted), different),
    isOneOf: (...wanted) => {
      const among = new Uint8Array(16);
      for (const one of wanted) among[encode(field, one as string | number)] = 1;
      return term(`${words} is ${wanted.join(' or ')}`, [current], (scope) => {
        const read = current.compile(scope);
        return (state, args) => among[read(state, args)] === 1;
      });
    },
    becomes: <Q extends string>(wanted: ValueOf<F> | Value<Q>) => {
      const next = operand(wanted);
      return term<void, P | Q>(
        `${words} becomes ${next.words}`,
        [index, next],
        (scope) => {
          const read = next.compile(scope);
          const fixed = simple.get(read);
          const base = scope.layout.base[field];
          const at = index.compile(scope);
          if (fixed?.kind === 'constant') return assign(base, at, fixed.number);
          return (state, args) => state.set(base + at(state, args), read(state, args));
        },
        { writes: [field] },
      );
    },
    grows: <Q extends string>(by: Ref<Q> = 1) =>
      change(`grows by ${value(by).words}`, value(by), (old, number) => old + number),
    shrinks: <Q extends string>(by: Ref<Q> = 1) =>
      change(`shrinks by ${value(by).words}`, value(by), (old, number) => old - number),
  };
}

const isValue = (wanted: unknown): wanted is Value<never> => typeof wanted === 'object';

/** Where the member of a range stands while it is looked at; ranges within ranges stand side by side. */
export const memberPosition = (scope: Scope): number =>
  firstMember + Object.keys(scope.positions).filter((name) => name.startsWith('each ')).length;

/** `count` consecutive numbers from `first` on, looked at one by one under the parameter name `member`. */
function overRange<P extends string, M extends string, T>(
  first: Ref<P>,
  count: Ref<P>,
  member: M,
  part: Term<T, P | M>,
  words: string,
  walk: (visit: Run<T>, position: number) => (state: State, args: Args, from: number, to: number) => T,
): Term<T, P> {
  const [from, length] = [value(first), value(count)];
  const inner = part as unknown as Term<T, P>;
  const built = term<T, P>(words, [from, length, inner], (scope) => {
    const position = memberPosition(scope);
    const visit = part.compile({ ...scope, positions: { ...scope.positions, [member]: position } });
    const start = from.compile(scope);
    const size = length.compile(scope);
    const run = walk(visit, position);
    return (state, args) => {
      const low = start(state, args);
      return run(state, args, low, low + size(state, args));
    };
  });
  return { ...built, params: built.params.filter((name) => (name as string) !== member) };
}

/** The condition holds for each of `count` pages (or frames) from `first` on; the condition calls the member `each …`. */
export const every = <P extends string, M extends `each ${string}`>(
  first: Ref<P>,
  count: Ref<P>,
  member: M,
  condition: Condition<P | M>,
): Condition<P> =>
  overRange(first, count, member, condition, condition.words, (visit, position) => (state, args, from, to) => {
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
  overRange(
    first,
    count,
    member,
    effect,
    `for ${member}: ${effect.words}`,
    (visit, position) => (state, args, from, to) => {
      for (let i = from; i < to; i++) {
        args[position] = i;
        visit(state, args);
      }
    },
  );

/** Several effects, in order. */
export function all<P extends string>(...effects: Effect<P>[]): Effect<P> {
  return term(effects.map((effect) => effect.words).join('; '), effects, (scope) => {
    const runs = effects.map((effect) => effect.compile(scope));
    const [first, second] = runs as [Run<void>, Run<void>];
    if (runs.length === 1) return first;
    if (runs.length === 2) {
      return (state, args) => {
        first(state, args);
        second(state, args);
      };
    }
    return (state, args) => {
      for (let i = 0; i < runs.length; i++) (runs[i] as Run<void>)(state, args);
    };
  });
}

export function when<P extends string>(condition: Condition<P>, effect: Effect<P>): Effect<P> {
  return term(`if ${condition.words}: ${effect.words}`, [condition, effect], (scope) => {
    const holds = condition.compile(scope);
    const run = effect.compile(scope);
    return (state, args) => {
      if (holds(state, args)) run(state, args);
    };
  });
}

/** The call answers this number. */
export function answers<P extends string>(what: Ref<P>): Effect<P> {
  const number = value(what);
  return term(`answers ${number.words}`, [number], (scope) => {
    const read = number.compile(scope);
    return (state, args) => {
      state.answer = read(state, args);
    };
  });
}

/** 1 where the condition holds, 0 where not. */
export const truth = <P extends string>(condition: Condition<P>): Value<P> =>
  term(`whether ${condition.words}`, [condition], (scope) => {
    const holds = condition.compile(scope);
    return (state, args) => (holds(state, args) ? 1 : 0);
  });
