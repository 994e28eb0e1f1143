/**
 * From terms to functions. A term writes itself as an expression over `s` (the state), `c` (its cells) and `a` (the
 * arguments); what cannot be said in an expression is linked in as a function. One function is then made of the whole.
 * why: a rule as one straight function runs ten times as fast as the same rule as a tree of closures, and the terms
 * stay the only source; docs/decisions/0010-rules-become-functions.md.
 */
import type { State } from './state.ts';
import type { Args, Binding, Run, Term } from './term.ts';

export class Emitter {
  readonly binding: Binding;
  private readonly linked: unknown[] = [];

  constructor(binding: Binding) {
    this.binding = binding;
  }

  /** The expression that a term writes. */
  of(term: Term<unknown>): string {
    return term.emit(this);
  }

  /** A name for a function or table that the expression uses. */
  link(value: unknown): string {
    const known = this.linked.indexOf(value);
    return `f${known < 0 ? this.linked.push(value) - 1 : known}`;
  }

  /** Make a function of statements or, after `return`, of an expression. */
  build<T>(body: string): Run<T> {
    const names = this.linked.map((_, i) => `f${i}`);
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text comes from our own terms alone
    const make = new Function(...names, `return (s, a) => { const c = s.cells; ${body} };`) as (
      ...values: unknown[]
    ) => (state: State, args: Args) => T;
    return make(...this.linked);
  }
}

/** A term as a function of its own. */
export function asFunction<T>(term: Term<T>, binding: Binding): Run<T> {
  const emitter = new Emitter(binding);
  const expression = emitter.of(term);
  return emitter.build(`return ${expression};`);
}

/** A statement about the member of a family that has this number. */
export interface Test<A, B> {
  holds(about: A, number: number, beside: B): boolean;
}

/**
 * Whether every one of the tests holds for each of the first `count` numbers.
 * why: each test is called from a place of its own, so that the compiler can take it in; a loop over tests runs half as
 * fast.
 */
export function allHold<A, B>(
  tests: readonly Test<A, B>[],
): (about: A, numbers: Int32Array, count: number, beside: B) => boolean {
  const names = tests.map((_, i) => `t${i}`);
  const failed = names.map((name) => `if (!${name}.holds(about, n, beside)) return false;`);
  const loop = `for (let i = 0; i < count; i++) { const n = numbers[i]; ${failed.join('\n')} }`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made here, and of numbers alone
  const make = new Function(...names, `return (about, numbers, count, beside) => { ${loop} return true; };`) as (
    ...tests: unknown[]
  ) => (about: A, numbers: Int32Array, count: number, beside: B) => boolean;
  return make(...tests);
}
