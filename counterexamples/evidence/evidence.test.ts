import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flawOfEvidence, huntEvidence, poolOf } from '../../properties/attestation/fault.ts';
import { evidenceFaults } from './all.ts';
import { parseEvidence } from './file.ts';

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const counterexample = parseEvidence(readFileSync(`${import.meta.dirname}/${file}`, 'utf8'));
    if (typeof counterexample === 'string') throw new Error(`${file}: ${counterexample}`);
    return { file, counterexample };
  });

describe('a fault of a verifier', () => {
  test('has one counterexample, and the other way round', () => {
    const found = files.map(({ counterexample }) => counterexample.fault);
    expect(found.sort()).toEqual(evidenceFaults.map(({ id }) => id).sort());
  });

  test.each(files)('$file shows what it says', ({ file, counterexample }) => {
    const fault = evidenceFaults.find(({ id }) => id === counterexample.fault);
    expect(`${counterexample.name}.json`).toBe(file);
    expect(counterexample.story).toBe(fault?.story);
    expect(fault && flawOfEvidence(fault, counterexample)).toBeUndefined();
  });
});

test('a few hundred pieces of drawn evidence show most faults; `npm run faults` draws until all are found', () => {
  const pool = poolOf(1, 200);
  const found = evidenceFaults.filter((fault) => huntEvidence(fault, pool) !== undefined);
  expect(found.length).toBeGreaterThan(evidenceFaults.length / 3);
});
