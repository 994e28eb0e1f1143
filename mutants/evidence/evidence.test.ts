import { expect, test } from 'vitest';
import { flawOfEvidence, huntEvidence, poolOf } from './fault.ts';
import { evidenceFaults } from './all.ts';

test.each(['leaf-not-verified', 'low-s-demanded'])(
  '%s is found in drawn evidence and shrunk to one entry, as `npm run faults` does for all',
  (id) => {
    const fault = evidenceFaults.find((one) => one.id === id);
    const found = fault && huntEvidence(fault, poolOf(1, 100))?.counterexample;
    expect(found?.made[0]).toMatch(/^a chain of 1 entry/);
    expect(fault && found && flawOfEvidence(fault, found)).toBeUndefined();
  },
);
