/** How evidence may just be encoded, and how it may just not. */
import { concat, unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isMap } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { soundPlan, forgeRequestBytes } from '../../../model/forge/chain.ts';
import { replaced, withEntry } from '../../../model/forge/tamper.ts';
import { configFields } from '../../../model/dice/labels.ts';
import { unprotected } from '../forgeries/keys.ts';
import { partsOf } from '../forgeries/forgery.ts';
import type { Edge } from './edge.ts';
import { aChain, anEntry, edges } from './edge.ts';

const nested = (depth: number): Cbor => (depth === 0 ? 0 : [nested(depth - 1)]);

/** The chain is level 0, and what its headers hold is three below it. */
const nestedTo = (level: number) => anEntry(unprotected(['note', nested(level - 3)]));

const note = encode('note');
/** Bytes as the value of something in an unprotected header that nobody knows. */
const noted = (raw: string) =>
  aChain({
    entries: { 1: unprotected(['note', 'value']) },
    bytes: (bytes) => replaced(bytes, concat(note, encode('value')), concat(note, unhex(raw))),
  });

/** Bytes as the value of a key of the descriptor that is somebody else's. */
const described = (raw: string) =>
  anEntry({ descriptorBytes: (bytes) => withEntry(bytes, concat(encode(-71000), unhex(raw))) });

/** A fifth part of a request that fills it up to a size. */
const ofSize =
  (size: number) =>
  (device: string): Uint8Array => {
    const filled = (count: number): Uint8Array =>
      forgeRequestBytes({ ...soundPlan, device }, { request: (parts) => [...parts, new Uint8Array(count)] });
    return filled(size - filled(0).length - 2);
  };

const versionAgain = (key: string) => anEntry({ descriptorBytes: (bytes) => withEntry(bytes, unhex(key)) });

const explicit =
  (form: number, rootBytes: (root: Cbor) => Uint8Array) =>
  (device: string): Uint8Array => {
    const [root = null, ...entries] = partsOf({ ...soundPlan, device });
    return encode([form, rootBytes(root), ...entries]);
  };
const inOrder = (root: Cbor): Uint8Array => encode(root, { sorted: true });
const swapped = (root: Cbor): Uint8Array => {
  const [first, second, ...rest] = isMap(root) ? root : [];
  return encode(new Map([second, first, ...rest].filter((one) => one !== undefined)));
};

export const encodingEdges: readonly Edge[] = [
  ...edges('CBOR-BOUNDED', ofSize, { 'a request of 65536 bytes': 65536 }, { 'a request of 65537 bytes': 65537 }),
  ...edges(
    'CBOR-BOUNDED',
    nestedTo,
    { 'a header nests to level 15': 15, 'a header nests to level 16': 16 },
    { 'a header nests to level 17': 17, 'a header nests to level 32': 32 },
  ),
  ...edges(
    'CBOR-SHORTEST',
    noted,
    { '24 is in one byte more': '1818', '256 is in two bytes more': '190100', '65536 is in four': '1a00010000' },
    { '23 is in one byte more': '1817', '255 is in two bytes more': '1900ff', '65535 is in four': '1a0000ffff' },
  ),
  ...edges(
    'CBOR-SHORTEST',
    noted,
    { '2^32 is in eight bytes more': '1b0000000100000000', 'a text has a short length': '6161' },
    { '2^32 - 1 is in eight bytes more': '1b00000000ffffffff', 'a text has a long length': '780161' },
  ),
  ...edges('CBOR-DEFINITE', noted, { 'an empty array': '80' }, { 'an empty array is open': '9fff' }),
  ...edges(
    'CBOR-TEXT',
    noted,
    { 'a text has an umlaut': '62c3bc', 'a text has the mark in its middle': '6461efbbbf' },
    { 'a text has an overlong form': '62c080', 'a text has a surrogate': '63eda080', 'a text is the mark': '63efbbbf' },
  ),
  ...edges(
    'CBOR-KEYS-ONCE',
    noted,
    { 'a map has the keys 0, 1 and "0"': 'a3000001006130' + '00' },
    { 'a map has the keys 0, 1 and 0': 'a3000001000000', 'a map has 0 twice': 'a200000000' },
  ),
  ...edges(
    'CBOR-KEYS-ONCE',
    versionAgain,
    { 'the descriptor has another key': '3a0001155700' },
    { 'the descriptor has the version twice, of the same value': '3a0001117401' },
  ),
  ...edges(
    'CBOR-PLAIN',
    noted,
    { 'a key is a byte string': 'a1410000', 'a value is null': 'f6', 'a value is true': 'f5' },
    {
      'a key is an array': 'a18000',
      'a key is true': 'a1f500',
      'a value is undefined': 'f7',
      'a value is a tag': 'c100',
    },
  ),
  ...edges(
    'CBOR-PLAIN',
    noted,
    { 'a value is false': 'f4' },
    { 'a value is a float': 'f93c00', 'a value is a simple value of two bytes': 'f820' },
  ),
  ...edges(
    'CBOR-WELL-FORMED',
    described,
    {
      'somebody else has a float': 'f93c00',
      'somebody else has a tag': 'c100',
      'somebody else has a simple value': 'f820',
    },
    {
      'somebody else has a simple value in a form that there is not': 'f814',
      'somebody else has a head that there is not': '1c',
    },
  ),
  ...edges(
    'CBOR-SORTED',
    (bytes: (root: Cbor) => Uint8Array) => explicit(1, bytes),
    { 'the root key in a byte string is in order': inOrder },
    { 'the first two keys of the root key in a byte string are swapped': swapped },
  ),
  ...edges(
    'CSR-VERSION',
    (form: number) => explicit(form, inOrder),
    { 'a chain has its root key in a byte string after a 1': 1 },
    { 'a chain has its root key in a byte string after a 2': 2 },
  ),
  ...edges(
    'CHAIN-SECURITY-VERSION',
    (version: Cbor) => anEntry({ descriptor: (fields) => void fields.set(configFields.securityVersion, version) }),
    { 'the security version is 0': 0, 'the security version is 2^63': 2n ** 63n, 'it is 2^64 - 1': 2n ** 64n - 1n },
    { 'the security version is -1': -1, 'the security version is null': null },
  ),
];
