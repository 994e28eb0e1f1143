/** The stages inside the guest: the guest loader where there is one, the first process, and the manager. */
import { call, must, neverDecides, noSubject, onFailure } from '../rule.ts';
import type { Rule, Step } from '../rule.ts';
import { all, both, either, equals, isBelow, not, value, when } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import {
  apexIsVerified,
  apkLacks,
  comesAfter,
  extraLacks,
  hasVendor,
  isRegime,
  keyOfApk,
  left,
  loadedIsVerified,
  stage,
  systemIsRooted,
  systemMatches,
  vendorMatches,
  versionOfApk,
  versionOfCode,
  vmCertified,
  vmCode,
  vmDisk,
  vmExtra,
  vmInstance,
  vmLoaded,
  vmMounted,
  vmNew,
  vmRegime,
  vmSystem,
} from '../vocabulary/boot.ts';
import {
  bearerApex,
  bearerApk,
  freshKeeperSecret,
  guestRecord,
  guestRecordApex,
  guestRecordApk,
  guestRecordSecret,
  guestRecorded,
  inRegime,
  keeperSecret,
  keptKernel,
  keptKey,
  keptPayload,
  keptSecret,
  payloadKey,
  secret,
  theVm,
} from '../vocabulary/instance.ts';
import { apex, apk, extra, guestWrites, loaded, someInstance, system, writes } from './parameters.ts';
import { none } from '../config.ts';
import { regions } from '../fields.ts';
import type { ValueOf } from '../fields.ts';

const after = (name: ValueOf<'stage'>): Step => must('GUEST-STAGE-ORDER', comesAfter(name), 'NOT_READY', noSubject);

/** Android 13: what pvmfw has started verifies and starts the kernel. */
export const loaderBoot = call(
  'Microdroid',
  'loader_boot',
  { loaded },
  {
    guards: [
      must('LOADER-STAGE', comesAfter('LOADER'), 'NOT_READY', noSubject),
      must('LOADER-VERIFIED', loadedIsVerified, 'LOADER_FAILED'),
    ],
    effects: [vmLoaded.becomes(value('loaded')), vmCertified.grows(), stage.becomes('KERNEL')],
  },
);

/** The first process pins the system to the kernel. */
export const initBoot = call(
  'Microdroid',
  'init_boot',
  { system },
  {
    guards: [
      after('KERNEL'),
      must('SYSTEM-VBMETA', systemMatches, 'INIT_FAILED'),
      must('SYSTEM-VERITY', systemIsRooted, 'INIT_FAILED'),
      must('SYSTEM-VENDOR', vendorMatches, 'INIT_FAILED'),
    ],
    effects: [vmSystem.becomes(value('system')), when(hasVendor, vmCertified.grows()), stage.becomes('SYSTEM')],
  },
);

const payload = { apk, extra, apex, writes: writes(guestWrites.all) };
const disk = vmDisk.value;
const byRecord = (condition: Bool): Bool => inRegime(vmRegime.value, 'RECORD', condition);

const opens: Bool = either(
  guestRecord(disk).is('FREE'),
  both(guestRecord(disk).is('SEALED'), guestRecordSecret(disk).is(secret(theVm).value)),
);
const isFound = guestRecord(disk).isNot('FREE');
const runtimeError = 'UNKNOWN_RUNTIME_ERROR';
const openRecord: readonly Step[] = [
  must('GUEST-RECORD-SEALED', byRecord(opens), runtimeError),
  must('GUEST-RECORD-FOUND', byRecord(either(vmNew.is(1), isFound)), runtimeError),
];
const isFresh = byRecord(either(vmNew.is(0), not(isFound)));
const freshRecord = must('GUEST-RECORD-FRESH', isFresh, runtimeError);
/** With a random salt, an instance made anew cannot open what it finds. */
const neverFound = must('GUEST-RECORD-FRESH', isFresh, runtimeError, neverDecides('GUEST-RECORD-SEALED refuses first'));

/** The manager has verified this APK at an earlier boot, and recorded it. */
const isRecorded: Bool = both(
  both(isRegime(vmRegime.value, 'RECORD'), guestRecord(disk).is('SEALED')),
  guestRecordApk(disk).is(value('apk')),
);
const apkSigned = either(apkLacks('signature', '[is] signed correctly'), isRecorded);
const failed = 'PAYLOAD_VERIFICATION_FAILED';
const verifyPayload: readonly Step[] = [
  must('APK-SIGNED', apkSigned, failed),
  must('APK-CONTENT', apkLacks('content', '[is] read as it was signed'), failed),
  must('APK-EXTRA', extraLacks('signature', '[are] signed correctly'), failed),
  must('APEX-SIGNED', apexIsVerified, failed),
];
const compareRecord: readonly Step[] = [
  must('APEX-RECORDED', byRecord(guestRecorded(guestRecordApex, value('apex'))), failed),
  must('APK-RECORDED', byRecord(guestRecorded(guestRecordApk, value('apk'))), 'PAYLOAD_CHANGED'),
];
const countExtra = must(
  'APK-COUNT',
  extraLacks('count', '[are] as many as the configuration lists'),
  'PAYLOAD_INVALID_CONFIG',
);

const isFirst = both(isRegime(vmRegime.value, 'RECORD'), guestRecord(disk).is('FREE'));
const wholeRecord: Effect = all(
  guestRecordSecret(disk).becomes(secret(theVm).value),
  guestRecordApk(disk).becomes(value('apk')),
  guestRecordApex(disk).becomes(value('apex')),
  guestRecord(disk).becomes('SEALED'),
);
/** The header goes first: an entry that was begun counts, and does not open before it is whole. */
const writeRecord: Effect = when(
  isFirst,
  all(
    when(isBelow(0, 'writes'), guestRecord(disk).becomes('DAMAGED')),
    when(equals('writes', guestWrites.all), wholeRecord),
  ),
);
const isWhole = either(
  either(not(isRegime(vmRegime.value, 'RECORD')), equals('writes', guestWrites.all)),
  guestRecord(disk).is('SEALED'),
);

const takePayload: readonly Effect[] = [
  vmExtra.becomes(value('extra')),
  bearerApk(theVm).becomes(value('apk')),
  bearerApex(theVm).becomes(value('apex')),
  stage.becomes('VERIFIED'),
];

/** The manager verifies the payload, and holds it to what the instance has recorded. */
const verifyWithRecord = (fresh: Step): Rule =>
  call('Microdroid', 'manager_verify', payload, {
    guards: [
      after('SYSTEM'),
      ...openRecord,
      fresh,
      ...verifyPayload,
      ...compareRecord,
      countExtra,
      onFailure('RECORD-WRITE', writeRecord),
      must('PAYLOAD-POWERED', isWhole, 'POWER_LOST', { waiver: 'no stage goes on without power' }),
    ],
    effects: takePayload,
  });
export const managerVerify = verifyWithRecord(freshRecord);
export const managerVerifyRandom = verifyWithRecord(neverFound);

/** The same where nothing is recorded. */
export const managerVerifyAlone = call('Microdroid', 'manager_verify', payload, {
  guards: [after('SYSTEM'), ...verifyPayload, countExtra],
  effects: takePayload,
});

const asked: Num = value('asked');
const deferred = (condition: Bool): Bool => inRegime(vmRegime.value, 'DEFERRED', condition);
const isNew = keptSecret(asked).is(none);
const keyOfPayload = keyOfApk(bearerApk(theVm).value);
const versionOfPayload = versionOfApk(bearerApk(theVm).value);
const versionOfKernel = versionOfCode(vmCode.value);
/** Secretkeeper has nothing for the instance, or this holds. */
const held = (condition: Bool): Bool => deferred(either(isNew, condition));

/** The stored policy becomes that of whoever asked last. */
const keep: Effect = when(
  isRegime(vmRegime.value, 'DEFERRED'),
  all(
    when(isNew, keptSecret(asked).becomes(freshKeeperSecret)),
    keptKey(asked).becomes(keyOfPayload),
    keptKernel(asked).becomes(versionOfKernel),
    keptPayload(asked).becomes(versionOfPayload),
    keeperSecret(theVm).becomes(keptSecret(asked).value),
  ),
);

/**
 * The payload gets what is derived from the sealing secret, with a certificate; the manager's own secrets are wiped.
 */
const forPayload: readonly Effect[] = [
  payloadKey(theVm).becomes(keyOfPayload),
  left(regions.indexOf('handover')).becomes('NOTHING'),
  left(regions.indexOf('payload')).becomes('DERIVED'),
  vmCertified.grows(),
  stage.becomes('SECRET'),
];

/** The payload's secrets are derived; in the deferred regime Secretkeeper adds its part, if its policy allows. */
export const payloadSecret = call(
  'Microdroid',
  'payload_secret',
  { asked: someInstance },
  {
    guards: [
      after('VERIFIED'),
      must('KEEPER-INSTANCE', deferred(equals(vmInstance.value, 'asked')), 'POLICY_ERROR'),
      must('KEEPER-KEY', held(keptKey(asked).is(keyOfPayload)), 'POLICY_ERROR'),
      must('KEEPER-KERNEL', held(not(isBelow(versionOfKernel, keptKernel(asked).value))), 'POLICY_ERROR'),
      must('KEEPER-PAYLOAD', held(not(isBelow(versionOfPayload, keptPayload(asked).value))), 'POLICY_ERROR'),
    ],
    effects: [keep, ...forPayload],
  },
);

/** The same where there is no Secretkeeper. */
export const payloadSecretAlone = call(
  'Microdroid',
  'payload_secret',
  {},
  { guards: [after('VERIFIED')], effects: forPayload },
);

/** APEXes are mounted and the payload starts; what is mounted is read from the host once more. */
export const payloadRun = call(
  'Microdroid',
  'payload_run',
  { apex },
  {
    guards: [after('SECRET'), must('APEX-MOUNTED', equals('apex', bearerApex(theVm).value), 'APEXD_FAILED')],
    effects: [vmMounted.becomes(value('apex')), stage.becomes('RUNNING')],
  },
);
