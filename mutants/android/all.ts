/** All named faults of the services of Android, and all that are planted in rules. */
import { bootFaults } from '../boot/all.ts';
import type { BootFault } from '../boot/fault.ts';
import { cidFaults } from './cids.ts';
import { hostFaults } from './host.ts';

export const androidFaults: readonly BootFault[] = [...cidFaults, ...hostFaults];
/** All that are differences from a profile. */
export const faultsOfRules: readonly BootFault[] = [...bootFaults, ...androidFaults];
