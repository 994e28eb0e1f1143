/** Chains that just fit together, and what is passed over in a first certificate, or in one for its own key. */
import { ascii } from '../../../model/bytes.ts';
import { claims, configFields, modes } from '../../../model/dice/labels.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { coseKeyOf } from '../../../model/cose/key.ts';
import type { EntryChanges, Fields } from '../../../model/forge/chain.ts';
import { both, drop, instead, selfSignedChain, set } from '../forgeries/forgery.ts';
import type { Edge } from './edge.ts';
import { aChain, anEntry, edges } from './edge.ts';

type Change = (fields: Fields) => undefined;
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const alone = (changes: EntryChanges) => (device: string) => selfSignedChain(device, changes);

const ofSelfSigned: readonly Edge[] = [
  ...edges<Change>(
    'CHAIN-NAMES-FILLED',
    (change) => alone({ claims: change }),
    {
      'it is one certificate for its own key': () => undefined,
      'so without a mode': drop(claims.mode),
      'so in a mode that there is not': set(claims.mode, Uint8Array.of(9)),
      'so without a code hash': drop(claims.codeHash),
      'so without an authority hash': drop(claims.authorityHash),
      'so without a configuration': both(drop(claims.configDescriptor), drop(claims.configHash)),
    },
    {
      'it is one certificate for its own key, with an empty subject': set(claims.subject, ''),
      'so with an empty issuer': set(claims.issuer, ''),
    },
  ),
  ...edges<Change>(
    'CHAIN-CLAIMS-KNOWN',
    (change) => alone({ claims: change }),
    { 'it is one certificate for its own key, in recovery mode': set(claims.mode, Uint8Array.of(modes.recovery)) },
    { 'it is one certificate for its own key, with a claim of a time': set(4, 0) },
  ),
  ...edges<Change>(
    'CHAIN-CODE-HASH-SIZE',
    (change) => alone({ claims: change }),
    { 'it is one certificate for its own key, with no hash': both(drop(claims.codeHash), drop(claims.authorityHash)) },
    {
      'so with a code hash of 20 bytes': both(
        set(claims.codeHash, zeros(20)),
        drop(claims.authorityHash),
        drop(claims.configDescriptor),
        drop(claims.configHash),
      ),
    },
  ),
  ...edges<EntryChanges>(
    'CHAIN-CONFIG-HASH',
    alone,
    {
      'its own certificate has a descriptor that cannot be read': {
        descriptorBytes: () => ascii('v1'),
        claims: set(claims.configHash, zeros(64)),
      },
    },
    { 'its own certificate has a hash of another descriptor': { claims: set(claims.configHash, zeros(64)) } },
    'Android 15 and 16',
  ),
  ...edges<(device: string) => Uint8Array>(
    'CHAIN-KEYS-ONCE',
    (make) => make,
    {
      'the first of two certificates is for a key of its own': aChain({}, { kinds: ['Ed25519', 'Ed25519', 'Ed25519'] }),
    },
    { 'the first of two certificates is for the root key': signedByRoot },
  ),
];

/** Two certificates that the root key has signed, of which the first is for itself. */
function signedByRoot(device: string): Uint8Array {
  const key: EntryChanges['key'] = (_, { keys: [root] }) => root && new Map(coseKeyOf(root, 'with operations'));
  const signer: EntryChanges['signer'] = ({ keys }) => keys[0];
  return aChain({ entries: { 0: { key }, 1: { signer } } }, { kinds: ['Ed25519', 'Ed25519', 'Ed25519'] })(device);
}

const unread: EntryChanges = { descriptorBytes: () => ascii('v1'), claims: set(claims.configHash, zeros(64)) };
const markedAndReserved = both(set(configFields.rkpVmMarker, null), set(-70001, 1));

const passedOver: readonly Edge[] = [
  ...edges<number>(
    'CHAIN-CONFIG-HASH',
    (at) => anEntry(unread, {}, at),
    { 'the first descriptor cannot be read, and has another hash': 0 },
    { 'the second descriptor cannot be read, and has another hash': 1 },
  ),
  ...edges<EntryChanges>(
    'CHAIN-DESCRIPTOR-RESERVED',
    (changes) => anEntry(changes, {}, 0),
    {
      'the first descriptor is a list': { descriptor: instead([]) },
      'the first descriptor has a reserved key': { descriptor: set(-70001, 1) },
      'the first descriptor has no security version': { descriptor: drop(configFields.securityVersion) },
      'the first descriptor has a number for a name': { descriptor: set(configFields.componentName, 1) },
      'the first descriptor has a text among its keys': { descriptor: set('name', 1) },
    },
    {},
  ),
  ...edges<EntryChanges>(
    'CHAIN-DESCRIPTOR-RESERVED',
    (changes) => anEntry(changes, {}, 0),
    { 'from Android 15 on, the first descriptor has a key of others': { descriptor: set(-71000, 1) } },
    { 'from Android 15 on, the first descriptor has a reserved key': { descriptor: set(-70001, 1) } },
    'Android 15 and 16',
  ),
  ...edges<readonly boolean[]>(
    'CHAIN-MARKERS-ENOUGH',
    ([_, ...others]) => aChain({ entries: { 0: { descriptor: markedAndReserved } } }, { markers: [false, ...others] }),
    { 'the first descriptor is passed over, and two others have the marker': [true, true, true] },
    {},
    'RKP VM',
  ),
  ...edges<EntryChanges>(
    'CHAIN-MARKERS-ENOUGH',
    (changes) => aChain({ entries: { 0: changes } }, { kinds: ['Ed25519', 'P-256', 'Ed25519'], markers: [true, true] }),
    { 'both of two descriptors have the marker': {} },
    { 'the first of two descriptors has the marker, and is passed over': { descriptor: markedAndReserved } },
    'RKP VM',
  ),
];

const named = (first: string, second: string, third: string) =>
  aChain({
    entries: {
      0: { claims: set(claims.subject, first) },
      1: { claims: both(set(claims.issuer, first), set(claims.subject, second)) },
      2: { claims: both(set(claims.issuer, second), set(claims.subject, third)) },
    },
  });

const marked = (...markers: readonly boolean[]) => aChain({}, { markers });

export const linkEdges: readonly Edge[] = [
  ...ofSelfSigned,
  ...passedOver,
  ...edges<readonly [string, string, string]>(
    'CHAIN-SUBJECTS-ONCE',
    (names) => named(...names),
    {
      'the subjects are one, two and three': ['one', 'two', 'three'],
      'they differ in case alone': ['one', 'ONE', 'One'],
    },
    {
      'the first and the last subject are one': ['one', 'two', 'one'],
      'the last two subjects are': ['one', 'two', 'two'],
    },
  ),
  ...edges<Cbor>(
    'CHAIN-LINKED',
    (issuer) =>
      aChain({ entries: { 0: { claims: set(claims.subject, 'one') }, 1: { claims: set(claims.issuer, issuer) } } }),
    { 'the issuer is the subject before, to the letter': 'one' },
    {
      'the issuer is the subject before in capitals': 'ONE',
      'the issuer has a space behind': 'one ',
      'it is the beginning': 'on',
    },
  ),
  ...edges<Cbor>(
    'CHAIN-NAMES-FILLED',
    (issuer) => anEntry({ claims: set(claims.issuer, issuer) }, {}, 0),
    { 'the first issuer is anybody': 'anybody' },
    { 'the first issuer is empty': '' },
  ),
  ...edges<readonly boolean[]>(
    'CHAIN-MARKERS-RESERVED',
    (markers) => marked(...markers),
    {
      'one marker, in the leaf': [false, false, true],
      'one marker, in the first': [true, false, false],
      'two markers, with a gap before the leaf': [true, false, true],
      'two markers, and none in the leaf': [true, true, false],
    },
    { 'two markers up to the leaf': [false, true, true], 'three markers': [true, true, true] },
  ),
  ...edges<readonly boolean[]>(
    'CHAIN-MARKERS-ENOUGH',
    (markers) => marked(...markers),
    { 'an RKP VM with two markers': [false, true, true], 'an RKP VM with three markers': [true, true, true] },
    { 'an RKP VM with one marker': [false, false, true], 'an RKP VM without markers': [] },
    'RKP VM',
  ),
  ...edges<readonly boolean[]>(
    'CHAIN-MARKERS-UNBROKEN',
    (markers) => marked(...markers),
    {
      'anywhere: two markers up to the leaf': [false, true, true],
      'anywhere: two markers, and none in the leaf': [true, true, false],
      'anywhere: one marker': [false, true, false],
    },
    { 'anywhere: two markers with a gap': [true, false, true] },
    'markers anywhere',
  ),
];
