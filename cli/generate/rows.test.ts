import { expect, test } from 'vitest';
import type { Breakers } from '../../mutants/rules/breaker.ts';
import { breakersOfLaws, brokenTable, nothingBreaks } from './breakers.ts';
import { checkGuarantees, parseClauseWaivers } from './coverage.ts';
import type { PropertyUse } from './evidence.ts';
import { clausePlaces, parseClauses } from './clauses.ts';
import { evidenceIn } from './generate.ts';
import { groundsOf } from './grounds.ts';
import { readInputs } from './inputs.ts';
import { rowsTable } from './rows.ts';

const inputs = readInputs();
const { evidence } = evidenceIn(inputs);
const rowsOf = (clauses = parseClauses(inputs.prose)): string[][] =>
  rowsTable(inputs.prose, clauses, evidence, groundsOf(inputs.runs()), clausePlaces(inputs.prose))
    .slice(2)
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$/g, '')));

test('each of the 86 promises has a clause that something judges or asks for, or a reason', () => {
  const rows = rowsOf();
  expect(rows).toHaveLength(86);
  for (const [row, , clauses = '', , judged = ''] of rows) {
    const isWaived = clauses.startsWith('*');
    expect(isWaived || judged.split('<br>').some((one) => one !== '–'), row).toBe(true);
  }
});

test('a promise whose clause is gone has nothing', () => {
  const rows = rowsOf(parseClauses(inputs.prose).filter(({ rows }) => !rows.includes('S0-02')));
  expect(rows.find(([row]) => row === 'S0-02')?.[2]).toBe('');
});

test('every law is broken by a mistake, and without what is known of it nothing breaks it', () => {
  const idleWith = (mistakes: Breakers) =>
    breakersOfLaws(evidence.properties, evidence.counterexamples, mistakes)
      .filter(({ by }) => by === undefined)
      .map(({ law }) => law.clause);
  expect(idleWith(inputs.lawBreakers())).toEqual([]);
  expect(idleWith(new Map())).toContain('MEM-ONE-OWNER');
  const [told] = brokenTable([{ law: evidence.properties[0] as PropertyUse, by: undefined }], new Map()).slice(2);
  expect(told).toContain(nothingBreaks);
});

test('a guarantee stands among the clauses without a check with no reason whatever', () => {
  const clauses = parseClauses(inputs.prose);
  const waivers = parseClauseWaivers(inputs.prose);
  expect(checkGuarantees(clauses, waivers)).toEqual([]);
  const [given] = waivers;
  const excused = given && { ...given, id: 'BOOT-FIRST', reason: 'nobody looks' };
  expect(checkGuarantees(clauses, excused ? [excused] : [])).toEqual([
    expect.stringContaining('BOOT-FIRST: a guarantee that nothing checks'),
  ]);
});
