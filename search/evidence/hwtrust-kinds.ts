/** Evidence on which hwtrust decides as its source and its libraries have it, and of which no run says anything. */
import { ascii, concat, unhex } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { coseKeyOf, coseLabels } from '../../model/cose/key.ts';
import { configFields } from '../../model/dice/labels.ts';
import { keyPairFrom } from '../../model/dice/derive.ts';
import type { Plan } from '../../model/forge/chain.ts';
import { secretOf, soundPlan } from '../../model/forge/chain.ts';
import { withEntry } from '../../model/forge/tamper.ts';
import { issue, manufacturerKey } from '../../model/forge/uds.ts';
import { profileRanges } from '../../spec/evidence/options.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { along } from './edges/dates.ts';
import type { Edge } from './edges/edge.ts';
import { aChain, anEntry, aRequest } from './edges/edge.ts';
import { partsOf, set } from './forgeries/forgery.ts';
import { unprotected } from './forgeries/keys.ts';

export interface Kind {
  readonly description: string;
  readonly isAccepted: boolean;
  /** What the specification says of it. */
  readonly specified: string;
  readonly options?: Partial<Options>;
  readonly make: Edge['make'];
}

type Row = readonly [description: string, make: Edge['make'], isAccepted: boolean, specified: string];
const rows = (options: Partial<Options>, ...all: readonly Row[]): readonly Kind[] =>
  all.map(([description, make, isAccepted, specified]) => ({ description, make, isAccepted, specified, options }));

/** Bytes as the value of a key of a descriptor that is somebody else's. */
export const theirs = (raw: string, plan: Partial<Plan> = {}, at = 1) =>
  anEntry({ descriptorBytes: (bytes) => withEntry(bytes, concat(encode(-71_000), unhex(raw))) }, plan, at);
const named = (raw: string) =>
  anEntry({
    descriptor: (fields) => void fields.delete(configFields.componentName),
    descriptorBytes: (bytes) => withEntry(bytes, concat(encode(configFields.componentName), unhex(raw))),
  });
const marked = (raw: string) =>
  anEntry({ descriptorBytes: (bytes) => withEntry(bytes, concat(encode(configFields.resettable), unhex(raw))) });

const encodings = rows(
  {},
  ['a map of somebody else has a key twice', theirs('a200000001'), true, 'CBOR-KEYS-ONCE at 1'],
  ['a map of somebody else has an array for a key', theirs('a18000'), true, 'CBOR-PLAIN at 1'],
  ['somebody else has a simple value without a meaning', theirs('f820'), false, 'proper'],
  ['somebody else has a big number', theirs('c249010000000000000000'), true, 'proper'],
  ['somebody else has a big number that is no byte string', theirs('c200'), false, 'proper'],
  ['somebody else has a negative big number beyond 127 bits', theirs(`c350${'ff'.repeat(16)}`), false, 'proper'],
  ['a name begins with the mark of the order of bytes', named('64efbbbf61'), true, 'CBOR-TEXT at 1'],
  ['null is in two bytes', marked('f816'), true, 'CBOR-WELL-FORMED at 1'],
  ['a name is a number', named('01'), false, 'CHAIN-DESCRIPTOR-TYPES at 1'],
);

const noting = (label: Cbor, value: Cbor) => anEntry(unprotected([label, value]));
const counter: Cbor = [new Uint8Array(), new Map(), Uint8Array.of(1)];
const headers = rows(
  {},
  ['the content type is a type and a subtype', noting(3, 'text/plain'), true, 'proper'],
  ['the content type is one word', noting(3, 'text'), false, 'COSE-HEADER-FORM at 1'],
  ['the content type is a format of CoAP', noting(3, 60), true, 'proper'],
  ['the content type is no format of CoAP', noting(3, 61_000), false, 'COSE-HEADER-FORM at 1'],
  ['critical is a number that has a meaning', noting(2, [4]), true, 'COSE-CRITICAL-PROTECTED at 1'],
  ['critical is a number without a meaning', noting(2, [99]), false, 'COSE-HEADER-FORM at 1'],
  ['another algorithm is in the other header', noting(1, -7), true, 'COSE-LABELS-ONCE at 1'],
  ['no algorithm is in the other header', noting(1, 99), false, 'COSE-HEADER-FORM at 1'],
  ['a private algorithm is in the other header', noting(1, -70_000), true, 'COSE-LABELS-ONCE at 1'],
  ['a countersignature is there', noting(7, counter), true, 'proper'],
  ['two countersignatures are there', noting(7, [counter, counter]), true, 'proper'],
  ['a countersignature has two parts', noting(7, [new Uint8Array(), new Map()]), false, 'COSE-HEADER-FORM at 1'],
  ['an empty list of countersignatures is there', noting(7, []), false, 'COSE-HEADER-FORM at 1'],
  ['a label has more than 64 bits', noting(2n ** 63n, 0), false, 'COSE-SIGN1-FORM at 1'],
  ['a label has 64 bits', noting(2n ** 63n - 1n, 0), true, 'proper'],
);

const last = (x: string) => anEntry({ key: set(coseLabels.x, unhex(x)) }, {}, 2);
const neutral = `ee${'ff'.repeat(30)}7f`;
/** For the neutral point, itself and zero are a signature of every message. */
const signedByNobody = aChain({
  rootKey: set(coseLabels.x, unhex(neutral)),
  entries: { 0: { entry: ([a = null, b = null, c = null]) => [a, b, c, unhex('01'.padEnd(128, '0'))] } },
});
const agreeing = { kinds: ['Ed25519', 'P-256', 'Ed25519'] } as const;
const keys = rows(
  {},
  ['the last key is no point', last(`02${'00'.repeat(31)}`), true, 'COSE-KEY-POINT at 2'],
  ['the last key is a point written otherwise', last(`ee${'ff'.repeat(30)}7f`), true, 'COSE-KEY-POINT at 2'],
  ['the last key has 31 bytes', last('01'.repeat(31)), false, 'COSE-KEY-POINT at 2'],
  [
    'a key that verifies is no point',
    anEntry({ key: set(coseLabels.x, new Uint8Array(48)) }),
    false,
    'COSE-KEY-POINT at 1',
  ],
  ['the root key is the neutral point, written otherwise', signedByNobody, true, 'COSE-KEY-POINT'],
  ['the root key names ECDH', aChain({ rootKey: set(coseLabels.alg, -25) }), true, 'COSE-KEY-KIND'],
  ['a key on P-256 names ECDH', anEntry({ key: set(coseLabels.alg, -25) }, agreeing, 0), true, 'COSE-KEY-KIND at 0'],
  ['a key on P-384 names ECDH', anEntry({ key: set(coseLabels.alg, -25) }), false, 'COSE-KEY-KIND at 1'],
  ['a key names X25519', anEntry({ key: set(coseLabels.crv, 4) }, {}, 2), false, 'COSE-KEY-KIND at 2'],
);

const toSign = new Map<Cbor, Cbor>(coseKeyOf(keyPairFrom('P-256', ascii('a key that is to be certified   ')), 'bare'));
export const withKeyToSign = (label: number, value: Cbor, plan: Partial<Plan> = {}) =>
  aRequest({ payload: (parts) => [...parts.slice(0, 3), [new Map([...toSign, [label, value]])]] }, plan);
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const requests = rows(
  {},
  ['a key to be certified is of RSA', withKeyToSign(coseLabels.kty, 3), true, 'CSR-KEYS-KIND'],
  ['a key to be certified has no type that there is', withKeyToSign(coseLabels.kty, 99), false, 'CSR-KEYS-KIND'],
  ['a key to be certified has one number for operations', withKeyToSign(coseLabels.keyOps, 2), false, 'CSR-KEYS-KIND'],
  [
    'the challenge has 20000 bytes',
    aRequest({ data: ([_, payload = null]) => [zeros(20_000), payload] }),
    true,
    'CSR-CHALLENGE',
  ],
  [
    'a state has a letter that is none of ASCII',
    aRequest({ deviceInfo: set('bootloader_state', 'loc\u212Aed') }),
    false,
    'DEVICE-INFO-STATES',
  ],
);

const rkpVm: Partial<Plan> = { ...soundPlan, markers: [false, true, true] };
const upTo15: Partial<Options> = { profiles: profileRanges.vsr15, instance: 'avf' };
/** The last stage hands over the secret that its key is made of. */
export const aHandover = (device: string): Uint8Array => {
  const plan = { ...soundPlan, device };
  const parts: readonly Cbor[] = [secretOf(plan, plan.kinds.length - 1), zeros(32), partsOf(plan)];
  return encode(new Map(parts.map((part, at) => [at + 1, part])));
};
const newest = [
  ...rows(upTo15, ['a stage of an RKP VM is as new as the system', aChain({}, rkpVm), true, 'proper']),
  ...rows({}, ['a handover', aHandover, false, 'proper']),
];

const maker = manufacturerKey('maker');
export const untilThen = along((key) => [
  issue({ issuer: 'maker', subject: 'maker', key: maker, signer: maker, authority: {} }),
  issue({
    ...{ issuer: 'maker', subject: 'device', key, signer: maker },
    validity: { notBefore: '240101000000Z', notAfter: '260101000000Z' },
  }),
]);
export const lastSecond = Date.UTC(2026, 0, 1);
const dates = [
  ...rows({ at: lastSecond }, ['the last second of a certificate', untilThen, false, 'proper']),
  ...rows({ at: lastSecond - 1 }, ['the second before', untilThen, true, 'proper']),
];

const withNull = { keyParameters: unhex('0500') };
const ed25519 = keyPairFrom('Ed25519', maker.secret);
const ofEd25519 = { issuer: 'maker', subject: 'maker', key: ed25519, signer: ed25519, authority: {} };
const deviceOf = { issuer: 'maker', subject: 'device', signer: ed25519 };
/** What OpenSSL says of these, it was seen to say; keys of Ed25519 have no parameters (RFC 8410, 3). */
const parameters = rows(
  {},
  [
    'keys of Ed25519 have no parameters',
    along((key) => [issue(ofEd25519), issue({ ...deviceOf, key })]),
    true,
    'proper',
  ],
  [
    'the root, a key of Ed25519, has NULL for its parameters',
    along((key) => [issue({ ...ofEd25519, ...withNull }), issue({ ...deviceOf, key })]),
    false,
    'UDS-KEY-KINDS',
  ],
  [
    'the last, a key of Ed25519, has NULL for its parameters',
    along((key) => [issue(ofEd25519), issue({ ...deviceOf, key, ...withNull })]),
    false,
    'UDS-KEY-KINDS',
  ],
);

export const kinds: readonly Kind[] = [
  ...encodings,
  ...headers,
  ...keys,
  ...requests,
  ...newest,
  ...dates,
  ...parameters,
];
