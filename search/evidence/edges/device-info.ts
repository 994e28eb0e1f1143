/** What a device may just say of itself in a request. */
import { unhex } from '../../../model/bytes.ts';
import type { Cbor } from '../../../model/cbor/decode.ts';
import type { Fields } from '../../../model/forge/chain.ts';
import { both, drop, set } from '../forgeries/forgery.ts';
import { asRkpVm } from '../forgeries/requests.ts';
import type { Edge } from './edge.ts';
import { aRequest, edges } from './edge.ts';

type Change = (fields: Fields) => undefined;
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const told = (deviceInfo: Change) => aRequest({ deviceInfo });
const field = (label: string) => (value: Cbor) => told(set(label, value));

const texts = ['brand', 'manufacturer', 'product', 'model', 'device', 'vb_state', 'bootloader_state', 'security_level'];
const avf = ['product', 'model', 'device', 'vb_state', 'bootloader_state'];
const patchLevels = ['system_patch_level', 'boot_patch_level', 'vendor_patch_level'];
const each = <T>(all: readonly string[], words: string, make: (one: string) => T): Record<string, T> =>
  Object.fromEntries(all.map((one) => [`${one} ${words}`, make(one)]));
const dates = (level: string) =>
  edges<number>(
    'DEVICE-INFO-DATES',
    field(level),
    Object.fromEntries(
      [202501, 202512, 20250101, 20251231, 20240229, 20250430, 20000229].map((one) => [`${level} is ${one}`, one]),
    ),
    Object.fromEntries(
      [0, 20250, 2025, 202500, 202513, 20250100, 20250132, 20250431, 20230229, 19000229, 2025010, 202501010].map(
        (one) => [`${level} is ${one}, which is no date`, one],
      ),
    ),
  );

export const deviceEdges: readonly Edge[] = [
  ...edges<Change>(
    'DEVICE-INFO-TEXTS',
    told,
    { 'strongbox does not name its system': both(set('security_level', 'strongbox'), drop('os_version')) },
    { ...each(texts, 'is missing', drop), ...each([...texts, 'os_version'], 'is a number', (one) => set(one, 1)) },
  ),
  ...edges<Change>(
    'DEVICE-INFO-OS',
    told,
    { 'strongbox has an empty name for its system': both(set('security_level', 'strongbox'), set('os_version', '')) },
    { 'TEE, in capitals, does not name its system': both(set('security_level', 'TEE'), drop('os_version')) },
  ),
  ...edges<Cbor>(
    'DEVICE-INFO-LEVEL',
    field('security_level'),
    {
      'the security level is tee': 'tee',
      'the security level is TEE': 'TEE',
      'the security level is strongbox': 'strongbox',
    },
    { 'the security level is empty': '', 'the security level is te': 'te', 'it has a space behind': 'tee ' },
  ),
  ...edges<Cbor>(
    'DEVICE-INFO-STATES',
    field('vb_state'),
    {
      'verified boot is green': 'green',
      'verified boot is GREEN': 'GREEN',
      'it is yellow': 'yellow',
      'it is orange': 'orange',
    },
    { 'verified boot is red': 'red', 'verified boot is empty': '' },
  ),
  ...edges<Cbor>(
    'DEVICE-INFO-STATES',
    field('bootloader_state'),
    {
      'the bootloader is locked': 'locked',
      'the bootloader is LOCKED': 'LOCKED',
      'the bootloader is unlocked': 'unlocked',
    },
    { 'the bootloader is empty': '', 'the bootloader is open': 'open' },
  ),
  ...edges<Cbor>(
    'DEVICE-INFO-FUSED',
    field('fused'),
    { 'fused is 0': 0, 'fused is 1': 1 },
    { 'fused is -1': -1, 'fused is false': false, 'fused is a text': '1' },
  ),
  ...edges<Change>(
    'DEVICE-INFO-FUSED',
    told,
    { 'fused is said': set('fused', 1) },
    { 'fused is missing': drop('fused') },
  ),
  ...edges<Change>(
    'DEVICE-INFO-PATCHES',
    told,
    { 'all patch levels are of one day': both(...patchLevels.map((level) => set(level, 20250101))) },
    {
      ...each(patchLevels, 'is missing', drop),
      ...each(patchLevels, 'is a text', (one) => set(one, '20250101')),
      ...each(patchLevels, 'is negative', (one) => set(one, -20250101)),
    },
  ),
  ...edges<number>(
    'DEVICE-INFO-PATCHES',
    (level) => asRkpVm({ deviceInfo: set('boot_patch_level', level) }),
    { 'a patch level of an RKP VM is 2^32 - 1': 2 ** 32 - 1 },
    { 'a patch level of an RKP VM is 2^32': 2 ** 32 },
    'RKP VM',
  ),
  ...patchLevels.flatMap(dates),
  ...edges<Cbor>(
    'DEVICE-INFO-VBMETA',
    field('vbmeta_digest'),
    { 'one byte of the vbmeta digest is not zero': unhex('0001'), 'its first byte alone is not zero': unhex('0100') },
    { 'the vbmeta digest is one byte of zeros': unhex('00'), 'the vbmeta digest is a text': 'digest' },
  ),
  ...edges<Change>(
    'DEVICE-INFO-VBMETA',
    told,
    { 'the vbmeta digest is there': set('vbmeta_digest', zeros(32).fill(1)) },
    { 'the vbmeta digest is missing': drop('vbmeta_digest') },
  ),
  ...edges<Change>(
    'DEVICE-INFO-AVF',
    told,
    { 'the product is AVF in capitals': set('product', 'AVF'), 'the brand is avf': set('brand', 'avf') },
    {
      ...each(avf, 'alone is avf', (one) => set(one, 'avf')),
      'the manufacturer alone is aosp-avf': set('manufacturer', 'aosp-avf'),
      'vb_state alone is AVF': set('vb_state', 'AVF'),
    },
  ),
  ...edges<Change>(
    'DEVICE-INFO-AVF',
    (change) => asRkpVm({ deviceInfo: change }),
    {
      'an RKP VM has a vbmeta digest of zeros': set('vbmeta_digest', zeros(32)),
      'an RKP VM has an empty vbmeta digest': set('vbmeta_digest', zeros(0)),
      'an RKP VM has 1 for its patch levels': both(...patchLevels.map((level) => set(level, 1))),
      'an RKP VM does not name its system': drop('os_version'),
      'an RKP VM writes its states in capitals': both(set('vb_state', 'AVF'), set('bootloader_state', 'AVF')),
    },
    {
      ...each(avf, 'of an RKP VM is another', (one) => set(one, one === 'bootloader_state' ? 'locked' : 'green')),
      'the brand of an RKP VM is avf': set('brand', 'avf'),
      'it is a TEE': set('security_level', 'tee'),
    },
    'RKP VM',
  ),
];
