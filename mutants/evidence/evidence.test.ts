import { expect, test } from 'vitest';
import { flawOfEvidence, detectEvidenceFault, EvidencePool } from './fault.ts';
import { evidenceFaults } from './all.ts';

test.each(['leaf-not-verified', 'low-s-demanded'])(
  '%s is found in drawn evidence and shrunk to one entry, as `npm run faults` does for all',
  async (id) => {
    const fault = evidenceFaults.find((one) => one.id === id);
    const caught = fault && (await detectEvidenceFault(fault, new EvidencePool(1), 300));
    const found = caught?.counterexample;
    expect(found?.made[0]).toMatch(/^a chain of 1 entry/);
    expect(fault && found && flawOfEvidence(fault, found)).toBeUndefined();
  },
);
