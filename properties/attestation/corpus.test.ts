import { describe, expect, test } from 'vitest';
import type { Case } from './corpus.ts';
import { corpusOf } from './corpus.ts';

describe('the corpus', () => {
  const cases: readonly Case[] = [...corpusOf(['a device'])];

  test('has enough cases for four devices to make 500', () => {
    expect(4 * cases.length).toBeGreaterThanOrEqual(500);
  });

  test('has each forged case denied by its clause, under the default or its own options', () => {
    const wrong = cases.filter(({ clause, verdicts, special }) => {
      const verdict = special?.verdict ?? verdicts['default'] ?? '';
      return clause === undefined ? false : !verdict.startsWith(clause);
    });
    expect(wrong).toEqual([]);
  });

  test('has each sound case believed under some options', () => {
    const never = cases.filter(
      ({ clause, verdicts }) => clause === undefined && !Object.values(verdicts).includes('proper'),
    );
    expect(never).toEqual([]);
  });

  test('is the same each time', () => {
    const first = corpusOf(['a device']).next().value as Case;
    expect(first).toEqual(cases[0]);
  });
});
