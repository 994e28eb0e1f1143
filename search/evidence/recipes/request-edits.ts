/** What requests and handovers can hold otherwise than they should. */
import { ascii, unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import type { PublicKey } from '../../../model/cose/key.ts';
import { intermediate, issue, leaf, manufacturerKey, root, soundPath, soundRsaPath } from '../../../model/forge/uds.ts';
import { withOtherCurve, withOuterParameters } from '../../../model/forge/tamper.ts';
import type { Edit, Values } from './edit.ts';
import { editsOf, zeros } from './edit.ts';
import { formatCbor, formatLabel } from './format.ts';

const deviceValues: Values = [
  ['brand', ['aosp-avf', 1, '']],
  ['model', ['avf', 1]],
  ['security_level', ['avf', 'strongbox', 'insecure']],
  ['vb_state', ['orange', 'avf', 'blue']],
  ['bootloader_state', ['unlocked', 'avf', 'ajar']],
  ['os_version', ['16', 16, '']],
  ['boot_patch_level', ['202501', 2 ** 32, 202501, 202513]],
  ['fused', [true, 2, 0]],
  ['vbmeta_digest', [zeros(32), zeros(0)]],
  ['version', [3, 2], 'absent'],
  ['colour', ['red'], 'absent'],
];

const deviceEdits = editsOf(deviceValues, (label, deviceInfo, value) => ({
  description: value === undefined ? `no ${formatLabel(label)}` : `${formatLabel(label)} is ${formatCbor(value)}`,
  request: { deviceInfo },
}));

/** All of the device info is that of an RKP VM, and the type of the certificate too. */
const rkpVm: Edit = {
  description: 'the device is an RKP VM and says so',
  request: {
    payload: ([version = null, _, info = null, keys = null]) => [version, 'rkp-vm', info, keys],
    deviceInfo: (fields) => {
      for (const label of ['brand', 'manufacturer']) fields.set(label, 'aosp-avf');
      for (const label of ['product', 'model', 'device', 'vb_state', 'bootloader_state', 'security_level']) {
        fields.set(label, 'avf');
      }
    },
  },
};

/** The parts of the request proper, and of the pair that is signed. */
const proper = (change: (parts: readonly Cbor[]) => Cbor[]): NonNullable<Edit['request']> => ({ payload: change });
const pair = (change: (parts: readonly Cbor[]) => Cbor[]): NonNullable<Edit['request']> => ({ data: change });

const partEdits: readonly Edit[] = [
  {
    description: 'the certificate type is rkp-vm',
    request: proper(([a = null, _, ...rest]) => [a, 'rkp-vm', ...rest]),
  },
  { description: 'the request proper is of version 2', request: proper(([_, ...rest]) => [2, ...rest]) },
  { description: 'the request proper has three parts', request: proper((parts) => parts.slice(0, 3)) },
  { description: 'the keys to be certified are a map', request: proper((parts) => [...parts.slice(0, 3), new Map()]) },
  { description: 'a key to be certified is a text', request: proper((parts) => [...parts.slice(0, 3), ['key']]) },
  { description: 'the challenge has 65 bytes', request: pair(([_, payload = null]) => [zeros(65), payload]) },
  { description: 'the challenge is empty', request: pair(([_, payload = null]) => [zeros(0), payload]) },
  { description: 'the challenge is a text', request: pair(([_, payload = null]) => ['challenge', payload]) },
  { description: 'there is no challenge', request: pair(([_, payload = null]) => [payload]) },
  { description: 'the outer version is 2', request: { request: ([_, ...rest]) => [2, ...rest] } },
  { description: 'the request is of version 2', request: { request: ([_, ...rest]) => [[new Map()], ...rest] } },
  { description: 'the request has a part that nobody vouches for', request: { request: (parts) => [...parts, null] } },
  { description: 'the request has two parts too many', request: { request: (parts) => [...parts, null, null] } },
  { description: 'the device info is a list', request: { deviceInfo: () => [] } },
];

const [top, between] = [root(), intermediate({ pathLength: 0 })];
const stranger = manufacturerKey('stranger');
const nobodys = {
  issuer: 'maker',
  subject: 'maker',
  key: manufacturerKey('maker'),
  authority: {},
  withoutIds: true,
} as const;
const foreign = (key: PublicKey): Uint8Array =>
  issue({ issuer: 'model', subject: 'device', key, signer: stranger, withoutIds: true });

/** X.509 certificates that seem to vouch for the root key. */
const paths: Readonly<Record<string, (key: PublicKey) => readonly Uint8Array[]>> = {
  'a path in which the manufacturer stands twice': (key) => [top, top, between, leaf(key)],
  'a path whose root is signed by a stranger': (key) => [issue({ ...nobodys, signer: stranger }), between, leaf(key)],
  'a path whose last certificate a stranger has signed': (key) => [top, between, foreign(key)],
  'a path whose model is no authority': (key) => [top, intermediate(), leaf(key)],
  'a path for the key of another': () => [top, between, leaf(stranger)],
  'a path that lacks the model': (key) => [top, leaf(key)],
  'a path of the manufacturer alone': () => [top],
  'a path with a key on another curve': (key) => [top, withOtherCurve(between), leaf(key)],
  'a path of something else': () => [ascii('a certificate')],
  'a path of RSA': soundRsaPath,
  'a path whose last certificate has parameters outside its signature alone': (key) => [
    top,
    between,
    withOuterParameters(leaf(key)),
  ],
  'a path whose last certificate has parameters that its algorithm has not': (key) => [
    top,
    between,
    issue({ issuer: 'model', subject: 'device', key, signer: manufacturerKey('model'), parameters: unhex('0500') }),
  ],
};

const along = (description: string, path: (key: PublicKey) => readonly Uint8Array[]): Edit => ({
  description,
  request: { udsCerts: (key) => new Map([['maker', path(key)]]) },
});

export const vouched = along('manufacturer and model vouch for the root key', soundPath);
const pathEdits = Object.entries(paths).map(([description, path]) => along(description, path));

export const requestEdits: readonly Edit[] = [
  rkpVm,
  ...partEdits,
  vouched,
  ...pathEdits,
  {
    description: 'who vouches for the root key has a number for a name',
    request: { udsCerts: (key) => new Map([[1, soundPath(key)]]) },
  },
  { description: 'what vouches for the root key is a list', request: { udsCerts: [] } },
  ...deviceEdits,
];

export const handoverEdits: readonly Edit[] = [
  { description: 'there is no chain', handover: (parts) => parts.slice(0, 2) },
  {
    description: 'the secrets stand in the other order',
    handover: (parts) => [...parts.slice(0, 2).reverse(), ...parts.slice(2)],
  },
  {
    description: 'the chain stands under a label that is unknown',
    handover: (parts) => parts.map(([label, part]) => [label === 3 ? 4 : label, part]),
  },
  {
    description: 'the attestation secret is another',
    handover: (parts) => parts.map(([label, part]) => [label, label === 1 ? zeros(32) : part]),
  },
  {
    description: 'the sealing secret is short',
    handover: (parts) => parts.map(([label, part]) => [label, label === 2 ? zeros(31) : part]),
  },
];
