import { expect, test } from 'vitest';
import { detectBootFault, flawOfBoot } from './fault.ts';
import { ruleFaults } from '../rule-faults.ts';

test.each(ruleFaults)('$id is found in drawn sequences, and shrunk: $title', async (fault) => {
  const caught = await detectBootFault(fault, 1, 1000);
  const found = await caught?.shrunk();
  expect(found?.name).toMatch(new RegExp(`^${fault.id}\\.`));
  expect(found && flawOfBoot(fault, found)).toBeUndefined();
});
