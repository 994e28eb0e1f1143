/** Keys and signed items that are just good enough, and some that are just not. */
import { sha512 } from '@noble/hashes/sha2.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { ascii, concat, unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isBytes } from '../../../model/cbor/decode.ts';
import { coseKeyOf, coseLabels } from '../../../model/cose/key.ts';
import { headerLabels } from '../../../model/cose/sign1.ts';
import { keyPairFrom } from '../../../model/dice/derive.ts';
import type { EntryChanges, Fields } from '../../../model/forge/chain.ts';
import { twinOf } from '../../../model/forge/tamper.ts';
import { drop, set } from '../forgeries/forgery.ts';
import { unprotected } from '../forgeries/keys.ts';
import type { Edge } from './edge.ts';
import { aChain, anEntry, edges } from './edge.ts';

const ops = (value: Cbor) => anEntry({ key: set(coseLabels.keyOps, value) });
const rootOps = (value: Cbor) => aChain({ rootKey: set(coseLabels.keyOps, value) });
const plain = { profile: undefined };

/** A key on P-256 whose x begins with a byte of zeros. */
const short = keyPairFrom('P-256', sha512(ascii('leaf 247')).slice(0, 32)).raw;
const [shortX, shortY] = [short.slice(0, 32), short.slice(32)];
/** The last key is that one, with its x written so. */
const withX = (x: Uint8Array) =>
  anEntry(
    {
      key: (fields) => {
        fields.set(coseLabels.x, x);
        fields.set(coseLabels.y, shortY);
      },
    },
    { kinds: ['Ed25519', 'P-256', 'Ed25519', 'P-256'] },
    2,
  );
const lastKey = (x: string) => anEntry({ key: set(coseLabels.x, unhex(x)) }, {}, 2);
const ofEight: Readonly<Record<string, string>> = {
  'the last key is the point of order 1': `01${'00'.repeat(31)}`,
  'the last key is the point of order 2': `ec${'ff'.repeat(30)}7f`,
  'the last key is a point of order 4': '00'.repeat(32),
  'the last key is the other point of order 4': `${'00'.repeat(31)}80`,
  'the last key is the first point of order 8': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'the last key is the second point of order 8': 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'the last key is the third point of order 8': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'the last key is the fourth point of order 8': '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
};

export const keyEdges: readonly Edge[] = [
  ...edges<(fields: Fields) => undefined>(
    'COSE-KEY-OPERATIONS',
    (key) => anEntry({ key }),
    { 'a key names no operations': drop(coseLabels.keyOps) },
    { 'a key has 0 among its operations': set(coseLabels.keyOps, [2, 0]) },
  ),
  ...edges<(fields: Fields) => undefined>(
    'COSE-KEY-OPERATIONS',
    (rootKey) => aChain({ rootKey }),
    { 'the root key names no operations': drop(coseLabels.keyOps) },
    { 'the root key has 0 among its operations': set(coseLabels.keyOps, [2, 0]) },
  ),
  ...edges<Cbor>(
    'COSE-KEY-OPERATIONS',
    ops,
    {
      'a key is for 2 and 10': [2, 10],
      'a key is for 1 and 2': [1, 2],
      'a key is for 2 and for a text': [2, 'verify'],
    },
    { 'a key is for 2 and 11': [2, 11], 'a key is for 2 and -1': [2, -1] },
  ),
  ...edges<Cbor>(
    'COSE-KEY-VERIFIES',
    ops,
    { 'a key is for verifying alone': [2] },
    { 'a key is for the text "verify"': ['verify'], 'a key is for verifying MACs': [10] },
  ),
  ...edges<Cbor>(
    'COSE-KEY-MAP',
    ops,
    { 'a key is for 2 and 3': [2, 3] },
    { 'a key is for 2 twice': [2, 2], 'a key is for a byte string': [unhex('02')], 'its operations are null': null },
  ),
  ...edges<Cbor>(
    'COSE-KEY-VERIFIES',
    (value) =>
      aChain({ rootKey: set(coseLabels.keyOps, value), entries: { 0: { key: set(coseLabels.keyOps, value) } } }, plain),
    { 'keys of Android 13 are for the integer 2': 2 },
    { 'keys of Android 13 are for the integer 1': 1 },
    'Android 13',
  ),
  ...edges<Cbor>('COSE-KEY-OPERATIONS', rootOps, { 'the root key is for [2]': [2] }, { 'the root key is for 2': 2 }),
  ...edges<Cbor>(
    'COSE-KEY-MAP',
    (kid) => anEntry({ key: set(coseLabels.kid, kid) }),
    { 'a key has an identifier': unhex('01') },
    { 'a key has an empty identifier': unhex(''), 'a key has a text for its identifier': 'k' },
  ),
  ...edges<Cbor>(
    'COSE-KEY-MAP',
    (iv) => anEntry({ key: set(coseLabels.baseIv, iv) }),
    { 'a key has a base IV': unhex('01') },
    { 'a key has an empty base IV': unhex(''), 'a key has a number for its base IV': 1 },
  ),
  ...edges<Cbor>(
    'COSE-KEY-PUBLIC',
    (label) => anEntry({ key: set(label, unhex('01')) }, {}, 2),
    { 'a key of Ed25519 has an identifier': coseLabels.kid },
    { 'a key of Ed25519 has y': coseLabels.y, 'a key of Ed25519 has the label -5': -5, 'so for the label 6': 6 },
  ),
  ...edges(
    'COSE-KEY-POINT',
    withX,
    {
      'the zero in front of x is there': shortX,
      'the zero in front of x is missing': shortX.slice(1),
      'there are two zeros in front of x': concat(Uint8Array.of(0), shortX),
    },
    { 'x has a one in front': concat(Uint8Array.of(1), shortX), 'x lacks its last byte': shortX.slice(0, -1) },
  ),
  ...edges(
    'COSE-KEY-POINT',
    lastKey,
    { 'the last key is the base point': `58${'66'.repeat(31)}` },
    { 'the last key is no point': `02${'00'.repeat(31)}`, 'the last key is y of 1, above p': `ee${'ff'.repeat(30)}7f` },
  ),
  ...edges('COSE-KEY-ORDER', lastKey, { 'the last key is the negative base point': `58${'66'.repeat(30)}e6` }, ofEight),
];

/** The signature on an entry, written otherwise. */
const signature = (change: (signature: Uint8Array) => Uint8Array): EntryChanges => ({
  entry: ([a = null, b = null, c = null, d = null]) => [a, b, c, isBytes(d) ? change(d) : d],
});
const compact = (bytes: Uint8Array): Uint8Array => bytes;
const inDer = (bytes: Uint8Array): Uint8Array =>
  (bytes.length === 64 ? p256 : p384).Signature.fromBytes(bytes, 'compact').toBytes('der');
const highS = (kind: 'P-256' | 'P-384', high: boolean) => (bytes: Uint8Array) => {
  const half = bytes.length / 2;
  return (bytes[half] ?? 0) >= 0x80 === high ? bytes : twinOf(kind, bytes);
};

export const signatureEdges: readonly Edge[] = [
  ...edges(
    'COSE-SIGNATURE',
    (change: (signature: Uint8Array) => Uint8Array) => anEntry(signature(change)),
    {
      'a signature on P-256 is r and s': compact,
      's of a signature on P-256 is low': highS('P-256', false),
      's of a signature on P-256 is high': highS('P-256', true),
    },
    { 'a signature on P-256 is in DER': inDer, 'a byte follows it': (bytes) => concat(bytes, unhex('00')) },
  ),
  ...edges(
    'COSE-SIGNATURE',
    (change: (signature: Uint8Array) => Uint8Array) => anEntry(signature(change), {}, 2),
    { 's of a signature on P-384 is high': highS('P-384', true), 's of one on P-384 is low': highS('P-384', false) },
    {
      'a signature on P-384 is in DER': inDer,
      'r of one on P-384 is zero': (bytes) => concat(new Uint8Array(48), bytes.slice(48)),
    },
  ),
  ...edges(
    'COSE-SIGN1-FORM',
    (entry: NonNullable<EntryChanges['entry']>) => anEntry({ entry }),
    { 'an entry has four parts': (parts) => parts },
    {
      'an entry has five parts': (parts) => [...parts, null],
      'the protected header is a map that is in no byte string': ([_, ...rest]) => [new Map(), ...rest],
      'the unprotected header is a list': ([a = null, _, ...rest]) => [a, [], ...rest],
      'the signature is a text': (parts) => [...parts.slice(0, 3), 'signature'],
    },
  ),
  ...edges(
    'COSE-SIGN1-FORM',
    (label: Cbor) => anEntry(unprotected([label, 1])),
    { 'a label of the unprotected header is a text': 'label', 'one is a number that means nothing': 99 },
    { 'a label of the unprotected header is a byte string': unhex('01') },
  ),
  ...edges(
    'COSE-ALGORITHM',
    (protectedAlgorithm: boolean) =>
      anEntry({
        header: (fields) => {
          if (!protectedAlgorithm) fields.delete(headerLabels.alg);
          fields.set(headerLabels.kid, unhex('01'));
        },
        ...(protectedAlgorithm ? {} : unprotected([headerLabels.alg, -7])),
      }),
    { 'the algorithm is in the protected header, beside a key identifier': true },
    { 'the algorithm is in the unprotected header, and a key identifier in the protected one': false },
  ),
  ...edges(
    'COSE-LABELS-ONCE',
    (label: Cbor) => anEntry({ header: set('one', 1), ...unprotected([label, 1]) }),
    { 'the headers have two labels': 'two' },
    { 'the headers have one label': 'one' },
  ),
];

/** The last key is one that is there already, perhaps in other words. */
const again = (words: 'with operations' | 'bare', of: 0 | 1, more: (fields: Fields) => unknown = () => undefined) =>
  anEntry(
    {
      key: (_, { keys }) => {
        const key = keys[of];
        if (key === undefined) return undefined;
        const fields = new Map(coseKeyOf(key, words));
        more(fields);
        return fields;
      },
    },
    { kinds: ['Ed25519', 'P-256', 'Ed25519', 'P-256'] },
    2,
  );

export const repeatedKeyEdges: readonly Edge[] = edges(
  'CHAIN-KEYS-ONCE',
  (make: (device: string) => Uint8Array) => make,
  { 'each key is there once': anEntry({}, { kinds: ['Ed25519', 'P-256', 'Ed25519', 'P-256'] }) },
  {
    'the last key is the root key without its operations': again('bare', 0),
    'the last key is the root key with an identifier': again('with operations', 0, set(coseLabels.kid, unhex('01'))),
    'the last key is that of the first entry': again('with operations', 1),
    'the last key is that of the first entry, with a zero in front of x': again('with operations', 1, (fields) => {
      const x = fields.get(coseLabels.x);
      if (isBytes(x)) fields.set(coseLabels.x, concat(unhex('00'), x));
    }),
  },
);
