/** Attestation: who is certified as what, and who ends up with a secret. */
import { askingNumber, attackerOf, holderOf, noFlow } from '../../spec/attestation/config.ts';
import type { FlowConfig } from '../../spec/attestation/config.ts';
import { none } from '../../spec/config.ts';
import { before, callIsDone, cell, every, implies, quantity } from '../../spec/language/build.ts';
import { field } from '../boot/laws.ts';
import type { AlwaysInCode, Each, EachInCode, Step } from '../property.ts';
import { isDone } from '../property.ts';
import type { View } from '../view.ts';

export const flowOf = (view: View): FlowConfig => view.config.flow ?? noFlow;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
export const sessionsOf = (view: View): number[] => upTo(flowOf(view).sessions);
export const isInHands = (view: View, party: number): boolean =>
  party === attackerOf(flowOf(view)) || field(view, 'takenVm', party) === 1;
const hasAsked = (view: View, party: number, session: number): boolean =>
  field(view, 'asked', askingNumber(flowOf(view), party, session)) === 1;

/** What a call of the RKP VM has certified, if it has. */
export const certifiedBy = (step: Step) => {
  const [chain, key, session] = [step.arg('chain'), step.arg('key'), step.arg('session')];
  return { key, session, holder: holderOf(flowOf(step.now), chain) };
};

/** The party is a VM that a secret may go to: in normal mode, of the expected payload, and its own. */
const isTrustworthy = (view: View, party: number): boolean => {
  const vm = flowOf(view).vms[party];
  return vm !== undefined && vm.normal && vm.payload === 'EXPECTED' && !isInHands(view, party);
};

const hasAccepted = (view: View): boolean =>
  sessionsOf(view).some((session) => field(view, 'acceptedKey', session) !== none);

const secretsReachTheRight: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'ATTEST-PROVISION',
  statement:
    'whoever can open a secret is a VM in normal mode with the expected components, and the attacker has none of its keys',
  loss: 'the attacker gets a secret',
  over: 'machine',
  when: (view) => sessionsOf(view).some((session) => field(view, 'provisioned', session) !== none),
  holds: (view) =>
    sessionsOf(view).every((session) => {
      const party = field(view, 'provisioned', session);
      return party === none || isTrustworthy(view, party);
    }),
};

const acceptedVmsAreRight: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'ATTEST-PROVISION',
  statement: 'a key that the relying party has accepted is that of a VM in normal mode with the expected components',
  loss: 'the relying party trusts the wrong key',
  over: 'machine',
  when: hasAccepted,
  holds: (view) =>
    sessionsOf(view).every((session) => {
      const key = field(view, 'acceptedKey', session);
      return key === none || isTrustworthy(view, key);
    }),
};

const evidenceIsFresh: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'ATTEST-FRESH',
  statement: 'a VM that has asked in some session is accepted only in one in which it has asked',
  loss: 'old evidence is good again',
  over: 'machine',
  when: hasAccepted,
  holds: (view) =>
    sessionsOf(view).every((session) => {
      const key = field(view, 'acceptedKey', session);
      return key === none || hasAsked(view, key, session) || !sessionsOf(view).some((one) => hasAsked(view, key, one));
    }),
};

const challengesCountOnce: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'ATTEST-FRESH',
  statement: 'a challenge is answered once at most',
  loss: 'a challenge counts twice',
  over: 'machine',
  when: (view) => sessionsOf(view).some((session) => field(view, 'answers', session) > 0),
  holds: (view) => sessionsOf(view).every((session) => field(view, 'answers', session) <= 1),
};

const challengesAreNew: Each = {
  kind: 'each',
  clause: 'ATTEST-FRESH',
  statement: 'no VM has asked with a challenge that is only made now',
  loss: 'a challenge comes again',
  over: 'call',
  on: ['relying_challenge'],
  when: callIsDone,
  holds: implies(
    callIsDone,
    every(0, quantity('attacker'), 'each party', cell('asked', 'each party', 'session').isNot(1)),
  ),
};

const nobodyForeseesChallenges: Each = {
  kind: 'each',
  clause: 'ATTEST-FRESH',
  statement: 'no VM is asked with a challenge that is not made yet',
  loss: 'evidence is made in advance',
  over: 'call',
  on: ['vm_ask'],
  when: callIsDone,
  holds: implies(callIsDone, before(cell('challenge', 'session').isNot('NONE'))),
};

const whoIsAttestedHasAsked: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'ATTEST-ON-DEMAND',
  statement:
    'a VM that the attacker has not is certified only with a key of its own and a challenge with which it has asked',
  loss: 'a VM is attested that has not asked',
  over: 'call',
  on: ['rkp_vm_appraise'],
  when: isDone,
  holds: (step) => {
    const { key, session, holder } = certifiedBy(step);
    return !step.isDone || isInHands(step.now, holder) || (key === holder && hasAsked(step.now, holder, session));
  },
};

const certifiedKeysHaveAsked: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'ATTEST-ON-DEMAND',
  statement: 'a key that the attacker has not is certified only for a challenge with which its VM has asked',
  loss: 'a key is certified that has not asked',
  over: 'call',
  on: ['rkp_vm_appraise'],
  when: isDone,
  holds: (step) => {
    const { key, session } = certifiedBy(step);
    return !step.isDone || isInHands(step.now, key) || hasAsked(step.now, key, session);
  },
};

const certificatesAreTrue: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'ATTEST-TRUE',
  statement: 'what the RKP VM certifies is a VM of its device that is what its chain says',
  loss: 'a forged VM is certified',
  over: 'call',
  on: ['rkp_vm_appraise'],
  when: isDone,
  holds: (step) => !step.isDone || certifiedBy(step).holder !== attackerOf(flowOf(step.now)),
};

const issuersAreRkpVms: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'ATTEST-ISSUER',
  statement:
    'a key that is certified for issuing certificates is that of an RKP VM, unless its device has been broken into since',
  loss: 'the attacker issues certificates',
  over: 'machine',
  when: (view) => flowOf(view).issuers.some((_, issuer) => field(view, 'certifiedIssuer', issuer) === 1),
  holds: (view) =>
    flowOf(view).issuers.every(
      ({ hands }, issuer) => hands !== 'attacker' || field(view, 'certifiedIssuer', issuer) === 0,
    ),
};

export const flowLaws = [
  issuersAreRkpVms,
  certificatesAreTrue,
  whoIsAttestedHasAsked,
  certifiedKeysHaveAsked,
  challengesCountOnce,
  challengesAreNew,
  nobodyForeseesChallenges,
  evidenceIsFresh,
  acceptedVmsAreRight,
  secretsReachTheRight,
];
