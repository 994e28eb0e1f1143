import { readConfigureGlobal } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allMutants } from '../../mutants/rules/all.ts';
import { isBrokenAsWritten } from '../../mutants/rules/breaking.ts';
import { casesOf } from '../../mutants/rules/laws.ts';
import type { Killer } from '../../mutants/rules/killer.ts';
import { killedBy } from '../../mutants/rules/killer.ts';
import { keysOf } from '../../mutants/rules/mutant.ts';
import type { Mutant } from '../../mutants/rules/mutant.ts';
import { kinds } from '../../mutants/rules/terms.ts';
import { ruleMutants } from '../generate/inputs.ts';
import { caseSeed, killers, provers } from './killers.ts';
import { readBreakers } from './laws/result.ts';
import { noReason, readSurvey, reasonFor, survivorsOf, tryAll } from './result.ts';
import { sampled } from './sample.ts';

const seed = readConfigureGlobal().seed ?? 1;
const all = allMutants();
const cases = casesOf(caseSeed);
const judges = killers(cases);
/** The two that draw much before they tell anything, last: of a few mutants that is what costs. */
const slowToBegin = ['reference model', 'models from any state'];
const cheapestFirst = judges.toSorted(
  (one, other) => Number(slowToBegin.includes(one.name)) - Number(slowToBegin.includes(other.name)),
);
const { result, survivors } = readSurvey(ruleMutants);
/** What shows at once, if anything does. */
const negatedIn = (name: string): readonly Mutant[] =>
  all.filter(({ profile, kind }) => profile === name && kind === 'condition negated');
const negated = negatedIn('linux-7.3');
/** Tried first: of a small world, and one that goes on to a cell that is not there. To look in vain draws whole worlds. */
const tellingSoon = [...negatedIn('cids-strict'), ...negated.filter(({ place }) => place === 'RECLAIM-DYING')];

describe('mutants of the rules', () => {
  test('each has a key of its own, and there are some of every kind', () => {
    expect(new Set(keysOf(all).values()).size).toBe(all.length);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  test('a rule without a mistake is told from the rules by nothing', { timeout: 60_000 }, () => {
    const call = 'allocate_cid';
    const same: Mutant = { ...(all[0] as Mutant), plant: (rule) => (rule.call === call ? { ...rule } : rule) };
    expect(killedBy(judges, same)).toBeUndefined();
  });

  test(`of a sample drawn with seed ${seed} none survives without a reason`, { timeout: 60_000 }, () => {
    const keys = keysOf(all);
    const accounted = new Set(Object.values(survivors).flatMap((group) => Object.keys(group)));
    const expectedToDie = all.filter((mutant) => !accounted.has(keys.get(mutant) ?? ''));
    const tried = tryAll(all, sampled(expectedToDie, 3, seed), cheapestFirst, [], () => undefined);
    expect(survivorsOf(tried, survivors, false)[noReason]).toBeUndefined();
  });

  test.each(judges)('$name alone tells some', (judge: Killer) => {
    const some = [...tellingSoon, ...sampled(negated, 200, 1), ...sampled(all, 400, 1)].find((mutant) =>
      killedBy([judge], mutant),
    );
    expect(some).toBeDefined();
  });
});

describe('a proof that there is no difference', () => {
  const [prover] = provers();
  if (prover === undefined) console.warn('not tried: z3 and cvc5 are not to be had here');

  test.skipIf(prover === undefined)('is not found for a condition that is negated', { timeout: 60_000 }, () => {
    const some = sampled(negated, 1, seed);
    expect(some.map((mutant) => prover?.kills(mutant))).toEqual(some.map(() => undefined));
  });

  test.skipIf(prover === undefined)('is found for a guard that never refuses', { timeout: 60_000 }, () => {
    const never = all.find(({ place, kind }) => place === 'UNSHARE-GUEST-BORROWED' && kind === 'guard left out');
    expect(never && prover?.kills(never)).toMatch(/^the invariants/);
  });
});

describe('what is written down', () => {
  test('is of the mutants that there are', () => {
    const keys = new Set(keysOf(all).values());
    expect(result.mutants).toBe(all.length);
    expect(Object.values(survivors).flatMap((group) => Object.keys(group).filter((key) => !keys.has(key)))).toEqual([]);
  });

  test('every survivor has a reason', () => {
    const count = Object.values(survivors).reduce((sum, group) => sum + Object.keys(group).length, 0);
    expect(result.killed + count).toBe(result.mutants);
    expect(survivors[noReason]).toBeUndefined();
  });
});

describe('a law that no counterexample breaks', () => {
  const breakers = [...readBreakers(ruleMutants)];

  test.each(breakers)('%s: broken by the mistake that is written down', (law, breaker) => {
    expect(isBrokenAsWritten(cases, all, law, breaker)).toBe(true);
  });

  test('is not broken by a mistake elsewhere, nor by one that there is not', () => {
    const [[law, breaker]] = breakers as [(typeof breakers)[0]];
    const elsewhere = breakers.find(([, one]) => one.profile !== breaker.profile)?.[1].mistake ?? '';
    expect(isBrokenAsWritten(cases, all, law, { ...breaker, mistake: elsewhere })).toBe(false);
    expect(isBrokenAsWritten(cases, all, law, { ...breaker, mistake: 'none' })).toBe(false);
  });
});

describe('a run that is written down', () => {
  const [killed, old, fresh, same] = all as [Mutant, Mutant, Mutant, Mutant];
  const tried = [
    { mutant: killed, key: 'killed', by: 'laws' },
    { mutant: old, key: 'old' },
    { mutant: fresh, key: 'fresh' },
    { mutant: same, key: 'same', equal: 'by a law' },
  ];

  test('carries reasons over, drops what is gone, and lists what has no reason', () => {
    const known = { 'open: dull': { old: 'in other words', killed: '' }, 'proved equal: once': { fresh: '' } };
    const next = survivorsOf(tried, known, true);
    expect(Object.fromEntries(Object.entries(next).map(([why, group]) => [why, Object.keys(group)]))).toEqual({
      'open: dull': ['old'],
      'proved equal: by a law': ['same'],
      [noReason]: ['fresh'],
    });
    expect(reasonFor(next, 'killed')).toBeUndefined();
  });

  test('takes what was proved for proved where there is no solver', () => {
    const known = { 'proved equal: once': { old: '', fresh: '' } };
    expect(Object.keys(survivorsOf(tried.slice(1, 3), known, false))).toEqual(['proved equal: once']);
  });
});
