/** Requests for certificates that are not what they should be. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import { concat } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import { coseKeyOf } from '../../../model/cose/key.ts';
import type { RequestChanges } from '../../../model/forge/chain.ts';
import { soundPath } from '../../../model/forge/uds.ts';
import type { Forgery } from './forgery.ts';
import { both, drop, empty, instead, set } from './forgery.ts';
import { request } from './request.ts';

const inInfo = (clause: ClauseId, description: string, label: Cbor, value: Cbor): Forgery =>
  request(clause, description, { deviceInfo: set(label, value) });

/** All that an RKP VM says of itself. */
const rkpVmInfo = [
  ...['brand', 'manufacturer'].map((text) => set(text, 'aosp-avf')),
  ...['product', 'model', 'device', 'vb_state', 'bootloader_state', 'security_level'].map((text) => set(text, 'avf')),
];
const ofRkpVm: RequestChanges = { payload: ([a = null, _, c = null, d = null]) => [a, 'rkp-vm', c, d] };
const rkpVmOptions: Partial<Options> = { instance: 'avf' };

/** A request of an RKP VM, with changes in what it says of itself. */
export const asRkpVm = ({ deviceInfo }: Pick<RequestChanges, 'deviceInfo'>): Forgery['make'] =>
  request(
    'CSR-TYPE',
    '',
    {
      ...ofRkpVm,
      deviceInfo: (fields, place) => {
        both(...rkpVmInfo)(fields);
        return deviceInfo?.(fields, place);
      },
    },
    rkpVmOptions,
    { markers: [false, true, true] },
  ).make;

export const requests: readonly Forgery[] = [
  request('CSR-NOT-VERSION-2', 'the request begins with what the device says of itself', {
    request: (parts) => [[new Map()], ...parts.slice(1)],
  }),
  request('CSR-VERSION', 'the outer version is 2', { request: (parts) => [2, ...parts.slice(1)] }),
  request('CSR-FORM', 'a part is missing', { request: (parts) => parts.slice(0, 3) }),
  request('CSR-FORM', 'there are two parts too many', { request: (parts) => [...parts, null, null] }),
  request('UDS-MAP', 'the certificates for the root key are a list', { udsCerts: [] }),
  request('UDS-SIGNER-NAMED', 'a signer is a number', { udsCerts: (key) => new Map([[1, soundPath(key)]]) }),
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
  request('CSR-SIGNED-PAIR', 'there is no challenge', { data: ([_, payload = null]) => [payload] }),
  request('CSR-CHALLENGE', 'the challenge is a text', { data: ([_, payload = null]) => ['challenge', payload] }),
  request('CSR-CHALLENGE', 'the challenge is too long', {
    data: ([_, payload = null]) => [new Uint8Array(65), payload],
  }),
  request('CBOR-WHOLE', 'a byte follows the request proper', {
    payloadBytes: (bytes) => concat(bytes, Uint8Array.of(0)),
  }),
  request('CSR-PAYLOAD-FORM', 'the request proper has three parts', { payload: (parts) => parts.slice(0, 3) }),
  request('CSR-PAYLOAD-VERSION', 'the request proper is of version 2', { payload: (parts) => [2, ...parts.slice(1)] }),
  request('CSR-TYPE', 'the certificate type is that of an RKP VM', {
    payload: ([a = null, _, c = null, d = null]) => [a, 'rkp-vm', c, d],
  }),
  request('CSR-KEYS-KIND', 'a key to be certified is a text', {
    payload: (parts) => [...parts.slice(0, 3), ['x']],
  }),
  request('CSR-KEYS-KIND', 'a key to be certified is on another curve', {
    payload: (parts, { keys: [root] }) => [...parts.slice(0, 3), [root ? coseKeyOf(root, 'bare') : null]],
  }),
  ...['keymint', 'widevine'].map((type) =>
    request(
      'CSR-TYPE-MARKERS',
      `a VM asks for certificates of type ${type}`,
      { payload: ([a = null, _, c = null, d = null]) => [a, type, c, d] },
      {},
      { markers: [true, false, true] },
    ),
  ),
  request('CSR-KEYS', 'the keys to be certified are a map', { payload: (parts) => [...parts.slice(0, 3), new Map()] }),
  request('DEVICE-INFO-MAP', 'the device info is a list', { deviceInfo: instead([]) }),
  inInfo('DEVICE-INFO-FIELDS', 'there is a field that is unknown', 'colour', 'red'),
  inInfo('DEVICE-INFO-VERSION', 'the version is 2', 'version', 2),
  inInfo('DEVICE-INFO-VERSION', 'the version is 3', 'version', 3),
  request('DEVICE-INFO-TEXTS', 'the brand is missing', { deviceInfo: drop('brand') }),
  inInfo('DEVICE-INFO-TEXTS', 'the model is a number', 'model', 1),
  request('DEVICE-INFO-TEXTS', 'the security level is missing', { deviceInfo: drop('security_level') }),
  inInfo('DEVICE-INFO-LEVEL', 'the security level is insecure', 'security_level', 'insecure'),
  inInfo('DEVICE-INFO-STATES', 'the state of verified boot is blue', 'vb_state', 'blue'),
  inInfo('DEVICE-INFO-STATES', 'the bootloader is ajar', 'bootloader_state', 'ajar'),
  inInfo('DEVICE-INFO-PATCHES', 'a patch level is a text', 'boot_patch_level', '202501'),
  inInfo('DEVICE-INFO-PATCHES', 'a patch level has 33 bits', 'boot_patch_level', 2 ** 32),
  request(
    'DEVICE-INFO-PATCHES',
    'a patch level of an RKP VM is missing',
    {
      ...ofRkpVm,
      deviceInfo: both(...rkpVmInfo, drop('boot_patch_level')),
    },
    rkpVmOptions,
    { markers: [false, true, true] },
  ),
  inInfo('DEVICE-INFO-FUSED', 'fused is 2', 'fused', 2),
  inInfo('DEVICE-INFO-FUSED', 'fused is a truth value', 'fused', true),
  ...['brand', 'manufacturer', 'product', 'model', 'device'].map((text) =>
    inInfo('DEVICE-INFO-FILLED', `${text} is empty`, text, ''),
  ),
  request('DEVICE-INFO-OS', 'a TEE does not name its system', { deviceInfo: drop('os_version') }),
  inInfo('DEVICE-INFO-OS', 'a TEE gives its system an empty name', 'os_version', ''),
  ...[1, 202513, 20250230, 202501011].map((level) =>
    inInfo('DEVICE-INFO-DATES', `a patch level is ${level}`, 'boot_patch_level', level),
  ),
  inInfo('DEVICE-INFO-VBMETA', 'the vbmeta digest is all zeros', 'vbmeta_digest', new Uint8Array(32)),
  inInfo('DEVICE-INFO-VBMETA', 'the vbmeta digest is empty', 'vbmeta_digest', empty),
  inInfo('DEVICE-INFO-AVF', 'the brand alone is that of an RKP VM', 'brand', 'aosp-avf'),
  inInfo('DEVICE-INFO-AVF', 'the security level alone is that of an RKP VM', 'security_level', 'avf'),
];
