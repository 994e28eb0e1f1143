/** What a device may say of itself in a request. */
import type { Check } from './check.ts';
import { must } from './check.ts';
import type { DeviceInfoClaims, DeviceText, Field } from './facts.ts';
import { deviceTexts } from './facts.ts';
import type { Options } from './options.ts';

const isGiven = (field: Field<unknown>): boolean => field.kind === 'given';
const valueOf = <T>(field: Field<T>): T | undefined => (field.kind === 'given' ? field.value : undefined);

/** The values of a state or a level stand for themselves in either case, of the letters of ASCII. */
const worded = ({ texts }: DeviceInfoClaims, text: DeviceText): string | undefined =>
  valueOf(texts[text])?.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const oneOf =
  (text: DeviceText, ...allowed: readonly string[]) =>
  (info: DeviceInfoClaims): boolean => {
    const value = worded(info, text);
    return value === undefined || allowed.includes(value);
  };

/** An RKP VM has nothing of its own to say, and says placeholders. */
const isRkpVm = (info: DeviceInfoClaims): boolean => worded(info, 'security_level') === 'avf';

/** What is asked of every device but an RKP VM. */
const unlessRkpVm =
  (holds: (info: DeviceInfoClaims) => boolean) =>
  (info: DeviceInfoClaims): boolean =>
    isRkpVm(info) || holds(info);

/** What every part of a device's description says if the device is an RKP VM, and none says otherwise. */
const avfTexts: Readonly<Partial<Record<DeviceText, string>>> = {
  bootloader_state: 'avf',
  vb_state: 'avf',
  brand: 'aosp-avf',
  manufacturer: 'aosp-avf',
  product: 'avf',
  model: 'avf',
  device: 'avf',
};

const isAvfThroughout = (info: DeviceInfoClaims): boolean =>
  Object.entries(avfTexts).every(([text, avf]) => {
    const value = text.endsWith('_state') ? worded(info, text as DeviceText) : valueOf(info.texts[text as DeviceText]);
    return (value === avf) === isRkpVm(info);
  });

const daysIn = (year: number, month: number): number => {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
};

/** A year and a month, and perhaps a day of it, as one number. */
function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6) || '1'].map(Number);
  if ((digits.length !== 6 && digits.length !== 8) || year === undefined || month === undefined) return false;
  return month >= 1 && month <= 12 && day !== undefined && day >= 1 && day <= daysIn(year, month);
}

const neverEmpty: readonly DeviceText[] = ['brand', 'manufacturer', 'product', 'model', 'device'];

export const deviceInfoChecks: readonly Check<DeviceInfoClaims, Options>[] = [
  must('DEVICE-INFO-MAP', 'the device info is no map', ({ isMap }) => isMap),
  must('DEVICE-INFO-FIELDS', 'the device info has a field that is unknown', (info) => info.unknownFields.length === 0),
  must(
    'DEVICE-INFO-VERSION',
    'the device info names a version, which version 3 does not',
    ({ version }) => version.kind === 'absent',
  ),
  must('DEVICE-INFO-TEXTS', 'a text of the device info is missing or no text', ({ texts }) =>
    deviceTexts.every((text) => isGiven(texts[text]) || (texts[text].kind === 'absent' && text === 'os_version')),
  ),
  must(
    'DEVICE-INFO-LEVEL',
    'the security level is none of tee, strongbox and avf',
    oneOf('security_level', 'tee', 'strongbox', 'avf'),
  ),
  must(
    'DEVICE-INFO-STATES',
    'the state of verified boot or of the bootloader is none that there is',
    (info) =>
      oneOf('vb_state', 'green', 'yellow', 'orange', 'avf')(info) &&
      oneOf('bootloader_state', 'locked', 'unlocked', 'avf')(info),
  ),
  must('DEVICE-INFO-PATCHES', 'a patch level is missing or no number of 32 bits', (info) =>
    info.patchLevels.every(isGiven),
  ),
  must('DEVICE-INFO-FUSED', 'fused is neither 0 nor 1', ({ fused }) => ['0', '1'].includes(valueOf(fused) ?? '')),
  must(
    'DEVICE-INFO-FILLED',
    'brand, manufacturer, product, model or device is empty',
    unlessRkpVm(({ texts }) => neverEmpty.every((text) => valueOf(texts[text]) !== '')),
  ),
  must(
    'DEVICE-INFO-OS',
    'the version of the system is missing or empty, and the security level is tee',
    (info) => worded(info, 'security_level') !== 'tee' || (valueOf(info.texts.os_version) ?? '') !== '',
  ),
  must(
    'DEVICE-INFO-DATES',
    'a patch level is no date',
    unlessRkpVm(({ patchLevels }) => patchLevels.every((level) => isDate(valueOf(level) ?? ''))),
  ),
  must(
    'DEVICE-INFO-VBMETA',
    'the vbmeta digest is missing, empty or all zeros',
    (info) => isGiven(info.vbmetaDigest) && (isRkpVm(info) || /[1-9a-f]/.test(valueOf(info.vbmetaDigest) ?? '')),
  ),
  must('DEVICE-INFO-AVF', 'some of the device info is that of an RKP VM, and some is not', isAvfThroughout),
];

/** Requests of version 2 name the version of the device info, and were not asked for dates. */
export const version2DeviceChecks = deviceInfoChecks.filter(
  ({ clause }) => clause !== 'DEVICE-INFO-VERSION' && clause !== 'DEVICE-INFO-DATES',
);
