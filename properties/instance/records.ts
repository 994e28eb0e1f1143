/** Instances by record: what the stages write down at the first boot, and compare later. */
import { digestOf } from '../../spec/boot/config.ts';
import { none } from '../../spec/config.ts';
import { records } from '../../spec/fields.ts';
import { callIsDone, cell, either, every, not, quantity, stays } from '../../spec/language/build.ts';
import { bootOf, field } from '../boot/laws.ts';
import type { AlwaysInCode, Each, EachInCode, Permitted, Property, Sometimes } from '../property.ts';
import type { View } from '../view.ts';
import { disksOf, isEmpty, openedBy, placesOf, regimeOf, sealedAt, termOf } from './words.ts';

const runsByRecord = (view: View): boolean => !isEmpty(view, 0) && regimeOf(view, 0) === 'RECORD';

const isSameImage = (view: View, place: number): boolean =>
  field(view, 'bearerCode') === field(view, 'bearerCode', place);

const recordsAreWhole: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'INSTANCE-RECORDED',
  statement: 'an entry that opens says all that is to be compared',
  loss: 'a record says too little',
  over: 'machine',
  when: (view) => disksOf(view).some((disk) => sealedAt(view, 'record', disk) || sealedAt(view, 'guestRecord', disk)),
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

const jumpsAreRecorded: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'INSTANCE-RECORDED',
  statement: 'by record, pvmfw jumps only with a sealed entry of what it starts, in an image that is well-formed',
  loss: 'an instance is not recorded',
  over: 'call',
  on: ['pvmfw_boot'],
  when: ({ isDone, now }) => isDone && runsByRecord(now),
  holds: ({ isDone, now }) => {
    const disk = field(now, 'vmDisk');
    return (
      !isDone ||
      !runsByRecord(now) ||
      (disk !== none && sealedAt(now, 'record', disk) && field(now, 'diskForm', disk) === 0)
    );
  },
};

const tamperedRecordsEnd: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'INSTANCE-TAMPERED',
  statement: 'no stage goes on from an entry that does not open',
  loss: 'a damaged record is believed',
  over: 'call',
  on: ['pvmfw_boot', 'manager_verify'],
  when: ({ isDone, now }) => isDone && runsByRecord(now) && field(now, 'vmDisk') !== none,
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

const stagesAgreeOnFirstBoot: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'INSTANCE-EACH-STAGE',
  statement: 'by record, the entry of Microdroid is free exactly at the boot for which pvmfw has found its own free',
  loss: 'an instance is made anew in part',
  over: 'call',
  on: ['manager_verify'],
  when: ({ isDone, was }) => isDone && runsByRecord(was) && field(was, 'vmDisk') !== none,
  holds: ({ isDone, was }) => {
    const disk = field(was, 'vmDisk');
    if (!isDone || !runsByRecord(was) || disk === none) return true;
    return (records[field(was, 'guestRecord', disk)] === 'FREE') === (field(was, 'vmNew') === 1);
  },
};

const laterBootsMatchTheRecord: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'INSTANCE-EACH-STAGE',
  statement: 'by record, a stage that finds its entry goes on only with what the entry says',
  loss: 'a record is passed over',
  over: 'call',
  on: ['pvmfw_boot', 'manager_verify'],
  when: ({ isDone, now }) => isDone && runsByRecord(now) && field(now, 'vmDisk') !== none,
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
  statement: 'a boot that loses power before the record of pvmfw is written leaves none',
  loss: 'half a record counts',
  over: 'call',
  on: ['pvmfw_boot'],
  when: not(callIsDone),
  holds: either(callIsDone, every(0, quantity('disks'), 'each disk', stays(cell('record', 'each disk').value))),
};

const anUpdateIsRefused: Sometimes = {
  kind: 'sometimes',
  clause: 'APK-RECORDED',
  statement: 'by record, a newer APK of the same signer is refused',
  seen: (step) =>
    step.rule.guards[step.guard]?.clause === 'APK-RECORDED' &&
    bootOf(step.now).apks[step.arg('apk')]?.key === 0 &&
    step.arg('apk') > field(step.was, 'guestRecordApk', field(step.was, 'vmDisk')),
};

const anInstanceIsBricked: Permitted = {
  kind: 'permitted',
  clause: 'GUEST-RECORD-CRASH',
  statement: 'power fails while Microdroid writes its entry, and the entry does not open',
  seen: (step) =>
    step.call === 'manager_verify' &&
    step.rule.guards[step.guard]?.clause === 'PAYLOAD-POWERED' &&
    records[field(step.now, 'guestRecord', field(step.now, 'vmDisk'))] === 'DAMAGED',
};

const anInstanceIsSwapped: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-SWAPPED',
  statement: 'two instances of the same software have run, from two disks',
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

const anInstanceIsMadeAnew: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-ANEW',
  statement: 'software that has sealed something boots as for the first time, when no disk has its record any more',
  on: ['pvmfw_boot'],
  seen: ({ isDone, now, was }) =>
    isDone &&
    runsByRecord(now) &&
    field(now, 'vmNew') === 1 &&
    !disksOf(was).some((disk) => sealedAt(was, 'record', disk)) &&
    placesOf(now).some((place) => !isEmpty(now, place) && regimeOf(now, place) === 'RECORD' && isSameImage(now, place)),
};

const aCopyIsTheInstance: Permitted = {
  kind: 'permitted',
  clause: 'INSTANCE-IMPORTED',
  statement: 'a VM opens what an instance has sealed while a second disk has the records of that instance',
  seen: (step) =>
    openedBy(step, 'RECORD').length > 0 &&
    disksOf(step.now).some(
      (disk) =>
        disk !== field(step.now, 'vmDisk') && field(step.now, 'guestRecordSecret', disk) === field(step.now, 'secret'),
    ),
};

export const ofRecords: readonly Property[] = [
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
