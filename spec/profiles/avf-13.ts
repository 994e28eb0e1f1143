/** Android 13: between pvmfw and the kernel there is a guest loader. */
import { loaderBoot } from '../boot/guest.ts';
import { pvmfwBoot } from '../boot/pvmfw.ts';
import { has, profile } from '../profile.ts';
import { avf14, axesOf14 } from './avf-14.ts';

export const avf13 = profile('avf-13', avf14, [
  has(pvmfwBoot({ ...axesOf14, guestLoader: true }), 'jumps to the guest loader'),
  has(loaderBoot),
]);
