import { beforeAll, describe, expect, test } from 'vitest';
import { verifiers } from '../../spec/evidence/verifiers.ts';
import type { Case } from './corpus.ts';
import { casesOf, corpusOf, planOf, plannedIn } from './corpus.ts';
import { decisions } from './decisions.ts';

const small = planOf(1, 10, 1);
const idsOf = (plan: Parameters<typeof plannedIn>[0]): number[] => plannedIn(plan).map(({ tcId }) => tcId);

describe('the corpus', () => {
  let cases: readonly Case[] = [];
  beforeAll(() => {
    const own = plannedIn(small).filter(
      ({ draft: { sort, clause } }) => sort === 'Sound' || sort === 'Forged' || clause === 'CBOR-WHOLE',
    );
    cases = [...casesOf(own)];
  }, 120_000);

  test('has at least 500 pieces of evidence, and each check refuses one', () => {
    expect(new Set(plannedIn(small).map(({ draft }) => draft)).size).toBeGreaterThanOrEqual(500);
    const refused = new Set(cases.map(({ verdict }) => verdict.split(' ')[0]));
    const asked = verifiers.flatMap(({ checks }) => checks.map(({ clause }) => clause));
    expect(asked.filter((clause) => !refused.has(clause))).toEqual([]);
  });

  test('has each forged piece denied by its clause under some options, and each sound one believed', () => {
    const by = (sort: string): Case[][] => {
      const ours = cases.filter(({ flags }) => flags[0] === sort);
      const nameOf = ({ comment, flags }: Case): string => `${flags[1] ?? ''} ${comment}`;
      return [...new Set(ours.map(nameOf))].map((name) => ours.filter((one) => nameOf(one) === name));
    };
    const forged = by('Forged').filter((all) => !all.some(({ verdict, flags }) => verdict.split(' ')[0] === flags[1]));
    expect(forged.map(([first]) => first?.comment)).toEqual([]);
    const sound = by('Sound').filter((all) => !all.some(({ result }) => result === 'valid'));
    expect(sound.map(([first]) => first?.comment)).toEqual([]);
  });

  test('has a case that is acceptable for each decision, and none for another clause', () => {
    const acceptable = cases.filter(({ result }) => result === 'acceptable');
    const clauses = new Set(acceptable.map(({ verdict }) => verdict.split(' ')[0]));
    expect([...clauses].sort()).toEqual(decisions.map(({ clause }) => clause as string).sort());
    expect(acceptable.every(({ flags }) => flags.includes('Decision'))).toBe(true);
  });

  test('is the same each time', () => {
    expect(corpusOf(small).next().value).toEqual(cases[0]);
  });
});

describe('the numbers of tests', () => {
  test('are all different', () => {
    const ids = idsOf(planOf(3, 300, 1));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('do not change with the arguments', () => {
    const numbered = (plan: Parameters<typeof plannedIn>[0], sort: 'drawn' | 'made'): Map<number, string> =>
      new Map(
        plannedIn(plan)
          .filter(({ draft }) => (draft.sort === 'Drawn') === (sort === 'drawn'))
          .map(({ tcId, draft, options }) => [tcId, `${draft.comment} ${options}`]),
      );
    const one = numbered(planOf(1, 0, 1), 'made');
    expect(numbered(planOf(1, 7, 2), 'made')).toEqual(one);
    const three = numbered(planOf(3, 0, 1), 'made');
    expect([...one].filter(([id, name]) => three.get(id) !== name)).toEqual([]);
    const few = numbered(planOf(1, 5, 1), 'drawn');
    const many = numbered(planOf(2, 50, 1), 'drawn');
    expect([...few].filter(([id, name]) => many.get(id) !== name)).toEqual([]);
  });
});
