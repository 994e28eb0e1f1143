/** All named faults of boot, of the guest's stages and of instances. */
import type { BootFault } from './fault.ts';
import { guest } from './guest.ts';
import { instances } from './instances.ts';
import { secrets } from './secrets.ts';
import { verifiedBoot } from './verified-boot.ts';

export const bootFaults: readonly BootFault[] = [...verifiedBoot, ...secrets, ...guest, ...instances];
