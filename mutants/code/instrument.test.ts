import { describe, expect, test } from 'vitest';
import { codeKinds, instrument } from './instrument.ts';

/** What a function answers, by which mutant is in force. */
function answers(body: string, argument: number): unknown[] {
  const { text, mutants } = instrument('a.ts', `const made = (x) => {${body}};`, 1);
  // oxlint-disable-next-line typescript/no-implied-eval -- the text comes from this file alone
  const make = new Function('$mutant', `${text} return made;`) as (mutant: {
    active: number;
  }) => (x: number) => unknown;
  return [0, ...mutants.map(({ number }) => number)].map((active) => make({ active })(argument));
}

describe('a source with its mutants', () => {
  test('does what it did while none is in force, and each mutant makes one mistake', () => {
    expect(answers('return x + 1', 5)).toEqual([6, 5, 7, 4]);
    expect(answers('return x < 5 ? true : x', 5)).toEqual([5, 5, true, true, true, true, 5]);
  });

  test('leaves a statement out, and the branch behind it is still that of its own condition', () => {
    const body = 'let y = x; if (x > 1) y = x * x; else y = -x; return y';
    expect(answers(body, 3)).toEqual([9, 9, 9, -3, -3, 9, 6, 3, 9]);
  });

  test('has mistakes of every kind, and none in what runs when a module is loaded', () => {
    const source = 'const most = 3; function f(x: number): boolean { if (x) g(x); return x < most ? true : h(4); }';
    const { mutants } = instrument('b.ts', source, 7);
    expect(new Set(mutants.map(({ kind }) => kind))).toEqual(new Set(codeKinds));
    expect(mutants.map(({ number }) => number)).toEqual(mutants.map((_, i) => 7 + i));
    expect(mutants.filter(({ change }) => change.startsWith('3'))).toEqual([]);
  });

  test('leaves types alone', () => {
    expect(instrument('c.ts', 'function f(x: 1 | 2): asserts x is 1 { type Y = 3; }', 1).mutants).toEqual([]);
  });
});
