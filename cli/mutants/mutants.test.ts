import { readConfigureGlobal } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allMutants } from '../../mutants/rules/all.ts';
import type { Killer } from '../../mutants/rules/killer.ts';
import { killedBy } from '../../mutants/rules/killer.ts';
import { nameOf } from '../../mutants/rules/mutant.ts';
import type { Mutant } from '../../mutants/rules/mutant.ts';
import { kinds } from '../../mutants/rules/terms.ts';
import { ruleMutants } from '../generate/inputs.ts';
import { killers } from './killers.ts';
import { readSurvey, reasonFor, tryAll } from './result.ts';
import { sampled } from './sample.ts';

const all = allMutants();
const judges = killers();
const { result, reasons } = readSurvey(ruleMutants);

describe('mutants of the rules', () => {
  test('each has a name of its own, and there are some of every kind', () => {
    expect(new Set(all.map(nameOf)).size).toBe(all.length);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  test('a rule without a mistake is told from the rules by nothing', () => {
    const same: Mutant = { ...(all[0] as Mutant), plant: (rule) => ({ ...rule }) };
    expect(killedBy(judges, same)).toBeUndefined();
  });

  const seed = readConfigureGlobal().seed ?? 1;
  test(`of a sample drawn with seed ${seed} none survives without a reason`, { timeout: 60_000 }, () => {
    const { survivors } = tryAll(sampled(all, 60, seed), judges, () => undefined);
    expect(survivors.filter((name) => reasonFor(reasons, name) === undefined)).toEqual([]);
  });

  test.each(judges)('$name alone tells some', (judge: Killer) => {
    const some = sampled(all, 400, 1).find((mutant) => killedBy([judge], mutant) !== undefined);
    expect(some).toBeDefined();
  });
});

describe('what is written down', () => {
  test('is of the mutants that there are', () => {
    const names = new Set(all.map(nameOf));
    expect(result.mutants).toBe(all.length);
    expect(result.survivors.filter((name) => !names.has(name))).toEqual([]);
  });

  test('every survivor has a reason, and every reason a survivor', () => {
    expect(result.survivors.filter((name) => reasonFor(reasons, name) === undefined)).toEqual([]);
    const listed = Object.values(reasons).flat();
    expect(listed.filter((name) => !result.survivors.includes(name))).toEqual([]);
  });
});
