/** Secretkeeper, as it holds a chain against a policy: what of the chain it looks at. */
import type { Appraiser } from '../appraiser.ts';
import type { PayloadClaims } from '../facts.ts';
import {
  anyForm,
  descriptorFields,
  eachPayload,
  firstCounts,
  given,
  headers,
  keyKinds,
  links,
  markers,
  names,
  normal,
  profiles,
  signatures,
  sizes,
  unseenKey,
  usageAndHash,
  withoutRoot,
} from './seeing.ts';

/** Of a certificate it looks at the mode, the authority hash, and fields of the descriptor that the policy names. */
const named = eachPayload((payload): PayloadClaims => ({
  ...payload,
  configDescriptor: { kind: 'absent' },
  mode: payload.mode.kind === 'absent' ? payload.mode : given(normal),
  modeIsInteger: false,
  subjectKey: given(unseenKey),
}));

export const dicePolicy: Appraiser = {
  name: 'dice-policy',
  description:
    'Secretkeeper, which holds a chain against the policy of a secret (POLICY-ROOT to POLICY-VERSION). There is no policy here to compare with: what is decided is whether a policy could be made of the chain and would be met by it. It is handed the form whose root key is in a byte string; the other is read as well.',
  departures: [
    anyForm,
    firstCounts,
    {
      description: 'leaves signatures to the session, and looks for no critical parameters',
      grounds: 'read',
      unasked: [...signatures, ...headers.filter((clause) => clause !== 'COSE-HEADER-FORM')],
    },
    {
      description: 'looks at no key; the root key is compared as bytes',
      grounds: 'read',
      unasked: ['CHAIN-SUBJECT-KEY', ...keyKinds],
      sees: withoutRoot,
    },
    { description: 'compares no names, and lets a key or a name stand twice', grounds: 'read', unasked: links },
    {
      description: 'wants the mode that was stored, whichever it is, and in whatever form',
      grounds: 'read',
      unasked: ['CHAIN-MODE-NORMAL', 'CHAIN-MODE-FORM'],
      sees: named,
    },
    {
      description: 'looks at no profile, name, key usage or other hash, and takes claims that it does not know',
      grounds: 'read',
      unasked: [
        ...profiles,
        ...names,
        ...usageAndHash,
        ...sizes,
        'CHAIN-CLAIMS-KNOWN',
        'CHAIN-CONFIG-TYPES',
        'CHAIN-HASH-TYPES',
        'CHAIN-DESCRIPTION-TYPES',
        'CHAIN-CODE-HASH-GIVEN',
      ],
    },
    {
      description: 'lets a descriptor be missing, or be any bytes: its version then constrains nothing',
      grounds: 'read',
      unasked: ['CHAIN-DESCRIPTOR-GIVEN', 'CHAIN-DESCRIPTOR-MAP', 'CHAIN-DESCRIPTOR-KEYS', ...descriptorFields],
    },
    { description: 'looks for no marker of an RKP VM', grounds: 'read', unasked: markers },
  ],
};
