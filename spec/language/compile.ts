/** Terms as functions: made of text where that may be, and evaluated elsewhere. */
import { Evaluator } from './evaluate.ts';
import { mayMakeFunctions } from './functions.ts';
import { Emitter, isEffect, madeWhenRun } from './run.ts';
import type { Binding, Run } from './run.ts';
import type { Bool, Effect, Num, Term } from './term.ts';

/** A condition, a number or an effect as a function of its own. */
export function compile(term: Bool, binding: Binding): Run<boolean>;
export function compile(term: Num, binding: Binding): Run<number>;
export function compile(term: Effect, binding: Binding): Run<void>;
export function compile(term: Term, binding: Binding): Run<unknown> {
  if (!mayMakeFunctions) return evaluate(term, binding);
  return madeWhenRun<unknown>(() => {
    const emitter = new Emitter(binding);
    return emitter.build(isEffect(term) ? emitter.statement(term) : `return ${emitter.of(term)};`);
  });
}

/** The same without making a function of text. */
export function evaluate(term: Term, binding: Binding): Run<unknown> {
  const by = new Evaluator(binding);
  return by.run(isEffect(term) ? by.statement(term) : by.of(term));
}
