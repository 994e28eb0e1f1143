/** The code of 2026, built without instance images: what is neither deferred nor fixed has new secrets at each boot. */
import { managerVerifyAlone } from '../boot/guest.ts';
import { pvmfwBoot } from '../boot/pvmfw.ts';
import { answersInstead, has, lacks, profile } from '../profile.ts';
import { avf15, axesOf15 } from './avf-15.ts';

const reason = 'PVM_FIRMWARE_INVALID_DICE_HANDOVER';

export const avf2026 = profile('avf-2026', avf15, [
  has(
    pvmfwBoot({ ...axesOf15, regime: 'EPHEMERAL', treeFirst: false }),
    'reads the handover first and the device tree last, and has the ephemeral regime in place of that by record',
  ),
  has(managerVerifyAlone, 'records nothing in the guest'),
  answersInstead('HANDOVER-FORM', reason),
  answersInstead('HANDOVER-CHAIN', reason),
  lacks('host_make_disk', 'host_copy_disk', 'host_break_disk', 'host_flip_record', 'host_flip_guest_record'),
  lacks('host_free_record', 'host_free_guest_record'),
]);
