/** Linux 7.2, as far as it differs from 7.3. */
import { hypercallByNumber } from '../calls/cpu/hypercall.ts';
import { has, lacks, profile } from '../profile.ts';
import { linux73 } from './linux-7.3.ts';

export const linux72 = profile('linux-7.2', linux73, [
  lacks('vcpu_sync_state'),
  has(hypercallByNumber(7, 49), 'has hypercalls up to number 49'),
]);
