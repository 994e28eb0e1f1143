/** The Android host: who may have a VM, what it is made of, and who reaches it. */
import { allocateId, claimId, grantPermission, hostFalls, managesBy14 } from '../host/apps.ts';
import { removeApp, removeId, tellId } from '../host/apps.ts';
import { appRelay, connectVsock, guestConnect, guestSend, openSocket } from '../host/channels.ts';
import { createVm, dropVm, listVms, passHandle, startVm } from '../host/vms.ts';
import { baseProfile, checksInstead, profile } from '../profile.ts';

export const android15 = baseProfile('android-15', [
  grantPermission,
  removeApp,
  createVm,
  startVm,
  listVms,
  passHandle,
  dropVm,
  connectVsock,
  openSocket,
  guestConnect,
  guestSend,
  appRelay,
  allocateId,
  tellId,
  claimId,
  removeId,
  hostFalls,
]);

/** Privileged apps, where later ones take any that is preinstalled. */
export const android14 = profile('android-14', android15, [checksInstead('GRANT-MANAGE', managesBy14, 'SECURITY')]);
