/** The relying party: it makes a challenge, takes a certificate for it or not, and seals a secret to the key in it. */
import { flag } from '../parameters.ts';
import { call, must } from '../rule.ts';
import { equals, value } from '../language/build.ts';
import { acceptedKey, answers, brokenIssuer, certifiedIssuer, challenge } from '../vocabulary/attestation.ts';
import { claimedMode, claimedPayload, isSigned, provisioned } from '../vocabulary/attestation.ts';
import { issuer, party, session, shownChain } from './parameters.ts';

/** A session begins with a challenge that nobody could have foreseen. */
export const relyingChallenge = call(
  'relying party',
  'relying_challenge',
  { session },
  {
    guards: [must('RELY-NEW-CHALLENGE', challenge('session').is('NONE'), 'NOT_FRESH')],
    effects: [challenge('session').becomes('OPEN')],
  },
);

/** `below`: the certificate is not from the issuer itself but from a key that the issuer has certified. */
const shown = { session, issuer, chain: shownChain, key: party, challenge: session, below: flag };
const policy = 'POLICY_ERROR';

/** The relying party looks at a certificate that somebody shows it in a session. */
export const relyingAccept = call('relying party', 'relying_accept', shown, {
  guards: [
    must('RELY-ROOT', certifiedIssuer('issuer').is(1), 'UNTRUSTED'),
    must('RELY-CURRENT', brokenIssuer('issuer').is(0), 'UNTRUSTED'),
    must('RELY-SIGNED', isSigned, 'INVALID_SIGNATURE'),
    must('RELY-DIRECT', equals('below', 0), 'UNTRUSTED'),
    must('RELY-CHALLENGE', equals('challenge', 'session'), 'NOT_FRESH'),
    must('RELY-ONCE', challenge('session').is('OPEN'), 'NOT_FRESH'),
    must('RELY-SECURE', claimedMode.is(1), policy),
    must('RELY-SIGNERS', claimedPayload.isNot('OF_OTHERS'), policy),
    must('RELY-VERSIONS', claimedPayload.isNot('OLDER'), policy),
    must('RELY-NO-OTHERS', claimedPayload.isNot('MORE'), policy),
  ],
  effects: [
    challenge('session').becomes('USED'),
    answers('session').grows(),
    acceptedKey('session').becomes(value('key')),
  ],
});

/** The secret of a session goes out, sealed so that one party can open it. */
export const relyingProvision = call(
  'relying party',
  'relying_provision',
  { session, to: party },
  {
    guards: [must('PROVISION-KEY', acceptedKey('session').is(value('to')), policy)],
    effects: [provisioned('session').becomes(value('to'))],
  },
);
