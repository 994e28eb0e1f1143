/** Configuration descriptors that are not what they should be. */
import { concat } from '../../../model/bytes.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { claims, configFields } from '../../../model/dice/labels.ts';
import { withEntry } from '../../../model/forge/tamper.ts';
import type { Forgery } from './forgery.ts';
import { drop, inEntry, instead, plain, set } from './forgery.ts';

/** The integer before the lowest of 64 bits, which the encoder does not write. */
const belowAll = Uint8Array.of(0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0);

export const descriptors: readonly Forgery[] = [
  inEntry('CHAIN-CONFIG-TYPES', 'the descriptor is a map that is not in a byte string', {
    claims: set(claims.configDescriptor, new Map()),
  }),
  inEntry('CHAIN-CONFIG-HASH', 'the configuration hash is missing', { claims: drop(claims.configHash) }),
  inEntry('CHAIN-CONFIG-HASH', 'the configuration hash is of another descriptor', {
    claims: set(claims.configHash, new Uint8Array(64)),
  }),
  inEntry('CHAIN-DESCRIPTOR-MAP', 'the descriptor is a list', { descriptor: instead([]) }),
  inEntry('CHAIN-DESCRIPTOR-KEYS', 'a key of the descriptor is a text', { descriptor: set('name', 1) }),
  inEntry('CHAIN-DESCRIPTOR-KEYS', 'a key of the descriptor needs 65 bits', { descriptor: set(1n << 63n, 1) }),
  inEntry('CHAIN-DESCRIPTOR-KEYS', 'a negative key of the descriptor needs 65 bits', {
    descriptorBytes: (bytes) => withEntry(bytes, concat(belowAll, encode(1))),
  }),
  inEntry('CHAIN-DESCRIPTOR-RESERVED', 'a reserved key is used', { descriptor: set(-70001, 1) }),
  inEntry('CHAIN-DESCRIPTOR-RESERVED', 'the last reserved key is used', { descriptor: set(-70999, 1) }),
  inEntry('CHAIN-SECURITY-VERSION', 'the security version is missing', {
    descriptor: drop(configFields.securityVersion),
  }),
  inEntry('CHAIN-SECURITY-VERSION', 'the security version is negative', {
    descriptor: set(configFields.securityVersion, -1),
  }),
  inEntry('CHAIN-SECURITY-VERSION', 'the security version is a text', {
    descriptor: set(configFields.securityVersion, '1'),
  }),
  inEntry('CHAIN-COMPONENT-VERSION', 'the component version is a byte string', {
    descriptor: set(configFields.componentVersion, Uint8Array.of(1)),
  }),
  inEntry(
    'CHAIN-COMPONENT-VERSION',
    'the component version is a text in Android 13',
    { descriptor: set(configFields.componentVersion, '1') },
    { plan: plain, options: { profiles: ['android.13', 'android.13'] } },
  ),
  inEntry('CHAIN-DESCRIPTOR-TYPES', 'the component has a number for a name', {
    descriptor: set(configFields.componentName, 1),
  }),
  inEntry('CHAIN-DESCRIPTOR-TYPES', 'the marker has a value', { descriptor: set(configFields.rkpVmMarker, true) }),
  inEntry('CBOR-KEYS-ONCE', 'the security version is there twice', {
    descriptorBytes: (bytes) => withEntry(bytes, concat(encode(configFields.securityVersion), encode(9))),
  }),
];
