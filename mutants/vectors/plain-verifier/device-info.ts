/** What a device says of itself in a request (DeviceInfo of version 3 of the RKP HAL). */
import type { Cbor, CborMap } from './cbor.ts';
import { isBytes, isInteger, isMap, isText, need } from './cbor.ts';

const filled = ['brand', 'manufacturer', 'product', 'model', 'device'];
const texts = [...filled, 'vb_state', 'bootloader_state', 'security_level', 'os_version'];
const patchLevels = ['system_patch_level', 'boot_patch_level', 'vendor_patch_level'];
const known: readonly Cbor[] = [...texts, ...patchLevels, 'vbmeta_digest', 'fused'];

const ofRkpVm = {
  brand: 'aosp-avf',
  manufacturer: 'aosp-avf',
  product: 'avf',
  model: 'avf',
  device: 'avf',
  vb_state: 'avf',
  bootloader_state: 'avf',
};

export function checkDeviceInfo(info: Cbor | undefined): void {
  need(isMap(info), 'the device info is no map');
  need(
    info.entries.every(({ key }) => known.includes(key)),
    'an unknown field',
  );
  for (const text of texts) need(isText(info.get(text)) || (text === 'os_version' && !info.has(text)), 'no text');
  const textOf = (label: string): string => {
    const text = info.get(label);
    return isText(text) ? text : '';
  };
  const level = textOf('security_level').toLowerCase();
  need(['tee', 'strongbox', 'avf'].includes(level), 'no such security level');
  need(['green', 'yellow', 'orange', 'avf'].includes(textOf('vb_state').toLowerCase()), 'no such state');
  need(['locked', 'unlocked', 'avf'].includes(textOf('bootloader_state').toLowerCase()), 'no such state');
  for (const one of patchLevels) need(isUnsigned32(info.get(one)), 'no patch level');
  const fused = info.get('fused');
  need(fused === 0n || fused === 1n, 'fused is neither 0 nor 1');
  const digest = info.get('vbmeta_digest');
  need(isBytes(digest), 'no digest of vbmeta');
  if (level === 'tee') need(textOf('os_version') !== '', 'no version of the system');
  if (level !== 'avf') checkOwnWords(info, digest);
  for (const [label, avf] of Object.entries(ofRkpVm)) {
    const value = label.endsWith('_state') ? textOf(label).toLowerCase() : textOf(label);
    need((value === avf) === (level === 'avf'), 'some of it is that of an RKP VM, and some is not');
  }
}

const isUnsigned32 = (value: Cbor | undefined): boolean => isInteger(value) && value >= 0n && value < 2n ** 32n;

/** What every device but an RKP VM has to say. */
function checkOwnWords(info: CborMap, digest: Buffer): void {
  for (const label of filled) need(info.get(label) !== '', 'an empty text');
  for (const label of patchLevels) need(isDate(digitsOf(info.get(label))), 'no date');
  need(
    digest.some((byte) => byte !== 0),
    'no digest, or one of zeros',
  );
}

const digitsOf = (value: Cbor | undefined): string => (isInteger(value) ? value.toString() : '');

function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6) || '01'].map(Number);
  if (!/^\d{6}(\d\d)?$/.test(digits) || year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
