/** Words about a device with its VMs over their whole life: the CID of the VM, who knows it, and the payload's version. */
import { none } from '../config.ts';
import { all, both, cell, choose, compare, condition, equals, isBelow, not, number } from '../language/build.ts';
import type { Ref } from '../language/build.ts';
import type { Bool, Effect } from '../language/term.ts';
import { lastCid, liveWith, remembered } from './cids.ts';

export const payload = cell('payload');
export const keeperVersion = cell('keeperVersion');
export const runVersion = cell('runVersion');
export const sealedVersion = cell('sealedVersion');
const runCid = cell('runCid');
export const learntCid = cell('learntCid');
const learntRuns = cell('learntRuns');

/** What Secretkeeper asks of the version, beside the policy; where it has nothing, any version is new enough. */
export const isNewEnough = condition([], 'the payload [is] no older than what Secretkeeper has', () =>
  compare(keeperVersion.value, '≤', payload.value),
)();
/** Any VM but the one that is followed has the CID. */
export const isOfAnotherVm = (cid: Ref): Bool => both(isBelow(0, liveWith(cid).value), compare(runCid.value, '≠', cid));

/** The service and the kernel give the VM the CID that was granted last. */
export const takeCid: Effect = all(remembered(lastCid).becomes(1), liveWith(lastCid).grows(), runCid.becomes(lastCid));
/** They have it back when the VM has ended, however it did. */
export const freeCid: Effect = all(liveWith(runCid.value).shrinks(), remembered(runCid.value).becomes(0));
export const forgetRun: Effect = all(runCid.becomes(none), runVersion.becomes(none), learntRuns.becomes(0));

export const learns: Effect = all(learntCid.becomes(runCid.value), learntRuns.becomes(1));
export const isLearnt: Bool = not(learntCid.is(none));

/** Whom a connection to the CID reaches. */
const peers = { theVm: 0, another: 1 } as const;
export const peer = number([], 'the VM that has the CID that was learnt', () =>
  choose(equals(runCid.value, learntCid.value), peers.theVm, peers.another),
)();
