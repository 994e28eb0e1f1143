/** The VM that certifies keys of other VMs, as it reads their chains. */
import type { Appraiser } from '../appraiser.ts';
import type { DescriptorClaims, Field } from '../facts.ts';
import {
  anyForm,
  descriptorFields,
  eachPayload,
  given,
  headers,
  links,
  markers,
  names,
  notConfigured,
  profiles,
  sizes,
  usageAndHash,
} from './seeing.ts';

/** A hash as digits, where it has not 64 bytes: it wants SHA-512 and no other. */
const ofSha512 = (hash: Field<string>): Field<string> =>
  hash.kind === 'given' && hash.value.length !== 128 ? { kind: 'mistyped' } : hash;

/** Claims under numbers are passed over, and those under texts are an error. */
const isText = (claim: string): boolean => !/^-?\d+$/.test(claim);

/** What is no CBOR at all is passed over; a descriptor that is, and no map of numbers, is an error. */
const unreadable = ({ fault }: DescriptorClaims): boolean =>
  fault !== undefined && fault !== 'repeated key' && fault !== 'unexpected kind';

function descriptorSeen(descriptor: Field<DescriptorClaims>): Field<DescriptorClaims> {
  if (descriptor.kind !== 'given' || !unreadable(descriptor.value)) return descriptor;
  return given({ ...descriptor.value, fault: undefined, isMap: true, hasOnlyIntegerKeys: true });
}

export const rkpVm: Appraiser = {
  name: 'rkp-vm',
  description:
    'The VM that turns the chain of another VM into a certificate. That the certificate says "not secure" counts as a refusal here.',
  departures: [
    anyForm,
    {
      description: 'looks for no critical parameters, and lets a label be in both headers',
      grounds: 'read',
      unasked: headers.filter((clause) => clause !== 'COSE-HEADER-FORM'),
    },
    { description: 'takes the algorithm from the key alone', grounds: 'read', unasked: ['COSE-ALGORITHM'] },
    {
      description: 'takes keys with parameters that no public key has, and points of small order',
      grounds: 'read',
      unasked: ['COSE-KEY-PUBLIC', 'COSE-KEY-ORDER'],
      reading: { anyEd25519: true },
    },
    { description: 'compares no names, and lets a key or a name stand twice', grounds: 'read', unasked: links },
    {
      description: 'looks at no profile, name, key usage or hash of a configuration',
      grounds: 'read',
      unasked: [...profiles, ...names, ...usageAndHash, 'CHAIN-DESCRIPTION-TYPES'],
      sees: eachPayload((payload) => ({ ...payload, configHash: { kind: 'absent' } })),
    },
    {
      description: 'passes over claims under numbers that it does not know',
      grounds: 'read',
      sees: eachPayload((payload) => ({ ...payload, unknownClaims: payload.unknownClaims.filter(isText) })),
    },
    {
      description: 'takes hashes of 64 bytes alone',
      grounds: 'read',
      unasked: sizes,
      sees: eachPayload((payload) => ({
        ...payload,
        codeHash: ofSha512(payload.codeHash),
        authorityHash: ofSha512(payload.authorityHash),
      })),
    },
    {
      description: 'takes a mode as a number too, and one that is missing for "not configured"',
      grounds: 'read',
      unasked: ['CHAIN-MODE-GIVEN'],
      sees: eachPayload((payload) => ({
        ...payload,
        mode: payload.mode.kind === 'absent' ? given(notConfigured) : payload.mode,
        modeIsInteger: false,
      })),
    },
    {
      description:
        'passes over configuration descriptors that are no CBOR, wherever they stand, and over fields that it does not need; one that is CBOR and no map with numbers for keys is an error',
      grounds: 'read',
      unasked: descriptorFields,
      sees: eachPayload((payload) => ({ ...payload, configDescriptor: descriptorSeen(payload.configDescriptor) })),
    },
    {
      description: 'looks for no marker: the beginning of the chain has to be its own',
      grounds: 'read',
      unasked: markers,
    },
  ],
};
