import { expect, test } from 'vitest';
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
