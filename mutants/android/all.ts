/** All named faults of the services of Android. */
import type { BootFault } from '../boot/fault.ts';
import { cidFaults } from './cids.ts';
import { hostFaults } from './host.ts';

export const androidFaults: readonly BootFault[] = [...cidFaults, ...hostFaults];
