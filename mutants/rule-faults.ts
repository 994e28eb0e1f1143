/** Faults of the rules, wherever they are. */
import { androidFaults } from './android/all.ts';
import { bootFaults } from './boot/all.ts';
import type { BootFault } from './boot/fault.ts';
import { deviceFaults } from './device/all.ts';
import { insideFaults } from './inside/all.ts';
import { interruptFaults } from './interrupts/all.ts';

export const ruleFaults: readonly BootFault[] = [
  ...bootFaults,
  ...insideFaults,
  ...deviceFaults,
  ...androidFaults,
  ...interruptFaults,
];
