/** Requests and handovers that just are such. */
import { ascii, concat, unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { coseKeyOf, coseLabels } from '../../../model/cose/key.ts';
import { keyPairFrom } from '../../../model/dice/derive.ts';
import type { Fields, Plan, RequestChanges } from '../../../model/forge/chain.ts';
import { forgeChain, secretOf, soundPlan } from '../../../model/forge/chain.ts';
import { drop, set } from '../forgeries/forgery.ts';
import type { Edge } from './edge.ts';
import { aChain, aRequest, edges } from './edge.ts';

type Change = (fields: Fields) => undefined;
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const challenged = (challenge: Cbor) => aRequest({ data: ([_, payload = null]) => [challenge, payload] });
const typed =
  (plan: Partial<Plan> = {}) =>
  (type: Cbor) =>
    aRequest({ payload: ([version = null, _, ...rest]) => [version, type, ...rest] }, plan);

const p256 = keyPairFrom('P-256', ascii('a key that is to be certified   '));
const toSign = (change: Change = () => undefined): Fields => {
  const fields = new Map(coseKeyOf(p256, 'bare'));
  change(fields);
  return fields;
};
const withKeys = (keys: Cbor) => aRequest({ payload: (parts) => [...parts.slice(0, 3), keys] });
const rkpVm: Partial<Plan> = { markers: [false, true, true] };

const formEdges: readonly Edge[] = [
  ...edges<RequestChanges['request']>(
    'CSR-FORM',
    (request) => aRequest(request === undefined ? {} : { request }),
    { 'there are four parts': (parts) => parts, 'there is a fifth part': (parts) => [...parts, new Map()] },
    { 'there is a sixth part': (parts) => [...parts, new Map(), new Map()] },
  ),
  ...edges<Cbor>(
    'CSR-CHALLENGE',
    challenged,
    { 'the challenge is empty': zeros(0), 'the challenge has 64 bytes': zeros(64), 'it has 63 bytes': zeros(63) },
    { 'the challenge has 65 bytes': zeros(65), 'the challenge is null': null },
  ),
  ...edges<NonNullable<RequestChanges['data']>>(
    'CSR-SIGNED-PAIR',
    (data) => aRequest({ data }),
    { 'a pair is signed': (parts) => parts },
    {
      'three things are signed': (parts) => [...parts, null],
      'the payload is in no byte string': ([a = null]) => [a, []],
    },
  ),
  ...edges<NonNullable<RequestChanges['payload']>>(
    'CSR-PAYLOAD-FORM',
    (payload) => aRequest({ payload }),
    { 'the payload has four parts': (parts) => parts },
    { 'the payload has five parts': (parts) => [...parts, null] },
  ),
  ...edges<Cbor>(
    'CSR-TYPE',
    typed(),
    {
      'the type is one that nobody knows': 'toaster',
      'the type is RKP-VM in capitals': 'RKP-VM',
      'the type is empty': '',
    },
    { 'the type is a number': 1, 'the type is rkp-vm': 'rkp-vm' },
  ),
  ...edges<Cbor>(
    'CSR-TYPE',
    typed(rkpVm),
    { 'an RKP VM asks': 'rkp-vm' },
    { 'an RKP VM asks for another type': 'toaster' },
    'RKP VM',
  ),
  ...edges<readonly [string, readonly boolean[]]>(
    'CSR-TYPE-MARKERS',
    ([type, markers]) => typed({ markers })(type),
    { 'a VM asks for a type that is its own': ['toaster', [false, false, true]], 'a TEE asks': ['widevine', []] },
    {
      'a VM with one marker, in the leaf, asks as a TEE': ['keymint', [false, false, true]],
      'a VM with one marker, in the first, asks as a TEE': ['keymint', [true, false, false]],
      'a VM with one marker asks as widevine': ['widevine', [false, true, false]],
    },
  ),
];

const keyEdges: readonly Edge[] = [
  ...edges<Cbor>(
    'CSR-KEYS-KIND',
    withKeys,
    {
      'no key is to be certified': [],
      'one key is to be certified': [toSign()],
      'two keys are to be certified': [toSign(), toSign()],
      'a key to be certified comes with its private half': [toSign(set(-4, zeros(32)))],
      'a key to be certified is for signing': [toSign(set(coseLabels.keyOps, [1]))],
      'a key to be certified is for 10 and for a text': [toSign(set(coseLabels.keyOps, [10, 'sign']))],
      'a key to be certified has the greatest label': [toSign(set(2n ** 63n - 1n, 1))],
    },
    {
      'the second key to be certified is a text': [toSign(), 'key'],
      'a key to be certified is no point': [toSign(set(coseLabels.y, zeros(32)))],
      'a key to be certified names no algorithm': [toSign(drop(coseLabels.alg))],
      'a key to be certified has an empty identifier': [toSign(set(coseLabels.kid, zeros(0)))],
      'a key to be certified has a byte string for a label': [toSign(set(unhex('01'), 1))],
      'a key to be certified has a label of 65 bits': [toSign(set(2n ** 63n, 1))],
      'a key to be certified is for 11': [toSign(set(coseLabels.keyOps, [11]))],
      'a key to be certified is for nothing': [toSign(set(coseLabels.keyOps, []))],
      'a key to be certified is for the integer 1': [toSign(set(coseLabels.keyOps, 1))],
      'a key to be certified is for signing twice': [toSign(set(coseLabels.keyOps, [1, 1]))],
    },
  ),
];

/** A handover whose last key is that of an attestation secret of zeros. */
const ofZeros =
  (size: number) =>
  (device: string): Uint8Array => {
    const attest = zeros(size);
    const key = (): Fields => new Map(coseKeyOf(keyPairFrom('Ed25519', attest), 'with operations'));
    const chain = forgeChain({ ...soundPlan, device }, { entries: { 2: { key } } });
    return encode(
      new Map<Cbor, Cbor>([
        [1, attest],
        [2, zeros(32)],
        [3, chain],
      ]),
    );
  };

/** A handover of a chain whose last key is of a kind, with changes of its parts. */
const handover =
  (
    kind: Plan['kinds'][number],
    change: (parts: readonly (readonly [Cbor, Cbor])[]) => readonly (readonly [Cbor, Cbor])[],
  ) =>
  (device: string): Uint8Array => {
    const plan: Plan = { ...soundPlan, kinds: ['Ed25519', 'P-256', kind], device };
    const attest = secretOf(plan, plan.kinds.length - 1);
    return encode(
      new Map(
        change([
          [1, attest],
          [2, zeros(32)],
          [3, forgeChain(plan)],
        ]),
      ),
    );
  };

const handoverEdges: readonly Edge[] = [
  ...edges(
    'HANDOVER-SECRETS',
    ofZeros,
    { 'the attestation secret has 32 bytes, of which the last key is made': 32 },
    { 'the attestation secret has 31 bytes, of which the last key is made': 31, 'so with 33': 33 },
  ),
  ...(['Ed25519', 'P-256', 'P-384'] as const).flatMap((kind) =>
    edges(
      'HANDOVER-LEAF-KEY',
      (attest: Uint8Array | undefined) =>
        handover(kind, ([first, ...rest]) => [[1, attest ?? first?.[1] ?? null], ...rest]),
      { [`the last key is on ${kind}, and of the attestation secret`]: undefined },
      { [`the last key is on ${kind}, and of another secret`]: zeros(32) },
    ),
  ),
  ...edges(
    'HANDOVER-SECRETS',
    ([label, secret]: readonly [number, Cbor]) =>
      handover('Ed25519', (parts) => parts.map((one) => (one[0] === label ? [label, secret] : one))),
    { 'the sealing secret is ones': [2, zeros(32).fill(1)] },
    {
      'the sealing secret has 33 bytes': [2, zeros(33)],
      'the attestation secret has 31 bytes': [1, zeros(31)],
      'it is a text': [2, '2'.repeat(32)],
    },
  ),
];

const handoverFormEdges: readonly Edge[] = edges<Parameters<typeof handover>[1]>(
  'HANDOVER-FORM',
  (change) => handover('Ed25519', change),
  { 'the parts of a handover are in order': (parts) => parts },
  {
    'the secrets of a handover are in the other order': ([attest, seal, ...rest]) =>
      [seal, attest, ...rest].filter((one) => one !== undefined),
    'a fourth part follows the handover': (parts) => [...parts, [4, null]],
  },
);

const followed = (make: (device: string) => Uint8Array, bytes: Uint8Array) => (device: string) =>
  concat(make(device), bytes);
const endEdges: readonly Edge[] = [
  ...edges(
    'CBOR-WHOLE',
    (bytes: Uint8Array) => followed(aRequest({}), bytes),
    { 'nothing follows a request': zeros(0) },
    { 'a byte follows a request': zeros(1) },
  ),
  ...edges(
    'CBOR-WHOLE',
    (bytes: Uint8Array) =>
      followed(
        handover('Ed25519', (parts) => parts),
        bytes,
      ),
    { 'nothing follows a handover': zeros(0) },
    { 'a byte follows a handover': zeros(1) },
  ),
  ...edges(
    'CBOR-WHOLE',
    (bytes: Uint8Array) => followed(aChain({}), bytes),
    { 'nothing follows a chain': zeros(0) },
    { 'a byte follows a chain': zeros(1) },
  ),
];

export const requestEdges: readonly Edge[] = [
  ...formEdges,
  ...keyEdges,
  ...handoverEdges,
  ...handoverFormEdges,
  ...endEdges,
];
