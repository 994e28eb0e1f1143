/** What attestation is for, and what it does not promise: each has to be seen. */
import { none } from '../../spec/config.ts';
import { field } from '../boot/laws.ts';
import type { Permitted, Sometimes, Step } from '../property.ts';
import { certifiedBy, flowOf, isInHands, sessionsOf } from './laws.ts';

const isProvisioned = ({ call, isDone }: Step): boolean => call === 'relying_provision' && isDone;
const isCertified = ({ call, isDone }: Step): boolean => call === 'rkp_vm_appraise' && isDone;

const aSecretGoesOut: Sometimes = {
  kind: 'sometimes',
  clause: 'ATTEST-PROVISION',
  statement: 'a VM that has asked gets a secret',
  seen: isProvisioned,
};

const anyVmWillDo: Permitted = {
  kind: 'permitted',
  clause: 'ATTEST-ANY-VM',
  statement: 'secrets of two sessions are with two VMs of the same software',
  seen: (step) =>
    isProvisioned(step) &&
    new Set(sessionsOf(step.now).map((session) => field(step.now, 'provisioned', session))).size === 2 &&
    sessionsOf(step.now).every((session) => field(step.now, 'provisioned', session) !== none),
};

const debugVmsAreCertified: Permitted = {
  kind: 'permitted',
  clause: 'ATTEST-DEBUG-TOO',
  statement: 'a VM that is not in normal mode is certified',
  seen: (step) => isCertified(step) && flowOf(step.now).vms[step.arg('chain')]?.normal === false,
};

const usedChallengesAreCertified: Permitted = {
  kind: 'permitted',
  clause: 'ATTEST-NOT-CURRENT',
  statement: 'a request is certified whose challenge has been used',
  seen: (step) => isCertified(step) && field(step.was, 'answers', step.arg('session')) > 0,
};

const keysAreCertifiedElsewhere: Permitted = {
  kind: 'permitted',
  clause: 'ATTEST-KEY-ELSEWHERE',
  statement: 'the key of a VM is certified under the chain of one that the attacker has',
  seen: (step) =>
    isCertified(step) && certifiedBy(step).holder !== certifiedBy(step).key && !isInHands(step.now, step.arg('key')),
};

export const flowWitnesses = [
  aSecretGoesOut,
  anyVmWillDo,
  debugVmsAreCertified,
  usedChallengesAreCertified,
  keysAreCertifiedElsewhere,
];
