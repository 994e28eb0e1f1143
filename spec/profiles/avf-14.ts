/** Android 14: every instance has a record, and its salt is random. */
import { managerVerifyRandom, payloadSecretAlone } from '../boot/guest.ts';
import { pvmfwBoot } from '../boot/pvmfw.ts';
import type { Axes } from '../boot/pvmfw.ts';
import { has, lacks, profile } from '../profile.ts';
import { avf15, axesOf15 } from './avf-15.ts';

export const axesOf14: Axes = { ...axesOf15, saltSource: 'random' };

export const avf14 = profile('avf-14', avf15, [
  has(pvmfwBoot(axesOf14), 'makes a random salt at first boot, and knows no regime but that by record'),
  has(managerVerifyRandom, 'cannot open the record of an instance that was made anew'),
  has(payloadSecretAlone, 'has no Secretkeeper'),
  lacks('host_delete_kept'),
]);
