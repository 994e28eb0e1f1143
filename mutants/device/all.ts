/** All named faults of devices: of hypervisors, firmware, bootloaders and what is told of them. */
import type { BootFault } from '../boot/fault.ts';
import { lifetimes } from './lifetimes.ts';
import { owners } from './owners.ts';
import { resets } from './resets.ts';

export const deviceFaults: readonly BootFault[] = [...resets, ...owners, ...lifetimes];
