/** Keys that are none, and what nobody or somebody else has signed. */
import { coseLabels } from '../../../model/cose/key.ts';
import { soundPlan } from '../../../model/forge/chain.ts';
import type { Forgery } from './forgery.ts';
import { chain, drop, inEntry, set } from './forgery.ts';

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
  chain('COSE-KEY-PUBLIC', 'the root key comes with its private half', { rootKey: set(-4, new Uint8Array(32)) }),
  inEntry('COSE-KEY-PUBLIC', 'a key comes with its private half', { key: set(-4, new Uint8Array(48)) }),
  inEntry('COSE-KEY-PUBLIC', 'a key has a parameter with a name', { key: set('note', 1) }),
  inEntry('COSE-KEY-POINT', 'a key is no point of its curve', { key: set(coseLabels.y, new Uint8Array(48).fill(1)) }),
  chain('COSE-KEY-POINT', 'the root key is too short', { rootKey: set(coseLabels.x, new Uint8Array(31)) }),
  chain('CHAIN-FORM', 'the root key is all there is', { chain: (items) => items.slice(0, 1) }),
];

export const signatures: readonly Forgery[] = [
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
