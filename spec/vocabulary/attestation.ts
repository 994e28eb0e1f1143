/** Words about attestation: who has asked, what is certified, what the relying party has made of it. */
import type { ChainFlaw, IssuerFlaw } from '../attestation/config.ts';
import type { FieldName } from '../fields.ts';
import { attribute, both, cell, condition, either, equals, quantity, some } from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool } from '../language/term.ts';

const at =
  <F extends FieldName>(field: F) =>
  (number: Ref): Cell<F> =>
    cell(field, number);
export const challenge = at('challenge');
export const answers = at('answers');
export const acceptedKey = at('acceptedKey');
export const provisioned = at('provisioned');
export const takenVm = at('takenVm');
export const certifiedIssuer = at('certifiedIssuer');
export const brokenIssuer = at('brokenIssuer');
export const asked = (party: Ref, session: Ref): Cell<'asked'> => cell('asked', party, session);
export const issued = (chain: Ref, key: Ref, session: Ref): Cell<'issued'> => cell('issued', chain, key, session);

/** The chain does not have this flaw. */
export const chainLacks = (flaw: ChainFlaw, phrase: string): Bool =>
  condition(['chain'], `{chain} ${phrase}`, (chain) => attribute('chainFlaw', chain).isNot(flaw))('chain');
/** Who asks for a key to issue certificates with does not have this flaw. */
export const issuerLacks = (flaw: IssuerFlaw, phrase: string): Bool =>
  condition(['issuer'], `{issuer} ${phrase}`, (issuer) => attribute('issuerFlaw', issuer).isNot(flaw))('issuer');
/** What the chain claims of its VM, which is what the certificate says. */
export const claimedMode = attribute('claimedMode', 'chain');
export const claimedPayload = attribute('claimedPayload', 'chain');

const attacker = quantity('attacker');
const isInHands = condition(['party'], 'the attacker [can] sign as {party}', (party) =>
  either(equals(party, attacker), takenVm(party).is(1)),
);
const holder = attribute('chainHolder', 'chain').value;

/** Who has a key signs with it what he likes, but nobody knows a challenge that is not made yet. */
const canSign = (party: Ref): Bool => both(isInHands(party), challenge('session').isNot('NONE'));

/**
 * Somebody has signed key and challenge with the last key of the chain: its VM when it asked, or whoever has taken it.
 */
export const isSignedByLeaf = either(canSign(holder), both(equals('key', holder), asked(holder, 'session').is(1)));
export const isSignedByKey = either(canSign('key'), asked('key', 'session').is(1));

/** The attacker signs what it likes with the key of an issuer that it has. */
const isAttackersIssuer = either(attribute('issuerBroken', 'issuer').is(1), brokenIssuer('issuer').is(1));
const isSignedByIssuer = either(
  isAttackersIssuer,
  both(equals('issuer', 0), issued('chain', 'key', 'challenge').is(1)),
);

/** The attacker has a key that is certified, and can sign a certificate of its own below. */
const hasCertifiedKey = condition([], 'the attacker [has] a key that is certified', () => {
  const isCertified = both(issued('each chain', 'each party', 'each session').is(1), isInHands('each party'));
  const inSession = some(0, quantity('sessions'), 'each session', isCertified);
  return some(0, quantity('chains'), 'each chain', some(0, quantity('parties'), 'each party', inSession));
})();
/** With such a key the attacker signs what it likes, one step below the issuer. */
const isSignedBelow = either(isAttackersIssuer, both(equals('issuer', 0), hasCertifiedKey));
/** The certificate as it is shown is signed: by the issuer, or by a key that the issuer has certified. */
export const isSigned = either(both(equals('below', 0), isSignedByIssuer), both(equals('below', 1), isSignedBelow));
