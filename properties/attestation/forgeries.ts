/** One forgery or more for each check of a verifier: what is wrong, and the clause and the entry that it is denied by. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Options } from '../../spec/attestation/options.ts';
import { ascii, concat, unhex } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { isArray } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { coseLabels } from '../../model/cose/key.ts';
import { claims, configFields, modes } from '../../model/dice/labels.ts';
import type { PublicKey } from '../../model/cose/key.ts';
import type { Changes, EntryChanges, Fields, Plan, RequestChanges } from './forge.ts';
import { forgeChain, forgeChainBytes, forgeRequestBytes, keysOf, replaced, secretOf, soundPlan } from './forge.ts';
import { intermediate, issue, leaf, makerKey, root, soundPath } from './uds.ts';

export interface Forgery {
  readonly clause: ClauseId;
  readonly says: string;
  /** The entry at which it is denied, where it is one. */
  readonly entry?: number;
  readonly options?: Partial<Options>;
  /** The evidence, made for a device. */
  readonly make: (device: string) => Uint8Array;
}

const set =
  (label: Cbor, value: Cbor) =>
  (fields: Fields): undefined => {
    fields.set(label, value);
  };
const drop =
  (label: Cbor) =>
  (fields: Fields): undefined => {
    fields.delete(label);
  };
const instead = (value: Cbor) => (): Cbor => value;

const chain = (
  clause: ClauseId,
  says: string,
  changes: Changes,
  more: { readonly plan?: Plan; readonly options?: Partial<Options>; readonly entry?: number } = {},
): Forgery => ({
  clause,
  says,
  make: (device) => forgeChainBytes({ ...(more.plan ?? soundPlan), device }, changes),
  ...placed(more),
});

const placed = ({ options, entry }: { readonly options?: Partial<Options>; readonly entry?: number }): object => ({
  ...(options === undefined ? {} : { options }),
  ...(entry === undefined ? {} : { entry }),
});

/** A forgery of the entry in the middle of the chain. */
const middle = 1;
const inEntry = (
  clause: ClauseId,
  says: string,
  changes: EntryChanges,
  more: { readonly plan?: Plan; readonly options?: Partial<Options>; readonly entry?: number } = {},
): Forgery => {
  const entry = more.entry ?? middle;
  return chain(clause, says, { entries: { [entry]: changes } }, { ...more, entry });
};

const empty = new Uint8Array();
const plain: Plan = { ...soundPlan, profile: undefined };
const named = (profile: string): Plan => ({ ...soundPlan, profile });

/** A mode in its long form: the key takes nine bytes where five are enough. */
const wideMode = (bytes: Uint8Array): Uint8Array => replaced(bytes, encode(claims.mode), unhex('3b0000000000474456'));

const twice = (bytes: Uint8Array, entry: Uint8Array): Uint8Array => {
  const head = bytes[0] as number;
  return concat(Uint8Array.of(head + 1), bytes.slice(1), entry);
};

const modeTwice = concat(encode(claims.mode), encode(Uint8Array.of(modes.debug)));

const encodings: readonly Forgery[] = [
  inEntry('CBOR-BOUNDED', 'a claim nests without end', { claims: set(claims.codeDescriptor, nested(20)) }),
  inEntry('CBOR-WELL-FORMED', 'the claims are cut off', { payload: (bytes) => bytes.slice(0, -1) }),
  inEntry('CBOR-WELL-FORMED', 'there are no claims at all', { payload: () => empty }),
  inEntry('CBOR-SHORTEST', 'the mode stands under a longer form of its label', { payload: wideMode }),
  inEntry('CBOR-SHORTEST', 'the mode stands under both forms of its label', {
    payload: (bytes) => twice(wideMode(bytes), modeTwice),
  }),
  inEntry('CBOR-DEFINITE', 'the claims have no length', {
    payload: (bytes) => concat(Uint8Array.of(0xbf), bytes.slice(1), Uint8Array.of(0xff)),
  }),
  inEntry('CBOR-WHOLE', 'a byte follows the claims', { payload: (bytes) => concat(bytes, Uint8Array.of(0)) }),
  inEntry('CBOR-TEXT', 'the profile is named in bytes that are not UTF-8', {
    payload: (bytes) => replaced(bytes, ascii('android.16'), unhex('ff6e64726f69642e3136')),
  }),
  inEntry('CBOR-KEYS-ONCE', 'the mode is there twice', { payload: (bytes) => twice(bytes, modeTwice) }),
  inEntry('CBOR-PLAIN', 'the claims are tagged', { payload: (bytes) => concat(Uint8Array.of(0xc6), bytes) }),
];

function nested(depth: number): Cbor {
  return depth === 0 ? 0 : [nested(depth - 1)];
}

/** The form for Secretkeeper, whose root key stands in a byte string. */
const explicitKey: readonly Forgery[] = [
  {
    clause: 'CBOR-SORTED',
    says: 'the root key in a byte string is not in order',
    make: explicit((root) => encode(root instanceof Map ? new Map([...root].reverse()) : root)),
  },
  {
    clause: 'CBOR-WHOLE',
    says: 'a byte follows the root key in a byte string',
    make: explicit((root) => concat(encode(root, { sorted: true }), Uint8Array.of(0))),
  },
];

function explicit(rootBytes: (root: Cbor) => Uint8Array): Forgery['make'] {
  return (device) => {
    const [first = null, ...entries] = partsOf({ ...soundPlan, device });
    return encode([1, rootBytes(first), ...entries]);
  };
}

function partsOf(plan: Plan, changes: Changes = {}): readonly Cbor[] {
  const parts = forgeChain(plan, changes);
  if (!isArray(parts)) throw new Error('unreachable: a chain is an array');
  return parts;
}

const keys: readonly Forgery[] = [
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

const signatures: readonly Forgery[] = [
  inEntry('COSE-SIGN1-FORM', 'an entry has three parts', { entry: (parts) => parts.slice(0, 3) }),
  inEntry('COSE-SIGN1-FORM', 'an entry has no payload', {
    entry: ([a = null, b = null, , d = null]) => [a, b, null, d],
  }),
  inEntry('COSE-NO-CRITICAL', 'a critical parameter is listed', { header: set(2, [1]) }),
  inEntry('COSE-ALGORITHM', 'the algorithm is another', { header: set(1, -35) }),
  inEntry('COSE-ALGORITHM', 'the algorithm stands in the unprotected header', {
    header: drop(1),
    entry: ([a = null, , c = null, d = null]) => [a, new Map([[1, -7]]), c, d],
  }),
  inEntry('COSE-SIGNATURE', 'an entry is signed by its own key', { signer: (all) => all[2], header: set(1, -7) }),
  inEntry('COSE-SIGNATURE', 'an entry is signed by the root key', { signer: ([first]) => first, header: set(1, -7) }),
  inEntry(
    'COSE-SIGNATURE',
    'the last signature is another',
    { entry: ([a = null, b = null, c = null]) => [a, b, c, new Uint8Array(96)] },
    { entry: 2 },
  ),
  chain(
    'COSE-SIGNATURE',
    'an entry in the middle is missing',
    { chain: ([a = null, b = null, , d = null]) => [a, b, d] },
    { plan: { ...soundPlan, kinds: ['Ed25519', 'Ed25519', 'Ed25519', 'Ed25519'] }, entry: 1 },
  ),
];

const descriptors: readonly Forgery[] = [
  inEntry('CHAIN-CONFIG-TYPES', 'the descriptor is a map that is not in a byte string', {
    claims: set(claims.configDescriptor, new Map()),
  }),
  inEntry('CHAIN-CONFIG-HASH', 'the configuration hash is missing', { claims: drop(claims.configHash) }),
  inEntry('CHAIN-CONFIG-HASH', 'the configuration hash is of another descriptor', {
    claims: set(claims.configHash, new Uint8Array(64)),
  }),
  inEntry('CHAIN-DESCRIPTOR-MAP', 'the descriptor is a list', { descriptor: instead([]) }),
  inEntry('CHAIN-DESCRIPTOR-KEYS', 'a key of the descriptor is a text', { descriptor: set('name', 1) }),
  inEntry('CHAIN-DESCRIPTOR-RESERVED', 'a reserved key is used', { descriptor: set(-70001, 1) }),
  inEntry('CHAIN-DESCRIPTOR-RESERVED', 'the last reserved key is used', { descriptor: set(-70999, 1) }),
  inEntry('CHAIN-SECURITY-VERSION', 'the security version is missing', {
    descriptor: drop(configFields.securityVersion),
  }),
  inEntry('CHAIN-SECURITY-VERSION', 'the security version is negative', {
    descriptor: set(configFields.securityVersion, -1),
  }),
  inEntry('CHAIN-SECURITY-VERSION', 'the security version is a text', {
    descriptor: set(configFields.securityVersion, '1'),
  }),
  inEntry('CHAIN-COMPONENT-VERSION', 'the component version is a byte string', {
    descriptor: set(configFields.componentVersion, Uint8Array.of(1)),
  }),
  inEntry(
    'CHAIN-COMPONENT-VERSION',
    'the component version is a text in Android 13',
    { descriptor: set(configFields.componentVersion, '1') },
    { plan: plain, options: { profiles: ['android.13', 'android.13'] } },
  ),
  inEntry('CHAIN-DESCRIPTOR-TYPES', 'the component has a number for a name', {
    descriptor: set(configFields.componentName, 1),
  }),
  inEntry('CHAIN-DESCRIPTOR-TYPES', 'the marker has a value', { descriptor: set(configFields.rkpVmMarker, true) }),
  inEntry('CBOR-KEYS-ONCE', 'the security version is there twice', {
    descriptorBytes: (bytes) => twice(bytes, concat(encode(configFields.securityVersion), encode(9))),
  }),
];

const certificates: readonly Forgery[] = [
  inEntry('CHAIN-CLAIMS-MAP', 'the claims are a list', { claims: instead([]) }),
  inEntry('CHAIN-PROFILE-KNOWN', 'the profile is unknown', { claims: set(claims.profileName, 'android.17') }),
  inEntry('CHAIN-PROFILE-KNOWN', 'the profile is a number', { claims: set(claims.profileName, 16) }),
  inEntry(
    'CHAIN-PROFILE-KNOWN',
    'the profile is missing where it must be named',
    {},
    {
      plan: plain,
      options: { profiles: ['android.15', 'android.16'] },
      entry: 0,
    },
  ),
  inEntry(
    'CHAIN-PROFILE-RANGE',
    'the profile is newer than those that are taken',
    {},
    {
      options: { profiles: ['android.14', 'android.15'] },
      entry: 0,
    },
  ),
  inEntry(
    'CHAIN-PROFILE-RANGE',
    'the profile is older than those that are taken',
    {},
    {
      plan: named('android.14'),
      options: { profiles: ['android.15', 'android.16'] },
      entry: 0,
    },
  ),
  inEntry('CHAIN-CLAIMS-KNOWN', 'there is a claim of a time', { claims: set(4, 0) }),
  inEntry('CHAIN-CLAIMS-KNOWN', 'there is a claim under a text', { claims: set('1', 'x') }),
  inEntry('CHAIN-KEY-USAGE', 'the key may sign anything', { claims: set(claims.keyUsage, Uint8Array.of(0xff)) }),
  inEntry('CHAIN-KEY-USAGE', 'the key usage is empty', { claims: set(claims.keyUsage, empty) }),
  inEntry('CHAIN-KEY-USAGE', 'the bits stand in the order of Android 14', {
    claims: set(claims.keyUsage, unhex('0020')),
  }),
  inEntry('CHAIN-KEY-USAGE', 'the key usage is missing', { claims: drop(claims.keyUsage) }),
  inEntry('CHAIN-HASH-TYPES', 'the code hash is a text', { claims: set(claims.codeHash, 'hash') }),
  inEntry('CHAIN-CODE-HASH-SIZE', 'the code hash has 20 bytes', { claims: set(claims.codeHash, new Uint8Array(20)) }),
  inEntry('CHAIN-CONFIG-HASH-SIZE', 'the configuration hash is longer than the code hash', {
    claims: both(set(claims.codeHash, new Uint8Array(32)), set(claims.authorityHash, new Uint8Array(32))),
  }),
  inEntry('CHAIN-AUTHORITY-HASH-SIZE', 'the authority hash is shorter than the code hash', {
    claims: set(claims.authorityHash, new Uint8Array(32)),
  }),
  inEntry('CHAIN-NAMES-GIVEN', 'the subject is missing', { claims: drop(claims.subject) }),
  inEntry('CHAIN-NAMES-GIVEN', 'the issuer is a byte string', { claims: set(claims.issuer, empty) }),
  inEntry('CHAIN-SUBJECT-KEY', 'the key is missing', { claims: drop(claims.subjectKey) }),
  inEntry('CHAIN-SUBJECT-KEY', 'the key is not in a byte string', { claims: set(claims.subjectKey, new Map()) }),
  inEntry('CHAIN-MODE-FORM', 'the mode is a number', { claims: set(claims.mode, 1) }),
  inEntry('CHAIN-MODE-FORM', 'the mode has two bytes', { claims: set(claims.mode, unhex('0100')) }),
  ...[0, 2, 3, 7].map((mode) =>
    inEntry('CHAIN-MODE-NORMAL', `the mode is ${mode}`, { claims: set(claims.mode, Uint8Array.of(mode)) }),
  ),
  inEntry(
    'CHAIN-MODE-NORMAL',
    'the root is in debug mode',
    { claims: set(claims.mode, Uint8Array.of(modes.debug)) },
    { entry: 0 },
  ),
  inEntry('CHAIN-MODE-GIVEN', 'the mode is missing', { claims: drop(claims.mode) }),
  inEntry('CHAIN-CODE-HASH-GIVEN', 'the code hash is missing', { claims: drop(claims.codeHash) }),
  inEntry('CHAIN-DESCRIPTOR-GIVEN', 'the descriptor is missing', { claims: drop(claims.configDescriptor) }),
  inEntry('CHAIN-AUTHORITY-GIVEN', 'the authority hash is missing', { claims: drop(claims.authorityHash) }),
  inEntry('CHAIN-DESCRIPTION-TYPES', 'the code descriptor is a text', { claims: set(claims.codeDescriptor, 'code') }),
  inEntry('CHAIN-NAMES-FILLED', 'the subject is empty', { claims: set(claims.subject, '') }),
  inEntry('CHAIN-NAMES-FILLED', 'the last subject is empty', { claims: set(claims.subject, '') }, { entry: 2 }),
  inEntry('CHAIN-NAMES-GIVEN', 'the last subject is missing', { claims: drop(claims.subject) }, { entry: 2 }),
  inEntry('CHAIN-SUBJECT-KEY', 'the last key is missing', { claims: drop(claims.subjectKey) }, { entry: 2 }),
  inEntry(
    'CHAIN-CODE-HASH-SIZE',
    'all three hashes have 20 bytes',
    {
      claims: both(
        set(claims.codeHash, new Uint8Array(20)),
        set(claims.configHash, new Uint8Array(20)),
        set(claims.authorityHash, new Uint8Array(20)),
      ),
    },
    { plan: named('android.15') },
  ),
];

function both(...changes: readonly ((fields: Fields) => undefined)[]): (fields: Fields) => undefined {
  return (fields) => {
    for (const change of changes) change(fields);
  };
}

const marked = (...markers: readonly boolean[]): Plan => ({ ...soundPlan, markers });
const avf: Partial<Options> = { instance: 'avf' };

const links: readonly Forgery[] = [
  inEntry('CHAIN-LINKED', 'the issuer is somebody else', { claims: set(claims.issuer, 'somebody') }),
  chain(
    'CHAIN-SUBJECTS-ONCE',
    'two entries have one subject',
    {
      entries: {
        0: { claims: set(claims.subject, 'one') },
        1: { claims: both(set(claims.issuer, 'one'), set(claims.subject, 'one')) },
        2: { claims: set(claims.issuer, 'one') },
      },
    },
    { entry: 1 },
  ),
  repeatedRoot(),
  chain(
    'CHAIN-MARKERS-UNBROKEN',
    'a stage between two of the RKP VM is not',
    {},
    { plan: marked(true, false, true), options: avf },
  ),
  chain(
    'CHAIN-MARKERS-UNBROKEN',
    'so for other instances, where markers may stand anywhere',
    {},
    {
      plan: marked(true, false, true),
      options: { markers: 'anywhere' },
    },
  ),
  chain(
    'CHAIN-MARKERS-TO-LEAF',
    'the last stage is not of the RKP VM',
    {},
    { plan: marked(true, true, false), options: avf },
  ),
  chain('CHAIN-MARKERS-ENOUGH', 'no stage is of the RKP VM', {}, { options: avf }),
  chain(
    'CHAIN-MARKERS-ENOUGH',
    'only one stage is of the RKP VM',
    {},
    { plan: marked(false, false, true), options: avf },
  ),
  chain(
    'CHAIN-MARKERS-RESERVED',
    'another instance has the chain of an RKP VM',
    {},
    { plan: marked(false, true, true) },
  ),
];

/** The third certificate is for the root key again. */
function repeatedRoot(): Forgery {
  const make = (device: string): Uint8Array => {
    const plan: Plan = { ...soundPlan, kinds: ['Ed25519', 'P-256', 'Ed25519'], device };
    const [first] = keysOf(plan);
    const key = (fields: Fields): undefined => set(coseLabels.x, first?.raw ?? null)(fields);
    return encode(partsOf(plan, { entries: { 1: { key } } }));
  };
  return { clause: 'CHAIN-KEYS-ONCE', says: 'the last key is the root key', entry: 1, make };
}

const request = (
  clause: ClauseId,
  says: string,
  changes: RequestChanges | ((device: string) => RequestChanges),
  options?: Partial<Options>,
): Forgery => ({
  clause,
  says,
  make: (device) =>
    forgeRequestBytes({ ...soundPlan, device }, typeof changes === 'function' ? changes(device) : changes),
  ...(options === undefined ? {} : { options }),
});

const inInfo = (clause: ClauseId, says: string, label: Cbor, value: Cbor): Forgery =>
  request(clause, says, { deviceInfo: set(label, value) });

/** Certificates for the root key of a device, of which some are not what they should be. */
const uds = (
  clause: ClauseId,
  says: string,
  path: (key: PublicKey) => readonly Uint8Array[],
  options?: Partial<Options>,
): Forgery => request(clause, says, (device) => ({ udsCerts: new Map([['maker', path(rootKeyOf(device))]]) }), options);

function rootKeyOf(device: string): PublicKey {
  const [first] = keysOf({ ...soundPlan, device });
  if (first === undefined) throw new Error('unreachable: the plan has keys');
  return first;
}

/** The curve of a key, one number on, where there is a curve that nobody uses. */
const otherCurve = (der: Uint8Array): Uint8Array =>
  replaced(der, unhex('06082a8648ce3d030107'), unhex('06082a8648ce3d030106'));

const [top, between] = [root(), intermediate({ pathLength: 0 })];
const stranger = makerKey('stranger');
const notByItself = issue({
  issuer: 'maker',
  subject: 'maker',
  key: makerKey('maker'),
  signer: stranger,
  authority: {},
  withoutIds: true,
});
const unknown = { id: '1.2.3.4', critical: true, value: empty };

const paths: readonly Forgery[] = [
  uds('UDS-TWO-CERTIFICATES', 'the root vouches for itself', () => [top]),
  uds('UDS-KEY-KINDS', 'a key is on a curve that is not taken', (key) => [top, otherCurve(between), leaf(key)]),
  uds('UDS-PATH-EXACT', 'the root is there twice', (key) => [top, top, between, leaf(key)]),
  uds('UDS-PATH-EXACT', 'the one in between is missing', (key) => [top, leaf(key)]),
  uds('UDS-PATH-EXACT', 'they stand from the leaf to the root', (key) => [leaf(key), between, top]),
  uds('UDS-ISSUERS', 'the one in between may not issue', (key) => [top, intermediate(), leaf(key)]),
  uds('UDS-ISSUERS', 'one asks for what nobody understands', (key) => [
    top,
    between,
    leaf(key, makerKey('model'), [unknown]),
  ]),
  uds('UDS-SIGNATURES', 'the last is signed by a stranger under the name of the model', (key) => [
    top,
    between,
    issue({ issuer: 'model', subject: 'device', key, signer: stranger, withoutIds: true }),
  ]),
  uds('UDS-SIGNATURES', 'the root is not signed by itself', (key) => [notByItself, between, leaf(key)]),
  uds('UDS-VALID', 'they are no longer valid', (key) => [top, between, leaf(key)], { at: 2_600_000_000_000 }),
  uds('UDS-VALID', 'they are not valid yet', (key) => [top, between, leaf(key)], { at: 0 }),
  uds('UDS-ROOT-KEY', 'the last is for another key', () => [top, between, leaf(stranger)]),
];

const requests: readonly Forgery[] = [
  ...paths,
  request('CSR-NOT-VERSION-2', 'the request begins with what the device says of itself', {
    request: (parts) => [[new Map()], ...parts.slice(1)],
  }),
  request('CSR-VERSION', 'the outer version is 2', { request: (parts) => [2, ...parts.slice(1)] }),
  request('CSR-FORM', 'a part is missing', { request: (parts) => parts.slice(0, 3) }),
  request('CSR-FORM', 'there are two parts too many', { request: (parts) => [...parts, null, null] }),
  request('UDS-MAP', 'the certificates for the root key are a list', { udsCerts: [] }),
  request('UDS-SIGNER-NAMED', 'a signer is a number', (device) => ({
    udsCerts: new Map([[1, soundPath(rootKeyOf(device))]]),
  })),
  request('UDS-CERTIFICATES', 'a certificate is not one', {
    udsCerts: new Map([['signer', [Uint8Array.of(0x30, 0)]]]),
  }),
  request('UDS-CERTIFICATES', 'the certificates are no list', { udsCerts: new Map([['signer', empty]]) }),
  request('UDS-TWO-CERTIFICATES', 'there is no certificate', { udsCerts: new Map([['signer', []]]) }),
  request('COSE-SIGN1-FORM', 'the signed data is a list', { request: (parts) => [...parts.slice(0, 3), []] }),
  request('COSE-NO-CRITICAL', 'the signed data lists critical parameters', { signing: { header: set(2, [1]) } }),
  request('COSE-ALGORITHM', 'the signed data names another algorithm', { signing: { header: set(1, -7) } }),
  request('COSE-SIGNATURE', 'the signed data is not signed', {
    signing: { entry: ([a = null, b = null, c = null]) => [a, b, c, new Uint8Array(64)] },
  }),
  request('CSR-SIGNED-PAIR', 'there is no challenge', { data: ([, payload = null]) => [payload] }),
  request('CSR-CHALLENGE', 'the challenge is a text', { data: ([, payload = null]) => ['challenge', payload] }),
  request('CSR-CHALLENGE', 'the challenge is too long', {
    data: ([, payload = null]) => [new Uint8Array(65), payload],
  }),
  request('CBOR-WHOLE', 'a byte follows the request proper', {
    payloadBytes: (bytes) => concat(bytes, Uint8Array.of(0)),
  }),
  request('CSR-PAYLOAD-FORM', 'the request proper has three parts', { payload: (parts) => parts.slice(0, 3) }),
  request('CSR-PAYLOAD-VERSION', 'the request proper is of version 2', { payload: (parts) => [2, ...parts.slice(1)] }),
  request('CSR-TYPE', 'the certificate type is that of an RKP VM', {
    payload: ([a = null, , c = null, d = null]) => [a, 'rkp-vm', c, d],
  }),
  request('CSR-KEYS', 'the keys to be certified are a map', { payload: (parts) => [...parts.slice(0, 3), new Map()] }),
  request('DEVICE-INFO-MAP', 'the device info is a list', { deviceInfo: instead([]) }),
  inInfo('DEVICE-INFO-FIELDS', 'there is a field that is unknown', 'colour', 'red'),
  inInfo('DEVICE-INFO-VERSION', 'the version is 2', 'version', 2),
  request('DEVICE-INFO-TEXTS', 'the brand is missing', { deviceInfo: drop('brand') }),
  inInfo('DEVICE-INFO-TEXTS', 'the model is a number', 'model', 1),
  inInfo('DEVICE-INFO-LEVEL', 'the security level is insecure', 'security_level', 'insecure'),
  inInfo('DEVICE-INFO-STATES', 'the state of verified boot is blue', 'vb_state', 'blue'),
  inInfo('DEVICE-INFO-STATES', 'the bootloader is ajar', 'bootloader_state', 'ajar'),
  inInfo('DEVICE-INFO-PATCHES', 'a patch level is a text', 'boot_patch_level', '202501'),
  inInfo('DEVICE-INFO-PATCHES', 'a patch level has 33 bits', 'boot_patch_level', 2 ** 32),
  inInfo('DEVICE-INFO-FUSED', 'fused is 2', 'fused', 2),
  inInfo('DEVICE-INFO-VBMETA', 'the vbmeta digest is all zeros', 'vbmeta_digest', new Uint8Array(32)),
  inInfo('DEVICE-INFO-VBMETA', 'the vbmeta digest is empty', 'vbmeta_digest', empty),
  inInfo('DEVICE-INFO-AVF', 'the brand alone is that of an RKP VM', 'brand', 'aosp-avf'),
  inInfo('DEVICE-INFO-AVF', 'the security level alone is that of an RKP VM', 'security_level', 'avf'),
];

const secret = new Uint8Array(32);
const handover = (
  clause: ClauseId,
  says: string,
  parts: (chain: Cbor, attest: Uint8Array) => readonly (readonly [Cbor, Cbor])[],
): Forgery => ({
  clause,
  says,
  make: (device) => {
    const plan = { ...soundPlan, device };
    return encode(new Map(parts(forgeChain(plan), secretOf(plan, soundPlan.kinds.length - 1))));
  },
});

const handovers: readonly Forgery[] = [
  handover('HANDOVER-FORM', 'there is one secret', () => [[1, secret]]),
  handover('HANDOVER-FORM', 'the secrets stand in the other order', (all) => [
    [2, secret],
    [1, secret],
    [3, all],
  ]),
  handover('HANDOVER-FORM', 'there is a label that is unknown', (all) => [
    [1, secret],
    [2, secret],
    [4, all],
  ]),
  handover('HANDOVER-SECRETS', 'a secret is short', (all, attest) => [
    [1, attest],
    [2, new Uint8Array(31)],
    [3, all],
  ]),
  handover('HANDOVER-CHAIN', 'there is no chain', () => [
    [1, secret],
    [2, secret],
  ]),
  handover('HANDOVER-LEAF-KEY', 'the chain is of another secret', (all) => [
    [1, secret],
    [2, secret],
    [3, all],
  ]),
];

export const forgeries: readonly Forgery[] = [
  ...encodings,
  ...explicitKey,
  ...keys,
  ...signatures,
  ...certificates,
  ...descriptors,
  ...links,
  ...requests,
  ...handovers,
];
