import { expect, test } from 'vitest';
import { flawOfBoot, huntBoot } from './fault.ts';
import { bootFaults } from './all.ts';

test.each(bootFaults)('$id is found in drawn sequences, and shrunk: $title', (fault) => {
  const found = huntBoot(fault, 1, 1000)?.shrunk();
  expect(found?.name).toMatch(new RegExp(`^${fault.id}\\.`));
  expect(found && flawOfBoot(fault, found)).toBeUndefined();
});
