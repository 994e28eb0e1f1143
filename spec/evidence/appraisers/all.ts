/** The verifiers that are in use. */
import type { Appraiser } from '../appraiser.ts';
import { dicePolicy } from './dice-policy.ts';
import { hwtrust } from './hwtrust.ts';
import { pvmfw } from './pvmfw.ts';
import { rkpVm } from './rkp-vm.ts';

export const appraisers: readonly Appraiser[] = [hwtrust, pvmfw, rkpVm, dicePolicy];
