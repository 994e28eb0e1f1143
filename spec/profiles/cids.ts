/** Allocators of context identifiers. They are Android's alone, and know nothing of pages. */
import { allocateCid, allocateCidOnly, allocateCidUpwards } from '../calls/android/cid-allocate.ts';
import { endEarlyVm, startEarlyVm } from '../calls/android/cid-early.ts';
import { rebootHost, rebootHostWithClients } from '../calls/android/cid-reboot-host.ts';
import { registerCid } from '../calls/android/cid-register.ts';
import { releaseCid } from '../calls/android/cid-release.ts';
import {
  restartForgetfulService,
  restartService,
  restartServiceEarly,
  restartServiceMidway,
} from '../calls/android/cid-restart-service.ts';
import {
  dropContext,
  holdCid,
  pickCid,
  pickCidBriefly,
  registerVm,
  setGuestCid,
  setGuestCidGranted,
  writeLastCid,
} from '../calls/android/cid-steps.ts';
import { baseProfile, has, insertsAfter, lacks, profile, without } from '../profile.ts';
import { must } from '../rule.ts';
import { grantsOf, nextCid } from '../vocabulary/cids.ts';

/** Android 15: in a circle over the range, past the CIDs that the service knows to be held. */
export const cidsCyclic = baseProfile('cids-cyclic', [allocateCid, releaseCid, restartService, rebootHost]);

/** As the source text promises: no CID twice while the host runs, at the price of an end. */
export const cidsStrict = profile('cids-strict', cidsCyclic, [
  insertsAfter('CID-ALLOCATE-FREE', must('CID-ALLOCATE-FRESH', grantsOf(nextCid).is(0), 'ILLEGAL_STATE')),
  // A CID that was never granted is no VM's: the kernel has nothing to refuse.
  without('CID-ALLOCATE-UNUSED'),
]);

/** 2025: a CID is granted in one step and held from another on. */
export const cidsSplit = profile('cids-split', cidsCyclic, [
  has(allocateCidOnly, 'allocate_cid only grants'),
  has(registerCid),
]);

/** Before the last CID outlived the service. */
export const cidsForgetful = profile('cids-forgetful', cidsCyclic, [
  has(restartForgetfulService, 'restart_service forgets the last CID'),
]);

/** Android 13: upwards, and never again. */
export const cids13 = profile('cids-13', cidsCyclic, [
  has(allocateCidUpwards, 'allocate_cid grants upwards, and comes to an end'),
]);

/** Android 15 step by step, with clients that contend, and with early VMs. */
export const cids15 = baseProfile('cids-15', [
  pickCid,
  writeLastCid,
  holdCid,
  setGuestCid,
  dropContext,
  restartServiceMidway,
  rebootHostWithClients,
  startEarlyVm,
  endEarlyVm,
]);

/** 2025 step by step: a CID is granted under a lock, and held from a later call on. */
export const cids2025 = profile('cids-2025', cids15, [
  lacks('hold_cid'),
  has(pickCidBriefly, 'the lock of pick_cid ends where the CID is written down'),
  has(setGuestCidGranted, 'set_guest_cid follows the grant'),
  has(registerVm),
  has(restartServiceEarly, 'restart_service finds clients that have their answer with the grant'),
]);
