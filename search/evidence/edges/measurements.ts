/** Hashes and descriptors that a certificate may just have. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { ascii } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isBytes } from '../../../model/cbor/decode.ts';
import { claims, configFields } from '../../../model/dice/labels.ts';
import type { Fields } from '../../../model/forge/chain.ts';
import { both, drop, named, set } from '../forgeries/forgery.ts';
import type { Edge } from './edge.ts';
import { anEntry, edges } from './edge.ts';

type Change = (fields: Fields) => undefined;
const of15 = named('android.15');
const claimed = (change: Change) => anEntry({ claims: change });
const field = (label: Cbor) => (value: Cbor) => anEntry({ descriptor: set(label, value) });
const key = (label: Cbor) => anEntry({ descriptor: set(label, 1) });
const zeros = (size: number): Uint8Array => new Uint8Array(size);

type Hash = (bytes: Uint8Array) => Uint8Array;
/** All hashes of a certificate are of one function, and that of the descriptor perhaps of another. */
const hashed =
  (hash: Hash, ofDescriptor = hash): Change =>
  (fields) => {
    const descriptor = fields.get(claims.configDescriptor);
    fields.set(claims.codeHash, hash(ascii('code')));
    fields.set(claims.authorityHash, hash(ascii('authority')));
    fields.set(claims.configHash, ofDescriptor(isBytes(descriptor) ? descriptor : zeros(0)));
  };
const cut =
  (size: number): Hash =>
  (bytes) =>
    sha512(bytes).slice(0, size);
const ofSize = (size: number): Change =>
  both(set(claims.codeHash, zeros(size)), set(claims.authorityHash, zeros(size)), drop(claims.configHash));

const inFirst = (change: Change, plan = {}) => anEntry({ claims: change }, plan, 0);
const shortAuthority = set(claims.authorityHash, zeros(32));

export const hashEdges: readonly Edge[] = [
  ...edges<Change>(
    'CHAIN-CONFIG-HASH',
    claimed,
    {
      'the hashes are of SHA-256': hashed(sha256),
      'the hashes are of SHA-384': hashed(sha384),
      'they are of SHA-512': hashed(sha512),
    },
    {
      'the configuration hash is of SHA-512, cut to 32 bytes': hashed(sha256, cut(32)),
      'the configuration hash is of SHA-512, cut to 48 bytes': hashed(sha384, cut(48)),
      'the configuration hash is empty': set(claims.configHash, zeros(0)),
    },
  ),
  ...edges<Change>(
    'CHAIN-CONFIG-HASH',
    (change) => inFirst(change),
    { 'the first configuration hash is of SHA-256': hashed(sha256) },
    { 'the first configuration hash is of another descriptor that can be read': set(claims.configHash, zeros(64)) },
  ),
  ...edges<Change>(
    'CHAIN-CODE-HASH-SIZE',
    (change) => anEntry({ claims: change }, of15),
    {
      'the code hash has 32 bytes': ofSize(32),
      'the code hash has 48 bytes': ofSize(48),
      'it has 64 bytes': ofSize(64),
    },
    {
      'the code hash has 31 bytes': ofSize(31),
      'the code hash has 33 bytes': ofSize(33),
      'it has 0 bytes': ofSize(0),
      'it has 65 bytes': ofSize(65),
    },
  ),
  ...edges<Change>(
    'CHAIN-CONFIG-HASH-SIZE',
    (change) => anEntry({ claims: change }, of15),
    {
      'in Android 15 the configuration hash is that of nothing': set(claims.configHash, zeros(64)),
      'in Android 15 there is none': drop(claims.configHash),
    },
    { 'in Android 15 the configuration hash has 32 bytes beside 64': set(claims.configHash, zeros(32)) },
  ),
  ...edges<Change>(
    'CHAIN-CONFIG-TYPES',
    (change) => anEntry({ claims: change }, of15),
    { 'in Android 15 the configuration hash is of bytes': set(claims.configHash, zeros(64)) },
    { 'in Android 15 the configuration hash is a text': set(claims.configHash, 'hash') },
  ),
  ...edges<Change>(
    'CHAIN-HASH-TYPES',
    claimed,
    { 'the authority hash is zeros': set(claims.authorityHash, zeros(64)) },
    { 'the authority hash is a text': set(claims.authorityHash, 'authority') },
  ),
  ...edges<readonly [string, number]>(
    'CHAIN-AUTHORITY-HASH-SIZE',
    ([profile, at]) => anEntry({ claims: shortAuthority }, named(profile), at),
    { 'in Android 14 the first authority hash has another size': ['android.14', 0] },
    {
      'in Android 14 another authority hash has another size': ['android.14', 1],
      'in Android 15 the first authority hash has another size': ['android.15', 0],
    },
  ),
  ...edges<Change>(
    'CHAIN-DESCRIPTION-TYPES',
    claimed,
    {
      'there is a code descriptor': set(claims.codeDescriptor, zeros(4)),
      'there is an authority descriptor': set(claims.authorityDescriptor, zeros(4)),
    },
    { 'the authority descriptor is a text': set(claims.authorityDescriptor, 'authority') },
  ),
];

export const descriptorEdges: readonly Edge[] = [
  ...edges<Cbor>(
    'CHAIN-DESCRIPTOR-KEYS',
    key,
    {
      'a key of the descriptor is 2^63 - 1': 2n ** 63n - 1n,
      'a key of the descriptor is -2^63': -(2n ** 63n),
      'a key is 0': 0,
    },
    { 'a key of the descriptor is 2^63': 2n ** 63n, 'a key of the descriptor is a byte string': zeros(1) },
  ),
  ...edges<Cbor>(
    'CHAIN-DESCRIPTOR-RESERVED',
    key,
    { 'a key of the descriptor is -71000': -71000, 'a key of the descriptor is -69999': -69999 },
    {
      'a key of the descriptor is -70999': -70999,
      'a key of the descriptor is -70000': -70000,
      'a key is -70008': -70008,
    },
  ),
  ...edges<Change>(
    'CHAIN-SECURITY-VERSION',
    (descriptor) => anEntry({ descriptor }, of15),
    { 'in Android 15 there is no security version': drop(configFields.securityVersion) },
    { 'in Android 15 the security version is a text': set(configFields.securityVersion, '1') },
  ),
  ...edges<Cbor>(
    'CHAIN-COMPONENT-VERSION',
    field(configFields.componentVersion),
    { 'the component version is a text': '1', 'it is -2^63': -(2n ** 63n), 'the component version is 1': 1 },
    { 'the component version is 2^63': 2n ** 63n, 'the component version is null': null },
  ),
  ...edges<Cbor>(
    'CHAIN-DESCRIPTOR-TYPES',
    field(configFields.componentName),
    { 'the component has an empty name': '' },
    { 'the component has null for a name': null },
  ),
  ...edges<Change>(
    'CHAIN-DESCRIPTOR-TYPES',
    (descriptor) => anEntry({ descriptor }),
    {
      'the component has no name': drop(configFields.componentName),
      'it has an instance name': set(configFields.instanceName, 'one'),
    },
    { 'the instance has a number for a name': set(configFields.instanceName, 1) },
  ),
  ...edges<Cbor>(
    'CHAIN-DESCRIPTOR-TYPES',
    field(configFields.resettable),
    { 'the component is resettable': null },
    { 'resettable is true': true, 'resettable is 1': 1, 'resettable is false': false },
  ),
];
