/** Words about attestation: who has asked, what is certified, what the relying party has made of it. */
import { askingNumber, attackerOf, certificateNumber, claimedBy, holderOf, noFlow } from '../attestation/config.ts';
import type { AttestedVm, ChainFlaw, IssuerFlaw } from '../attestation/config.ts';
import type { FieldName } from '../state.ts';
import { both, cell, either, equals, labelled, ofPart, term, value } from '../term.ts';
import type { Cell, Condition, Ref, Value } from '../term.ts';

/** A fact, or a number, that follows from several others in this configuration. */
const ofFlow = ofPart((config) => config.flow ?? noFlow);

const at =
  <F extends FieldName>(field: F, words: string) =>
  <P extends string = never>(index: Ref<P>): Cell<F, P> =>
    cell(field, `${words} ${value(index).words}`, index);
export const challenge = at('challenge', 'the challenge of session');
export const answers = at('answers', 'the answers taken in session');
export const acceptedKey = at('acceptedKey', 'the key accepted in session');
export const provisioned = at('provisioned', 'who can open the secret of session');
export const takenVm = at('takenVm', 'whether the attacker has');
export const certifiedIssuer = at('certifiedIssuer', 'whether the RKP server has certified');
export const brokenIssuer = at('brokenIssuer', 'whether it is known that the attacker has the key of');

export const asked = <P extends string = never>(party: Ref<P>, session: Ref<P>): Cell<'asked', P> =>
  cell(
    'asked',
    `whether ${value(party).words} has asked in ${value(session).words}`,
    ofFlow<number, P>('a request', [party, session], askingNumber),
  );
export const issued = <P extends string = never>(chain: Ref<P>, key: Ref<P>, session: Ref<P>): Cell<'issued', P> =>
  cell(
    'issued',
    'whether the RKP VM has certified key and challenge for that chain',
    ofFlow<number, P>('a certificate', [chain, key, session], certificateNumber),
  );

/** The chain does not have this flaw. */
export const chainLacks = (flaw: ChainFlaw, words: string): Condition<'chain'> =>
  ofFlow(`the chain ${words}`, ['chain'], ({ vms, forged }, chain) => forged[chain - vms.length]?.flaw !== flaw);
/** Who asks for a key to issue certificates with does not have this flaw. */
export const issuerLacks = (flaw: IssuerFlaw, words: string): Condition<'issuer'> =>
  ofFlow(`the issuer ${words}`, ['issuer'], ({ issuers }, issuer) => issuers[issuer]?.flaw !== flaw);
/** What the chain claims of its VM, which is what the certificate says. */
export const claims = (words: string, test: (vm: AttestedVm) => boolean): Condition<'chain'> =>
  ofFlow(`the certificate says that ${words}`, ['chain'], (flow, chain = 0) => {
    const vm = claimedBy(flow, chain);
    return vm !== undefined && test(vm);
  });

const attacker: Value<never> = ofFlow('the attacker', [], attackerOf);
const isInHands = <P extends string>(party: Ref<P>): Condition<P> =>
  either<P>(equals<P>(party, attacker), takenVm(party).is(1));
const holder: Value<'chain'> = ofFlow('whose key the chain ends in', ['chain'], holderOf);

/** Who has a key signs with it what he likes, but nobody knows a challenge that is not made yet. */
const canSign = <P extends string>(party: Ref<P>): Condition<P | 'session'> =>
  both<P | 'session'>(isInHands(party), challenge('session').isNot('NONE'));

/**
 * Somebody has signed key and challenge with the last key of the chain: its VM when it asked, or whoever has taken it.
 */
export const isSignedByLeaf: Condition<'chain' | 'key' | 'session'> = labelled(
  'the last key of the chain has signed key and challenge',
  either<'chain' | 'key' | 'session'>(
    canSign<'chain'>(holder),
    both<'chain' | 'key' | 'session'>(
      equals<'chain' | 'key'>('key', holder),
      asked<'chain' | 'session'>(holder, 'session').is(1),
    ),
  ),
);
export const isSignedByKey: Condition<'key' | 'session'> = labelled(
  'the key itself has signed key and challenge',
  either<'key' | 'session'>(canSign<'key'>('key'), asked<'key' | 'session'>('key', 'session').is(1)),
);

type Certificate = 'issuer' | 'chain' | 'key' | 'challenge';
/** The attacker signs what it likes with the key of an issuer that it has. */
const isAttackersIssuer: Condition<'issuer'> = either<'issuer'>(
  ofFlow(
    'the attacker has the key of the issuer',
    ['issuer'],
    ({ issuers }, one) => issuers[one]?.hands === 'attacker',
  ),
  brokenIssuer('issuer').is(1),
);
const isSignedByIssuer: Condition<Certificate> = either<Certificate>(
  isAttackersIssuer,
  both<Certificate>(equals<'issuer'>('issuer', 0), issued<Certificate>('chain', 'key', 'challenge').is(1)),
);

/** The attacker has a key that is certified, and can sign a certificate of its own below. */
const hasCertifiedKey: Condition<never> = term(
  'the attacker has a key that is certified',
  [],
  ({ layout, config }) => {
    const flow = config.flow ?? noFlow;
    const { base, size } = layout;
    return (state) => {
      for (let one = 0; one < size.issued; one++) {
        const key = Math.floor(one / flow.sessions) % (attackerOf(flow) + 1);
        const isHis = key === attackerOf(flow) || state.at(base.takenVm + key) === 1;
        if (isHis && state.at(base.issued + one) === 1) return true;
      }
      return false;
    };
  },
  { reads: ['issued', 'takenVm'] },
);
/** With such a key the attacker signs what it likes, one step below the issuer. */
const isSignedBelow: Condition<'issuer'> = either<'issuer'>(
  isAttackersIssuer,
  both<'issuer'>(equals<'issuer'>('issuer', 0), hasCertifiedKey),
);
/** The certificate as it is shown is signed: by the issuer, or by a key that the issuer has certified. */
export const isSigned: Condition<Certificate | 'below'> = labelled(
  'each certificate of the path is signed with the key before it',
  either<Certificate | 'below'>(
    both<Certificate | 'below'>(equals<'below'>('below', 0), isSignedByIssuer),
    both<Certificate | 'below'>(equals<'below'>('below', 1), isSignedBelow),
  ),
);
