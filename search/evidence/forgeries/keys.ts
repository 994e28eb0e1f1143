/** Keys that are none, and what nobody or somebody else has signed. */
import type { Cbor } from '../../../model/cbor/decode.ts';
import { coseLabels } from '../../../model/cose/key.ts';
import { headerLabels } from '../../../model/cose/sign1.ts';
import type { EntryChanges } from '../../../model/forge/chain.ts';
import { soundPlan } from '../../../model/forge/chain.ts';
import type { Forgery } from './forgery.ts';
import { chain, drop, empty, inEntry, set } from './forgery.ts';

const one = Uint8Array.of(1);

/** As the draft of the profile of Android 18 has it: an algorithm key pair, and nothing but its public half. */
const mlDsaKey = new Map<Cbor, Cbor>([
  [coseLabels.kty, 7],
  [coseLabels.alg, -49],
  [-1, new Uint8Array(1952)],
]);

export const keys: readonly Forgery[] = [
  chain('COSE-KEY-MAP', 'the root key has no type', { rootKey: drop(coseLabels.kty) }),
  inEntry('COSE-KEY-MAP', 'a key lists no operations in an array', { key: set(coseLabels.keyOps, []) }),
  chain('COSE-KEY-OPERATIONS', 'the operations of the root key are one number', { rootKey: set(coseLabels.keyOps, 2) }),
  inEntry('COSE-KEY-OPERATIONS', 'the operations of a key are one number', { key: set(coseLabels.keyOps, 2) }),
  chain('COSE-KEY-VERIFIES', 'the root key is for signing', { rootKey: set(coseLabels.keyOps, [1]) }),
  inEntry('COSE-KEY-VERIFIES', 'a key is for signing', { key: set(coseLabels.keyOps, [1]) }),
  chain('COSE-KEY-KIND', 'the root key names the algorithm of another curve', { rootKey: set(coseLabels.alg, -7) }),
  inEntry('COSE-KEY-KIND', 'a key names no algorithm', { key: drop(coseLabels.alg) }),
  inEntry('COSE-KEY-KIND', 'a key is on P-521', { key: set(coseLabels.crv, 3) }),
  chain('COSE-KEY-KIND', 'the root key is one of ML-DSA-65', { rootKey: () => mlDsaKey }),
  inEntry('COSE-KEY-KIND', 'a key is one of ML-DSA-65', { key: () => mlDsaKey }),
  chain('COSE-KEY-PUBLIC', 'the root key comes with its private half', { rootKey: set(-4, new Uint8Array(32)) }),
  inEntry('COSE-KEY-PUBLIC', 'a key comes with its private half', { key: set(-4, new Uint8Array(48)) }),
  inEntry('COSE-KEY-PUBLIC', 'a key has a parameter with a name', { key: set('note', 1) }),
  inEntry('COSE-KEY-POINT', 'a key is no point of its curve', { key: set(coseLabels.y, new Uint8Array(48).fill(1)) }),
  chain('COSE-KEY-POINT', 'the root key is too short', { rootKey: set(coseLabels.x, new Uint8Array(31)) }),
  inEntry('COSE-KEY-OPERATIONS', 'a key is for something that is not defined', {
    key: set(coseLabels.keyOps, [2, 99]),
  }),
  inEntry(
    'COSE-KEY-ORDER',
    'the last key is a point of order 4',
    { key: set(coseLabels.x, new Uint8Array(32)) },
    { entry: 2 },
  ),
  signedByNobody(),
  chain('CHAIN-FORM', 'the root key is all there is', { chain: (items) => items.slice(0, 1) }),
];

/** The neutral point as the root key: for it, the neutral point and zero are a signature of every message. */
function signedByNobody(): Forgery {
  const neutral = Uint8Array.of(1, ...new Uint8Array(31));
  return chain('COSE-KEY-ORDER', 'the root key is the neutral point, and nobody has signed for it', {
    rootKey: set(coseLabels.x, neutral),
    entries: {
      0: { entry: ([a = null, b = null, c = null]) => [a, b, c, Uint8Array.of(...neutral, ...new Uint8Array(32))] },
    },
  });
}

/** An entry with something in its unprotected header. */
export const unprotected = (...fields: readonly (readonly [Cbor, Cbor])[]): EntryChanges => ({
  entry: ([a = null, _, c = null, d = null]) => [a, new Map(fields), c, d],
});

export const signatures: readonly Forgery[] = [
  inEntry('COSE-HEADER-FORM', 'a key identifier is a text', unprotected([headerLabels.kid, 'k'])),
  inEntry('COSE-HEADER-FORM', 'a key identifier is empty', unprotected([headerLabels.kid, empty])),
  inEntry('COSE-HEADER-FORM', 'a content type is a byte string', unprotected([headerLabels.contentType, one])),
  inEntry(
    'COSE-HEADER-FORM',
    'IV and partial IV are given both',
    unprotected([headerLabels.iv, one], [headerLabels.partialIv, one]),
  ),
  inEntry('COSE-HEADER-FORM', 'the list of critical parameters is empty', { header: set(headerLabels.crit, []) }),
  inEntry('COSE-LABELS-ONCE', 'the algorithm is in both headers', unprotected([headerLabels.alg, -7])),
  inEntry(
    'COSE-CRITICAL-PROTECTED',
    'critical parameters are listed in the unprotected header',
    unprotected([headerLabels.crit, [headerLabels.kid]]),
  ),
  inEntry('COSE-SIGN1-FORM', 'an entry has three parts', { entry: (parts) => parts.slice(0, 3) }),
  inEntry('COSE-SIGN1-FORM', 'an entry has no payload', {
    entry: ([a = null, b = null, _, d = null]) => [a, b, null, d],
  }),
  inEntry('COSE-NO-CRITICAL', 'a critical parameter is listed', { header: set(2, [1]) }),
  inEntry('COSE-ALGORITHM', 'the algorithm is another', { header: set(1, -35) }),
  inEntry('COSE-ALGORITHM', 'the algorithm stands in the unprotected header', {
    header: drop(1),
    entry: ([a = null, _, c = null, d = null]) => [a, new Map([[1, -7]]), c, d],
  }),
  inEntry('COSE-SIGNATURE', 'an entry is signed by its own key', { signer: ({ keys }) => keys[2], header: set(1, -7) }),
  inEntry('COSE-SIGNATURE', 'an entry is signed by the root key', {
    signer: ({ keys }) => keys[0],
    header: set(1, -7),
  }),
  inEntry(
    'COSE-SIGNATURE',
    'the last signature is another',
    { entry: ([a = null, b = null, c = null]) => [a, b, c, new Uint8Array(96)] },
    { entry: 2 },
  ),
  chain(
    'COSE-SIGNATURE',
    'an entry in the middle is missing',
    { chain: ([a = null, b = null, _, d = null]) => [a, b, d] },
    { plan: { ...soundPlan, kinds: ['Ed25519', 'Ed25519', 'Ed25519', 'Ed25519'] }, entry: 1 },
  ),
];
