/** The firmware of a protected VM: it decodes the chain, and trusts its loader for the rest. */
import type { Appraiser } from '../appraiser.ts';
import type { Field, PayloadClaims } from '../facts.ts';
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

const debug = 2;
const absent = { kind: 'absent' } as const;

/** Only debug counts; any other number of one byte, and none, are as good as normal. */
const asNormal = (mode: Field<number>): Field<number> =>
  mode.kind === 'mistyped' || (mode.kind === 'given' && mode.value === debug) ? mode : given(normal);

/** Of a certificate it looks at the mode, and of the last one at the key. */
const modeAndLeafKey = eachPayload((payload, isLast): PayloadClaims => ({
  ...payload,
  isMap: payload.isMap || !isLast,
  configDescriptor: absent,
  mode: asNormal(payload.mode),
  modeIsInteger: false,
  subjectKey: isLast ? payload.subjectKey : given(unseenKey),
}));

export const pvmfw: Appraiser = {
  name: 'pvmfw',
  description:
    'The firmware of a protected VM, which looks at the chain that its loader hands over. That a stage is in debug mode counts as a refusal here; the firmware boots on, and lets itself be debugged.',
  departures: [
    anyForm,
    firstCounts,
    { description: 'passes over bytes after a handover', grounds: 'read', reading: { trailing: ['handover'] } },
    {
      description: 'looks at no header and no signature of a certificate, only at its payload',
      grounds: 'read',
      unasked: [...headers, ...signatures],
      reading: { payloadsAlone: true },
    },
    {
      description: 'looks at no key but the last, of which it wants to know the algorithm',
      grounds: 'read',
      unasked: keyKinds,
      sees: withoutRoot,
    },
    { description: 'compares no names, and lets a key or a name stand twice', grounds: 'read', unasked: links },
    {
      description: 'looks at no profile, name, key usage, hash or descriptor, and takes claims that it does not know',
      grounds: 'read',
      unasked: [
        ...profiles,
        ...names,
        ...usageAndHash,
        ...sizes,
        ...descriptorFields,
        'CHAIN-DESCRIPTOR-MAP',
        'CHAIN-DESCRIPTOR-KEYS',
        'CHAIN-CLAIMS-KNOWN',
        'CHAIN-CONFIG-TYPES',
        'CHAIN-HASH-TYPES',
        'CHAIN-DESCRIPTION-TYPES',
        'CHAIN-CODE-HASH-GIVEN',
        'CHAIN-DESCRIPTOR-GIVEN',
        'CHAIN-AUTHORITY-GIVEN',
      ],
    },
    { description: 'looks for no marker of an RKP VM', grounds: 'read', unasked: markers },
    {
      description: 'takes all modes but debug for normal, also a mode that is missing or a number',
      grounds: 'read',
      unasked: ['CHAIN-MODE-GIVEN'],
      sees: modeAndLeafKey,
    },
  ],
};
