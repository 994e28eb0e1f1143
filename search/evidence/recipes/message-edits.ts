/** What can be done to the bytes of a signed message and to its signature, before and after it is signed. */
import { ascii, concat, unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { decode, isBytes, isMap } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { coseKeyOf, kindNumbers } from '../../../model/cose/key.ts';
import { headerLabels } from '../../../model/cose/sign1.ts';
import { claims, configFields, modes } from '../../../model/dice/labels.ts';
import type { EntryChanges } from '../../../model/forge/chain.ts';
import { replaced, twinOf, withEntry, withLongLabel } from '../../../model/forge/tamper.ts';
import type { Edit, MapChange } from './edit.ts';
import { dropping, setting, zeros } from './edit.ts';

/** The four parts of a signed message, changed after it is signed. */
const parts = (change: (header: Cbor, unprotected: Cbor, payload: Cbor, signature: Cbor) => Cbor[]): EntryChanges => ({
  entry: ([header = null, unprotected = null, payload = null, signature = null]) =>
    change(header, unprotected, payload, signature),
});

/** The payload put in the place of the one that was signed. */
const late = (change: (payload: Uint8Array) => Uint8Array): EntryChanges =>
  parts((header, unprotected, payload, signature) => [
    header,
    unprotected,
    isBytes(payload) ? change(payload) : payload,
    signature,
  ]);

const lateClaims = (change: MapChange): EntryChanges =>
  late((payload) => {
    const fields = new Map(fieldsOf(payload));
    change(fields);
    return encode(fields);
  });

function fieldsOf(payload: Uint8Array): Iterable<readonly [Cbor, Cbor]> {
  try {
    const value = decode(payload);
    return isMap(value) ? value : [];
  } catch {
    // Another edit has made it unreadable already.
    return [];
  }
}

const one = (mode: number): Uint8Array => Uint8Array.of(mode);
const modeAgain =
  (mode: number) =>
  (bytes: Uint8Array): Uint8Array =>
    withEntry(bytes, concat(encode(claims.mode), encode(one(mode))));
const longMode = (bytes: Uint8Array): Uint8Array => withLongLabel(bytes, claims.mode);
const securityVersionAgain = concat(encode(configFields.securityVersion), encode(9));

const nested = (depth: number): Cbor => (depth === 0 ? 0 : [nested(depth - 1)]);

export const payloadEdits: readonly Edit[] = [
  { description: 'the descriptor is cut off', message: { descriptorBytes: (bytes) => bytes.slice(0, -1) } },
  { description: 'the payload is cut off', message: { payload: (bytes) => bytes.slice(0, -1) } },
  { description: 'mode stands there again, as debug', message: { payload: modeAgain(modes.debug) } },
  {
    description: 'mode is debug, and stands there again as normal',
    message: { claims: setting(claims.mode, one(modes.debug)), payload: modeAgain(modes.normal) },
  },
  { description: 'the label of the mode is longer than it need be', message: { payload: longMode } },
  { description: 'after signing, the label of the mode is longer than it need be', message: late(longMode) },
  { description: 'after signing, mode is normal', message: lateClaims(setting(claims.mode, one(modes.normal))) },
  { description: 'after signing, code hash is zeros', message: lateClaims(setting(claims.codeHash, zeros(64))) },
  {
    description: 'the profile is named in bytes that are not UTF-8',
    message: { payload: (bytes) => replaced(bytes, ascii('android'), unhex('ff6e64726f6964')) },
  },
  { description: 'a claim nests without end', message: { claims: setting(claims.codeDescriptor, nested(20)) } },
  { description: 'the payload is empty', message: { payload: () => zeros(0) } },
  { description: 'a byte follows the claims', message: { payload: (bytes) => concat(bytes, zeros(1)) } },
  { description: 'the claims are a list', message: { claims: () => [] } },
  { description: 'the claims are tagged', message: { payload: (bytes) => concat(Uint8Array.of(0xc6), bytes) } },
  {
    description: 'the length of the claims is left open',
    message: { payload: (bytes) => concat(Uint8Array.of(0xbf), bytes.slice(1), Uint8Array.of(0xff)) },
  },
  { description: 'the descriptor is other bytes', message: { descriptorBytes: () => ascii('v1') } },
  { description: 'the descriptor is a list', message: { descriptor: () => [] } },
  {
    description: 'security version stands in the descriptor again, as 9',
    message: { descriptorBytes: (bytes) => withEntry(bytes, securityVersionAgain) },
  },
];

export const signatureEdits: readonly Edit[] = [
  { description: 'the signature is zeros', message: parts((a, b, c) => [a, b, c, zeros(64)]) },
  { description: 'there is no signature', message: parts((a, b, c) => [a, b, c]) },
  { description: 'the root key signs', message: { signer: ({ keys }) => keys[0] } },
  { description: 'the key signs that is certified', message: { signer: ({ keys, at }) => keys[at + 1] } },
  {
    description: 'the signature is the other one of the two that there are',
    message: {
      entry: ([a = null, b = null, c = null, d = null], { keys, at }) => [
        ...[a, b, c],
        isBytes(d) && keys[at] ? twinOf(keys[at].keyKind, d) : d,
      ],
    },
  },
  {
    description: 'the algorithm stands in the unprotected header',
    message: {
      header: dropping(headerLabels.alg),
      entry: ([a = null, _, c = null, d = null], { keys, at }) => [
        a,
        new Map([[headerLabels.alg, kindNumbers[keys[at]?.keyKind ?? 'Ed25519'].alg]]),
        ...[c, d],
      ],
    },
  },
  {
    description: 'the algorithm is in the unprotected header too, as that of HMAC',
    message: parts((a, _, c, d) => [a, new Map([[headerLabels.alg, 5]]), c, d]),
  },
  {
    description: 'the unprotected header lists critical parameters',
    message: parts((a, _, c, d) => [a, new Map([[headerLabels.crit, [headerLabels.kid]]]), c, d]),
  },
  {
    description: 'the unprotected header has a key identifier that is a text',
    message: parts((a, _, c, d) => [a, new Map([[headerLabels.kid, 'k']]), c, d]),
  },
  {
    description: 'the unprotected header has a note',
    message: parts((a, _, c, d) => [a, new Map([['note', 1]]), c, d]),
  },
  {
    description: 'the root key is certified again',
    message: { key: (_, { keys: [root] }) => root && new Map(coseKeyOf(root, 'with operations')) },
  },
];
