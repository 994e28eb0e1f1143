/** Words about instances: records on disks, salts, Secretkeeper, and who has which secret. */
import { parents } from '../boot/secrets.ts';
import { none } from '../config.ts';
import { regions } from '../fields.ts';
import type { FieldName, ValueOf } from '../fields.ts';
import {
  all,
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  either,
  equals,
  every,
  first,
  not,
  number,
  quantity,
  value,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import { isRegime, left, parentIn, saltOf, stage, vmCertified, vmChained, vmCode, vmDisk, vmInstance } from './boot.ts';
import {
  vmArgued,
  vmExtra,
  vmLoaded,
  vmMounted,
  vmNew,
  vmParent,
  vmPolicy,
  vmRegime,
  vmShared,
  vmSystem,
} from './boot.ts';
import { vmTree } from './boot.ts';

const at =
  <F extends FieldName>(field: F) =>
  (number: Ref): Cell<F> =>
    cell(field, number);
export const diskForm = at('diskForm');
export const record = at('record');
export const recordParent = at('recordParent');
export const recordCode = at('recordCode');
export const recordKey = at('recordKey');
export const recordMode = at('recordMode');
export const recordSalt = at('recordSalt');
export const guestRecord = at('guestRecord');
export const guestRecordSecret = at('guestRecordSecret');
export const guestRecordApk = at('guestRecordApk');
export const guestRecordApex = at('guestRecordApex');

const recordFields = [recordParent, recordCode, recordKey, recordMode, recordSalt] as const;
const guestRecordFields = [guestRecordSecret, guestRecordApk, guestRecordApex] as const;

/** One disk becomes a copy of another. */
export const copyDisk = (from: Ref, to: Ref): Effect =>
  all(
    diskForm(to).becomes(diskForm(from).value),
    record(to).becomes(record(from).value),
    guestRecord(to).becomes(guestRecord(from).value),
    ...[...recordFields, ...guestRecordFields].map((field) => field(to).becomes(field(from).value)),
  );

export const freeRecord = (disk: Ref): Effect =>
  all(record(disk).becomes('FREE'), ...recordFields.map((field) => field(disk).becomes(none)));
export const freeGuestRecord = (disk: Ref): Effect =>
  all(guestRecord(disk).becomes('FREE'), ...guestRecordFields.map((field) => field(disk).becomes(none)));
/** The entry no longer opens; what was in it does not matter any more. */
export const damageRecord = (disk: Ref): Effect =>
  all(record(disk).becomes('DAMAGED'), ...recordFields.map((field) => field(disk).becomes(none)));
export const damageGuestRecord = (disk: Ref): Effect =>
  all(guestRecord(disk).becomes('DAMAGED'), ...guestRecordFields.map((field) => field(disk).becomes(none)));

/** Bearer 0: the VM that runs. */
export const theVm: Num = value(0);
export const secret = at('secret');
export const payloadKey = at('payloadKey');
export const keeperSecret = at('keeperSecret');
export const bearerCode = at('bearerCode');
export const bearerApk = at('bearerApk');
export const bearerApex = at('bearerApex');
const bearerFields = [secret, payloadKey, keeperSecret, bearerCode, bearerApk, bearerApex] as const;

/** What the running VM seals can be opened by whoever has its secrets. */
export const sealAt = (place: Ref): Effect =>
  all(...bearerFields.map((field) => field(place).becomes(field(theVm).value)));

export const keptSecret = at('keptSecret');
export const keptKey = at('keptKey');
export const keptKernel = at('keptKernel');
export const keptPayload = at('keptPayload');

/** Everything that the VM had is gone with it. */
export const forgetVm: Effect = all(
  stage.becomes('OFF'),
  vmParent.becomes('NORMAL'),
  vmRegime.becomes('RECORD'),
  ...[vmChained, vmCertified, vmNew, vmArgued, vmPolicy, vmShared].map((one) => one.becomes(0)),
  ...[vmTree, vmCode, vmDisk, vmInstance, vmLoaded, vmSystem, vmExtra, vmMounted].map((one) => one.becomes(none)),
  ...bearerFields.map((field) => field(theVm).becomes(none)),
  ...regions.map((_, region) => left(region).becomes('NOTHING')),
);

/** What the attacker knows. */
export const knownSecret = at('knownSecret');
export const knownParent = at('knownParent');

const bearers = quantity('bearers');
const instances = quantity('instances');
const disks = quantity('disks');
/** A secret that Secretkeeper has never given to anybody: the smallest number that is in use nowhere. */
export const freshKeeperSecret = number([], 'a new secret', () => {
  const isNobodys = every(0, bearers, 'each bearer', keeperSecret('each bearer').isNot(value('each secret')));
  const isNotKept = every(0, instances, 'each instance', keptSecret('each instance').isNot(value('each secret')));
  const enough = compute(compute(bearers, '+', instances), '+', 1);
  return first(0, enough, 'each secret', both(isNobodys, isNotKept));
})();

/** A random salt that nobody has had: none if there is no randomness left. */
export const freshSalt = number([], 'a random salt', () => {
  const isOfOther = (one: Num): Bool => either(compare(one, '<', 0), compare(saltOf(one), '≠', 'each salt'));
  const isUnused = both(
    every(0, disks, 'each disk', recordSalt('each disk').isNot(value('each salt'))),
    every(0, bearers, 'each bearer', isOfOther(secret('each bearer').value)),
    every(0, disks, 'each disk', isOfOther(guestRecordSecret('each disk').value)),
    every(
      0,
      quantity('secrets'),
      'each secret',
      either(knownSecret('each secret').is(0), compare(saltOf('each secret'), '≠', 'each salt')),
    ),
  );
  return first(instances, quantity('randomSalts'), 'each salt', isUnused);
})();
export const hasRandomness = condition([], 'there [is] randomness', () => compare(freshSalt, '≠', none))();

/** Where the regime is this one, the condition holds. */
export const inRegime = (regime: Num, name: ValueOf<'vmRegime'>, fact: Bool): Bool =>
  either(not(isRegime(regime, name)), fact);

/** Where the disk has an entry of pvmfw, the field in it is this one. */
export const recorded = (
  disk: Ref,
  field: (disk: Ref) => Cell<'recordCode' | 'recordKey' | 'recordMode'>,
  is: Num,
): Bool => either(record(disk).isNot('SEALED'), field(disk).is(is));
/** Where the disk has an entry of Microdroid, the field in it is this one. */
export const guestRecorded = (field: (disk: Ref) => Cell<'guestRecordApk' | 'guestRecordApex'>, is: Num): Bool =>
  either(guestRecord(vmDisk.value).isNot('SEALED'), field(vmDisk.value).is(is));

const parentOfSecret = number(['secret'], 'the secrets before {secret}', (one) =>
  choose(equals(one, none), parents.indexOf('FOREIGN'), parentIn(one)),
);
/** The secrets of the stage before, from which the one that a bearer has is derived. */
export const parentOf = (bearer: Ref): Num => parentOfSecret(secret(bearer).value);
