/** Instances: who gets which secret, over many boots, disks that the host exchanges, and versions that come and go. */
import { modes, parents, regimes, secretTerm } from '../spec/boot/secrets.ts';
import { digestOf, isDebug, kernelIn, ramdiskIn } from '../spec/boot/world.ts';
import type { Machine } from '../spec/machine.ts';
import { none, records } from '../spec/state.ts';
import { bootOf, field, hasReached } from './boot.ts';
import type { Always, Each, Permitted, Property, Sometimes, Step } from './property.ts';
import type { View } from './view.ts';

const placesOf = (view: View): number[] => Array.from({ length: bootOf(view).kept }, (_, i) => i + 1);
const disksOf = (view: View): number[] => Array.from({ length: bootOf(view).disks }, (_, i) => i);
const termOf = (view: View, bearer: number) => secretTerm(bootOf(view), field(view, 'secret', bearer));
const regimeOf = (view: View, bearer: number): string => regimes[termOf(view, bearer).regime] ?? '';
const isEmpty = (view: View, bearer: number): boolean => field(view, 'secret', bearer) === none;

const secretFields = ['secret', 'payloadKey', 'keeperSecret'] as const;
/** The VM that runs has the very secrets with which another sealed something. */
const opens = (view: View, place: number): boolean =>
  !isEmpty(view, place) &&
  hasReached(view, 'SECRET') &&
  secretFields.every((name) => field(view, name) === field(view, name, place));
/** What the VM that runs can open, of what was sealed in this regime. */
const openedIn = (view: View, regime: string): number[] =>
  placesOf(view).filter((place) => opens(view, place) && regimeOf(view, place) === regime);

const kernelOf = (view: View, bearer: number) => kernelIn(bootOf(view), field(view, 'bearerCode', bearer));
const apkOf = (view: View, bearer: number) => bootOf(view).apks[field(view, 'bearerApk', bearer)];
const measured = ['bearerCode', 'bearerApk', 'bearerApex'] as const;
const isSameCode = (view: View, place: number): boolean =>
  measured.every((name) => field(view, name) === field(view, name, place));

const recordedCodeHasTheSecret: Always = {
  kind: 'always',
  clause: 'INSTANCE-SAME-CODE',
  says: 'by record, a VM opens what another sealed only if it runs the same image, APKs and APEXes',
  loss: 'other software gets the secrets',
  over: 'machine',
  holds: (view) => openedIn(view, 'RECORD').every((place) => isSameCode(view, place)),
};

/** Neither the kernel nor the payload is older than it was. */
const isNoOlder = (view: View, place: number): boolean =>
  (kernelOf(view, 0)?.securityVersion ?? 0) >= (kernelOf(view, place)?.securityVersion ?? 0) &&
  (apkOf(view, 0)?.version ?? 0) >= (apkOf(view, place)?.version ?? 0);

const olderSoftwareHasNoSecret: Always = {
  kind: 'always',
  clause: 'INSTANCE-NO-OLDER',
  says: 'deferred, a VM opens what another sealed only if it is no older, and of the same signers',
  loss: 'older software gets the secrets',
  over: 'machine',
  holds: (view) =>
    openedIn(view, 'DEFERRED').every(
      (place) =>
        isNoOlder(view, place) &&
        kernelOf(view, 0)?.key === kernelOf(view, place)?.key &&
        apkOf(view, 0)?.key === apkOf(view, place)?.key,
    ),
};

const deferredImagesHaveVersions: Always = {
  kind: 'always',
  clause: 'INSTANCE-NO-OLDER',
  says: 'deferred, an image has a security version to be judged by',
  loss: 'an image cannot be judged by its version',
  over: 'machine',
  holds: (view) =>
    isEmpty(view, 0) || regimeOf(view, 0) !== 'DEFERRED' || (kernelOf(view, 0)?.securityVersion ?? 0) > 0,
};

const serviceIsFixed: Always = {
  kind: 'always',
  clause: 'INSTANCE-FIXED',
  says: 'the VM that signs certificates has the security version that pvmfw knows',
  loss: 'an older service runs',
  over: 'machine',
  holds: (view) =>
    isEmpty(view, 0) ||
    regimeOf(view, 0) !== 'FIXED' ||
    kernelOf(view, 0)?.securityVersion === bootOf(view).serviceVersion,
};

const newBootsHaveNewSecrets: Each = {
  kind: 'each',
  clause: 'INSTANCE-EPHEMERAL',
  says: 'in the ephemeral regime, pvmfw derives a secret that nobody had before',
  loss: 'a secret comes back',
  over: 'call',
  on: ['pvmfw_boot'],
  holds: ({ isDone, was, now }) => {
    if (!isDone || regimeOf(now, 0) !== 'EPHEMERAL') return true;
    const secret = field(now, 'secret');
    return (
      placesOf(was).every((place) => field(was, 'secret', place) !== secret) && field(was, 'knownSecret', secret) === 0
    );
  },
};

/** The bearer runs in debug mode, by the ramdisk that it was started with. */
function isDebugging(view: View, bearer: number): boolean {
  const code = field(view, 'bearerCode', bearer);
  return isDebug(kernelIn(bootOf(view), code), ramdiskIn(bootOf(view), code));
}

const debugGuestsHaveOtherSecrets: Always = {
  kind: 'always',
  clause: 'INSTANCE-MODE',
  says: 'a VM opens what another sealed only if both can be debugged, or neither',
  loss: 'a debugged guest gets the secrets',
  over: 'machine',
  holds: (view) =>
    placesOf(view).every((place) => !opens(view, place) || isDebugging(view, 0) === isDebugging(view, place)),
};

const secretsAreOfTheirInputs: Each = {
  kind: 'each',
  clause: 'SECRET-INPUTS',
  says: 'the sealing secret is that of the device, the key, the mode, the regime and the salt of this boot',
  loss: 'a secret is of something else',
  over: 'call',
  on: ['pvmfw_boot'],
  holds: ({ isDone, now }) => {
    if (!isDone) return true;
    const term = termOf(now, 0);
    const regime = regimes[term.regime] ?? '';
    const salts = [
      ...(regime === 'EPHEMERAL' ? [term.salt] : [field(now, 'vmInstance')]),
      ...(regime === 'RECORD' ? [field(now, 'recordSalt', field(now, 'vmDisk'))] : []),
    ];
    return (
      term.parent === field(now, 'vmParent') &&
      term.key === kernelOf(now, 0)?.key &&
      (modes[term.mode] === 'DEBUG') === isDebugging(now, 0) &&
      term.regime === field(now, 'vmRegime') &&
      salts.includes(term.salt)
    );
  },
};

/** Whoever knows what a secret is derived from knows the secret; salts, keys and modes are no secrets. */
const isDerivable = (view: View, secret: number): boolean => {
  const { parent } = secretTerm(bootOf(view), secret);
  return (
    field(view, 'knownSecret', secret) === 1 ||
    field(view, 'knownParent', parent) === 1 ||
    parent === parents.indexOf('FOREIGN')
  );
};

const secretsStayInTheirInstance: Always = {
  kind: 'always',
  clause: 'INSTANCE-ONLY',
  says: 'the attacker can derive the secret of an instance only if it has taken over a VM of that very instance',
  loss: 'the attacker derives a secret',
  over: 'machine',
  holds: (view) =>
    [0, ...placesOf(view)].every((bearer) => {
      const secret = field(view, 'secret', bearer);
      return secret === none || !isDerivable(view, secret) || field(view, 'knownSecret', secret) === 1;
    }),
};

const keeperSecretsStay: Always = {
  kind: 'always',
  clause: 'INSTANCE-ONLY',
  says: 'two VMs with the same secret of Secretkeeper are of one instance and of one signer',
  loss: 'another instance gets the secret',
  over: 'machine',
  holds: (view) =>
    placesOf(view).every((place) => {
      const shared = field(view, 'keeperSecret', place);
      if (shared === none || shared !== field(view, 'keeperSecret')) return true;
      return (
        termOf(view, 0).salt === termOf(view, place).salt &&
        field(view, 'payloadKey') === field(view, 'payloadKey', place)
      );
    }),
};

const sealedAt = (view: View, name: 'record' | 'guestRecord', disk: number): boolean =>
  records[field(view, name, disk)] === 'SEALED';

const recordsAreWhole: Always = {
  kind: 'always',
  clause: 'INSTANCE-RECORDED',
  says: 'an entry that opens says all that is to be compared',
  loss: 'a record says too little',
  over: 'machine',
  holds: (view) =>
    disksOf(view).every(
      (disk) =>
        (!sealedAt(view, 'record', disk) ||
          (['recordParent', 'recordCode', 'recordKey', 'recordMode', 'recordSalt'] as const).every(
            (name) => field(view, name, disk) !== none,
          )) &&
        (!sealedAt(view, 'guestRecord', disk) ||
          (['guestRecordSecret', 'guestRecordApk', 'guestRecordApex'] as const).every(
            (name) => field(view, name, disk) !== none,
          )),
    ),
};

const runsByRecord = (view: View): boolean => !isEmpty(view, 0) && regimeOf(view, 0) === 'RECORD';

const jumpsAreRecorded: Each = {
  kind: 'each',
  clause: 'INSTANCE-RECORDED',
  says: 'by record, pvmfw jumps only with a sealed entry of what it starts, in an image that is well-formed',
  loss: 'an instance is not recorded',
  over: 'call',
  on: ['pvmfw_boot'],
  holds: ({ isDone, now }) => {
    const disk = field(now, 'vmDisk');
    return (
      !isDone ||
      !runsByRecord(now) ||
      (disk !== none && sealedAt(now, 'record', disk) && field(now, 'diskForm', disk) === 0)
    );
  },
};

const tamperedRecordsEnd: Each = {
  kind: 'each',
  clause: 'INSTANCE-TAMPERED',
  says: 'no stage goes on from an entry that does not open',
  loss: 'a damaged record is believed',
  over: 'call',
  on: ['pvmfw_boot', 'manager_verify'],
  holds: ({ isDone, was, now, call }) => {
    const disk = field(now, 'vmDisk');
    if (!isDone || !runsByRecord(now) || disk === none) return true;
    const name = call === 'pvmfw_boot' ? 'record' : 'guestRecord';
    if (records[field(was, name, disk)] === 'DAMAGED') return false;
    if (!sealedAt(was, name, disk)) return true;
    return name === 'record'
      ? field(was, 'recordParent', disk) === field(now, 'vmParent')
      : field(was, 'guestRecordSecret', disk) === field(now, 'secret');
  },
};

const stagesAgreeOnFirstBoot: Each = {
  kind: 'each',
  clause: 'INSTANCE-EACH-STAGE',
  says: 'by record, the entry of Microdroid is free exactly at the boot for which pvmfw has found its own free',
  loss: 'an instance is made anew in part',
  over: 'call',
  on: ['manager_verify'],
  holds: ({ isDone, was }) => {
    const disk = field(was, 'vmDisk');
    if (!isDone || !runsByRecord(was) || disk === none) return true;
    return (records[field(was, 'guestRecord', disk)] === 'FREE') === (field(was, 'vmNew') === 1);
  },
};

const laterBootsMatchTheRecord: Each = {
  kind: 'each',
  clause: 'INSTANCE-EACH-STAGE',
  says: 'by record, a stage that finds its entry goes on only with what the entry says',
  loss: 'a record is passed over',
  over: 'call',
  on: ['pvmfw_boot', 'manager_verify'],
  holds: ({ isDone, was, now, call }) => {
    const disk = field(now, 'vmDisk');
    if (!isDone || !runsByRecord(now) || disk === none) return true;
    if (call === 'pvmfw_boot') {
      const code = digestOf(bootOf(now), field(now, 'vmCode'));
      return !sealedAt(was, 'record', disk) || field(was, 'recordCode', disk) === code;
    }
    return (
      !sealedAt(was, 'guestRecord', disk) ||
      (field(was, 'guestRecordApk', disk) === field(now, 'bearerApk') &&
        field(was, 'guestRecordApex', disk) === field(now, 'bearerApex'))
    );
  },
};

const cutRecordsDoNotCount: Each = {
  kind: 'each',
  clause: 'RECORD-CRASH',
  says: 'a boot that loses power before the record of pvmfw is written leaves none',
  loss: 'half a record counts',
  over: 'call',
  on: ['pvmfw_boot'],
  holds: (step) =>
    step.isDone ||
    disksOf(step.now).every((disk) => field(step.was, 'record', disk) === field(step.now, 'record', disk)),
};

/** The step gave the VM that runs its secrets, and they open something. */
const openedBy = (step: Step, regime: string): number[] =>
  step.call === 'payload_secret' && step.isDone ? openedIn(step.now, regime) : [];

const anInstanceComesBack: Sometimes = {
  kind: 'sometimes',
  clause: 'INSTANCE-ONLY',
  says: 'a later boot opens what an earlier one sealed',
  seen: (step) =>
    step.call === 'payload_secret' && step.isDone && placesOf(step.now).some((place) => opens(step.now, place)),
};

const anUpdateKeepsItsSecrets: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-NEWER',
  says: 'a newer kernel with a newer APK opens what the older ones sealed',
  seen: (step) =>
    openedBy(step, 'DEFERRED').some(
      (place) =>
        (kernelOf(step.now, 0)?.securityVersion ?? 0) > (kernelOf(step.now, place)?.securityVersion ?? 0) &&
        (apkOf(step.now, 0)?.version ?? 0) > (apkOf(step.now, place)?.version ?? 0),
    ),
};

const anUpdateIsRefused: Sometimes = {
  kind: 'sometimes',
  clause: 'APK-RECORDED',
  says: 'by record, a newer APK of the same signer is refused',
  seen: (step) =>
    step.rule.guards[step.guard]?.clause === 'APK-RECORDED' &&
    bootOf(step.now).apks[step.arg('apk')]?.key === 0 &&
    step.arg('apk') > field(step.was, 'guestRecordApk', field(step.was, 'vmDisk')),
};

const anOlderImageOpens: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-ROLLBACK-GAP',
  says: 'by record, an older image opens what a newer one sealed',
  seen: (step) =>
    openedBy(step, 'RECORD').some(
      (place) => (kernelOf(step.now, 0)?.securityVersion ?? 0) < (kernelOf(step.now, place)?.securityVersion ?? 0),
    ),
};

const anInstanceIsBricked: Permitted = {
  kind: 'permitted',
  clause: 'GUEST-RECORD-CRASH',
  says: 'power fails while Microdroid writes its entry, and the entry does not open',
  seen: (step) =>
    step.call === 'manager_verify' &&
    step.rule.guards[step.guard]?.clause === 'PAYLOAD-POWERED' &&
    records[field(step.now, 'guestRecord', field(step.now, 'vmDisk'))] === 'DAMAGED',
};

const anInstanceIsSwapped: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-SWAPPED',
  says: 'two instances of the same software have run, from two disks',
  seen: (step) =>
    step.call === 'pvmfw_boot' &&
    step.isDone &&
    placesOf(step.now).some(
      (place) =>
        !isEmpty(step.now, place) &&
        isSameImage(step.now, place) &&
        termOf(step.now, place).salt !== termOf(step.now, 0).salt,
    ),
};
const isSameImage = (view: View, place: number): boolean =>
  field(view, 'bearerCode') === field(view, 'bearerCode', place);

const anInstanceIsMadeAnew: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-ANEW',
  says: 'the instance image of an instance that has run is made anew',
  seen: (step) => step.call === 'host_make_disk' && sealedAt(step.was, 'guestRecord', step.arg('disk')),
};

const secretkeeperForgets: Permitted = {
  kind: 'permitted',
  clause: 'KEEPER-FORGETS',
  says: 'Secretkeeper forgets a secret that something was sealed with',
  seen: (step) =>
    step.call === 'host_delete_kept' &&
    field(step.was, 'keptSecret', step.arg('instance')) !== none &&
    placesOf(step.was).some(
      (place) => field(step.was, 'keeperSecret', place) === field(step.was, 'keptSecret', step.arg('instance')),
    ),
};

const theHostKnowsTheSalt: Permitted = {
  kind: 'permitted',
  clause: 'SALT-KNOWN',
  says: 'a VM has a salt that the host can compute from the instance id',
  seen: (step) => step.call === 'pvmfw_boot' && step.isDone && termOf(step.now, 0).salt < bootOf(step.now).ids,
};

const aCopyIsTheInstance: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-IMPORTED',
  says: 'a VM opens what an instance has sealed while a second disk has the records of that instance',
  seen: (step) =>
    openedBy(step, 'RECORD').length > 0 &&
    disksOf(step.now).some(
      (disk) =>
        disk !== field(step.now, 'vmDisk') && field(step.now, 'guestRecordSecret', disk) === field(step.now, 'secret'),
    ),
};

/** What a profile has, by the checks of its pvmfw. */
const checks = (machine: Machine, clause: string): boolean =>
  machine.rules.get('pvmfw_boot')?.guards.some((guard) => guard.clause === clause) === true;

const ofRecords: readonly Property[] = [
  recordsAreWhole,
  jumpsAreRecorded,
  tamperedRecordsEnd,
  stagesAgreeOnFirstBoot,
  laterBootsMatchTheRecord,
  cutRecordsDoNotCount,
  anUpdateIsRefused,
  anInstanceIsBricked,
  anInstanceIsSwapped,
  anInstanceIsMadeAnew,
  aCopyIsTheInstance,
];
const ofIds: readonly Property[] = [
  olderSoftwareHasNoSecret,
  deferredImagesHaveVersions,
  serviceIsFixed,
  keeperSecretsStay,
  anUpdateKeepsItsSecrets,
  secretkeeperForgets,
  theHostKnowsTheSalt,
];

export function instance(machine: Machine): readonly Property[] {
  if (!machine.rules.has('pvmfw_boot')) return [];
  const byId = checks(machine, 'INSTANCE-ID');
  const byRecord = checks(machine, 'RECORD-DISK');
  return [
    secretsAreOfTheirInputs,
    debugGuestsHaveOtherSecrets,
    secretsStayInTheirInstance,
    anInstanceComesBack,
    ...(byRecord ? ofRecords : [newBootsHaveNewSecrets]),
    ...(byId ? ofIds : [recordedCodeHasTheSecret]),
    ...(byId && byRecord ? [anOlderImageOpens] : []),
  ];
}
