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

test.each(['leaf-not-verified', 'low-s-demanded'])(
  '%s is found in drawn evidence and shrunk to one entry, as `npm run faults` does for all',
  (id) => {
    const fault = evidenceFaults.find((one) => one.id === id);
    const found = fault && huntEvidence(fault, poolOf(1, 100))?.counterexample;
    expect(found?.made[0]).toMatch(/^a chain of 1 entry/);
    expect(fault && found && flawOfEvidence(fault, found)).toBeUndefined();
  },
);
