/** The relying party: it makes a challenge, takes a certificate for it or not, and seals a secret to the key in it. */
import { flag } from '../parameters.ts';
import { call, must } from '../rule.ts';
import { equals, value } from '../term.ts';
import { acceptedKey, answers, brokenIssuer, certifiedIssuer, challenge } from '../vocabulary/attestation.ts';
import { claims, isSigned, provisioned } from '../vocabulary/attestation.ts';
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
type Shown = keyof typeof shown;
const policy = 'POLICY_ERROR';

/** The relying party looks at a certificate that somebody shows it in a session. */
export const relyingAccept = call('relying party', 'relying_accept', shown, {
  guards: [
    must('RELY-ROOT', certifiedIssuer('issuer').is(1), 'UNTRUSTED'),
    must('RELY-CURRENT', brokenIssuer('issuer').is(0), 'UNTRUSTED'),
    must('RELY-SIGNED', isSigned, 'INVALID_SIGNATURE'),
    must('RELY-DIRECT', equals<Shown>('below', 0), 'UNTRUSTED'),
    must('RELY-CHALLENGE', equals<Shown>('challenge', 'session'), 'NOT_FRESH'),
    must('RELY-ONCE', challenge('session').is('OPEN'), 'NOT_FRESH'),
    must(
      'RELY-SECURE',
      claims('every stage is in normal mode', ({ normal }) => normal),
      policy,
    ),
    must(
      'RELY-SIGNERS',
      claims('the components are of the expected signers', (vm) => vm.payload !== 'OF_OTHERS'),
      policy,
    ),
    must(
      'RELY-VERSIONS',
      claims('the components are new enough', (vm) => vm.payload !== 'OLDER'),
      policy,
    ),
    must(
      'RELY-NO-OTHERS',
      claims('there are no components but the expected', (vm) => vm.payload !== 'MORE'),
      policy,
    ),
  ],
  effects: [
    challenge('session').becomes('USED'),
    answers('session').grows(),
    acceptedKey('session').becomes<Shown>(value('key')),
  ],
});

/** The secret of a session goes out, sealed so that one party can open it. */
export const relyingProvision = call(
  'relying party',
  'relying_provision',
  { session, to: party },
  {
    guards: [must('PROVISION-KEY', acceptedKey('session').is<'to'>(value('to')), policy)],
    effects: [provisioned('session').becomes<'to'>(value('to'))],
  },
);
