/** All named faults inside a VM: in how it reads what is stored for it, and in what keeps its payload from making code. */
import type { BootFault } from '../boot/fault.ts';
import { memoryFaults } from './memory.ts';
import { storageFaults } from './storage.ts';

export const insideFaults: readonly BootFault[] = [...storageFaults, ...memoryFaults];
