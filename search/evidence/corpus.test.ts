import { describe, expect, test } from 'vitest';
import { verifiers } from '../../spec/evidence/verifiers.ts';
import type { Case } from './corpus.ts';
import { corpusOf } from './corpus.ts';
import { forgeries } from './forgeries/all.ts';

const plan = { devices: ['a device'], draws: 20, seed: 1 };

describe('the corpus', () => {
  const cases: readonly Case[] = [...corpusOf(plan)];

  test('has at least 500 cases for three devices, and each check refuses a case for each device', () => {
    expect(3 * (cases.length - plan.draws)).toBeGreaterThanOrEqual(450);
    const refused = new Set(cases.flatMap(({ verdicts }) => Object.values(verdicts).map((one) => one.split(' ')[0])));
    const asked = verifiers.flatMap(({ checks }) => checks.map(({ clause }) => clause));
    expect(asked.filter((clause) => !refused.has(clause))).toEqual([]);
  });

  test('has each forged case denied by its clause under some options', () => {
    const denied = ({ clause, verdicts }: Case): boolean =>
      Object.values(verdicts).some((verdict) => verdict.split(' ')[0] === clause);
    expect(cases.filter((one) => one.clause !== undefined && !denied(one))).toEqual([]);
    expect(cases.filter(({ clause }) => clause !== undefined).length).toBe(forgeries.length);
  });

  test('has each sound case believed under some options', () => {
    const never = cases
      .slice(0, -plan.draws)
      .filter(({ clause, verdicts }) => clause === undefined && !Object.values(verdicts).includes('proper'));
    expect(never).toEqual([]);
  });

  test('is the same each time', () => {
    const first = corpusOf(plan).next().value as Case;
    expect(first).toEqual(cases[0]);
  });
});
