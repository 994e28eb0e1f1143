/** Allocators of context identifiers. They are Android's alone, and know nothing of pages. */
import { allocateCid, allocateCidOnly } from '../calls/android/cid-allocate.ts';
import { rebootHost } from '../calls/android/cid-reboot-host.ts';
import { registerCid } from '../calls/android/cid-register.ts';
import { releaseCid } from '../calls/android/cid-release.ts';
import { restartForgetfulService, restartService } from '../calls/android/cid-restart-service.ts';
import { baseProfile, has, insertsAfter, profile, without } from '../profile.ts';
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
