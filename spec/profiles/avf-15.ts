/** Booting a protected VM as in Android 15: salts from instance ids, three rollback regimes. */
import { initBoot, managerVerify, payloadRun, payloadSecret } from '../boot/guest.ts';
import { pvmfwBoot } from '../boot/pvmfw.ts';
import type { Axes } from '../boot/pvmfw.ts';
import {
  guestSeal,
  hostBreakDisk,
  hostCopyDisk,
  hostDeleteKept,
  hostDerive,
  hostFlipGuestRecord,
  hostFlipRecord,
  hostFreeGuestRecord,
  hostFreeRecord,
  hostMakeDisk,
  hostReplaceLoader,
  powerOff,
  takeOver,
} from '../boot/tamper.ts';
import { baseProfile } from '../profile.ts';

export const axesOf15: Axes = { saltSource: 'instance id', regime: 'RECORD', guestLoader: false, treeFirst: true };

export const avf15 = baseProfile('avf-15', [
  pvmfwBoot(axesOf15),
  initBoot,
  managerVerify,
  payloadSecret,
  payloadRun,
  guestSeal,
  takeOver,
  powerOff,
  hostMakeDisk,
  hostCopyDisk,
  hostBreakDisk,
  hostFlipRecord,
  hostFlipGuestRecord,
  hostFreeRecord,
  hostFreeGuestRecord,
  hostDeleteKept,
  hostReplaceLoader,
  hostDerive,
]);
