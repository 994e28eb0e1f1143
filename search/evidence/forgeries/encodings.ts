/** Evidence that is encoded as it must not be. */
import { ascii, concat, unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { claims, modes } from '../../../model/dice/labels.ts';
import { soundPlan } from '../../../model/forge/chain.ts';
import { replaced, withEntry, withLongLabel } from '../../../model/forge/tamper.ts';
import type { Forgery } from './forgery.ts';
import { empty, inEntry, partsOf, set } from './forgery.ts';

const wideMode = (bytes: Uint8Array): Uint8Array => withLongLabel(bytes, claims.mode);
const modeTwice = concat(encode(claims.mode), encode(Uint8Array.of(modes.debug)));

export const encodings: readonly Forgery[] = [
  inEntry('CBOR-BOUNDED', 'a claim nests without end', { claims: set(claims.codeDescriptor, nested(20)) }),
  inEntry('CBOR-WELL-FORMED', 'the claims are cut off', { payload: (bytes) => bytes.slice(0, -1) }),
  inEntry('CBOR-WELL-FORMED', 'there are no claims at all', { payload: () => empty }),
  inEntry('CBOR-SHORTEST', 'the mode stands under a longer form of its label', { payload: wideMode }),
  inEntry('CBOR-SHORTEST', 'the mode stands under both forms of its label', {
    payload: (bytes) => withEntry(wideMode(bytes), modeTwice),
  }),
  inEntry('CBOR-DEFINITE', 'the claims have no length', {
    payload: (bytes) => concat(Uint8Array.of(0xbf), bytes.slice(1), Uint8Array.of(0xff)),
  }),
  inEntry('CBOR-WHOLE', 'a byte follows the claims', { payload: (bytes) => concat(bytes, Uint8Array.of(0)) }),
  inEntry('CBOR-TEXT', 'the profile is named in bytes that are not UTF-8', {
    payload: (bytes) => replaced(bytes, ascii('android.16'), unhex('ff6e64726f69642e3136')),
  }),
  inEntry('CBOR-KEYS-ONCE', 'the mode is there twice', { payload: (bytes) => withEntry(bytes, modeTwice) }),
  inEntry('CBOR-PLAIN', 'the claims are tagged', { payload: (bytes) => concat(Uint8Array.of(0xc6), bytes) }),
];

function nested(depth: number): Cbor {
  return depth === 0 ? 0 : [nested(depth - 1)];
}

/** The form for Secretkeeper, whose root key stands in a byte string. */
export const explicitKey: readonly Forgery[] = [
  {
    clause: 'CBOR-SORTED',
    description: 'the root key in a byte string is not in order',
    make: explicit((root) => encode(root instanceof Map ? new Map([...root].reverse()) : root)),
  },
  {
    clause: 'CBOR-WHOLE',
    description: 'a byte follows the root key in a byte string',
    make: explicit((root) => concat(encode(root, { sorted: true }), Uint8Array.of(0))),
  },
];

function explicit(rootBytes: (root: Cbor) => Uint8Array): Forgery['make'] {
  return (device) => {
    const [first = null, ...entries] = partsOf({ ...soundPlan, device });
    return encode([1, rootBytes(first), ...entries]);
  };
}
