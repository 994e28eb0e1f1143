/** The device of Android 15 with its VMs over their whole life: the rules of the device, of CIDs, and what joins them. */
import { allocateCid } from '../calls/android/cid-allocate.ts';
import { rebootHost } from '../calls/android/cid-reboot-host.ts';
import { releaseCid } from '../calls/android/cid-release.ts';
import { restartService } from '../calls/android/cid-restart-service.ts';
import { none } from '../config.ts';
import { whileRunning } from '../device/power.ts';
import { connectCid, crashVm, installPayload, learnCid } from '../device/system.ts';
import { all } from '../language/build.ts';
import { checksInstead, does, has, insertsAfter, profile } from '../profile.ts';
import { must } from '../rule.ts';
import type { Rule } from '../rule.ts';
import {
  forgetRun,
  freeCid,
  isNewEnough,
  isOfAnotherVm,
  keeperVersion,
  learntCid,
  payload,
  runVersion,
  sealedVersion,
  takeCid,
} from '../vocabulary/system.ts';
import { device15 } from './device-15.ts';

const inSystem = (rule: Rule): Rule => ({ ...rule, guards: [whileRunning, ...rule.guards] });
/** All ways in which a system ends. */
export const ends = ['psci_system_reset', 'psci_system_reset2', 'psci_system_off', 'watchdog_reset', 'cut_power'];

export const system15 = profile('system-15', device15, [
  // Other VMs than the one that is followed are no more than their CIDs.
  has(inSystem(allocateCid)),
  has(inSystem(releaseCid)),
  checksInstead('CID-RELEASE-LIVE', isOfAnotherVm('cid'), 'ILLEGAL_STATE'),
  has(inSystem(restartService)),
  has(crashVm),
  has(installPayload),
  has(learnCid),
  has(connectCid),
  // The VM has its CID before Secretkeeper is asked for anything; where that refuses, the CID is spent.
  insertsAfter('DEVICE-VM-STARTS', ...allocateCid.guards),
  insertsAfter('DEVICE-KEEPER-POLICY', must('KEEPER-PAYLOAD', isNewEnough, 'POLICY_ERROR')),
  does(['start_vm'], takeCid, all(keeperVersion.becomes(payload.value), runVersion.becomes(payload.value))),
  does(['seal'], sealedVersion.becomes(runVersion.value)),
  does(['end_vm', 'crash_vm'], freeCid, forgetRun),
  does(['delete_all'], keeperVersion.becomes(none)),
  does(ends, ...rebootHost.effects, forgetRun, learntCid.becomes(none)),
]);
