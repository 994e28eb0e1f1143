/** Words about instances: records on disks, salts, Secretkeeper, and who has which secret. */
import { parents, secretTerm } from '../boot/secrets.ts';
import { regimes } from '../boot/secrets.ts';
import { none } from '../config.ts';
import { regions } from '../state.ts';
import type { FieldName, ValueOf } from '../state.ts';
import { all, cell, compare, either, equals, not, term, value } from '../term.ts';
import type { Cell, Condition, Effect, Ref, Value } from '../term.ts';
import { ofBoot, bootOf, left, stage, vmCertified, vmChained, vmCode, vmDisk, vmInstance, vmTree } from './boot.ts';
import { vmArgued, vmPolicy, vmShared } from './boot.ts';
import { vmExtra, vmLoaded, vmMounted, vmNew, vmParent, vmRegime, vmSystem } from './boot.ts';

const onDisk =
  <F extends FieldName>(field: F, words: string) =>
  <P extends string = never>(disk: Ref<P>): Cell<F, P> =>
    cell(field, `${words} of ${value(disk).words}`, disk);
export const diskForm = onDisk('diskForm', 'the form');
export const record = onDisk('record', "pvmfw's entry");
export const recordParent = onDisk('recordParent', "the key of pvmfw's entry");
export const recordCode = onDisk('recordCode', 'the recorded image');
export const recordKey = onDisk('recordKey', 'the recorded key');
export const recordMode = onDisk('recordMode', 'the recorded mode');
export const recordSalt = onDisk('recordSalt', 'the recorded salt');
export const guestRecord = onDisk('guestRecord', "Microdroid's entry");
export const guestRecordSecret = onDisk('guestRecordSecret', "the key of Microdroid's entry");
export const guestRecordApk = onDisk('guestRecordApk', 'the recorded APK');
export const guestRecordApex = onDisk('guestRecordApex', 'the recorded APEXes');

const diskFields = [diskForm, record, recordParent, recordCode, recordKey, recordMode, recordSalt] as const;
const guestFields = [guestRecord, guestRecordSecret, guestRecordApk, guestRecordApex] as const;

/** One disk becomes a copy of another. */
export const copyDisk = <P extends string = never>(from: Ref<P>, to: Ref<P>): Effect<P> =>
  all<P>(...[...diskFields, ...guestFields].map((field) => field(to).becomes<P>(field(from).value)));

export const freeRecord = <P extends string = never>(disk: Ref<P>): Effect<P> =>
  all<P>(
    record(disk).becomes('FREE'),
    ...[recordParent, recordCode, recordKey, recordMode, recordSalt].map((field) => field(disk).becomes(none)),
  );
export const freeGuestRecord = <P extends string = never>(disk: Ref<P>): Effect<P> =>
  all<P>(
    guestRecord(disk).becomes('FREE'),
    ...[guestRecordSecret, guestRecordApk, guestRecordApex].map((field) => field(disk).becomes(none)),
  );
/** The entry no longer opens; what was in it does not matter any more. */
export const damageRecord = <P extends string = never>(disk: Ref<P>): Effect<P> =>
  all<P>(freeRecord(disk), record(disk).becomes('DAMAGED'));
export const damageGuestRecord = <P extends string = never>(disk: Ref<P>): Effect<P> =>
  all<P>(freeGuestRecord(disk), guestRecord(disk).becomes('DAMAGED'));

/** Bearer 0: the VM that runs. */
export const theVm: Value<never> = { ...value<never>(0), words: 'the VM' };
const held =
  <F extends FieldName>(field: F, words: string) =>
  <P extends string = never>(bearer: Ref<P>): Cell<F, P> =>
    cell(field, `${words} of ${value(bearer).words}`, bearer);
export const secret = held('secret', 'the sealing secret');
export const payloadKey = held('payloadKey', "the payload's key");
export const keeperSecret = held('keeperSecret', "Secretkeeper's part");
export const bearerCode = held('bearerCode', 'the image');
export const bearerApk = held('bearerApk', 'the APK');
export const bearerApex = held('bearerApex', 'the APEXes');
const bearerFields = [secret, payloadKey, keeperSecret, bearerCode, bearerApk, bearerApex] as const;

/** What the running VM seals can be opened by whoever has its secrets. */
export const sealAt = <P extends string = never>(place: Ref<P>): Effect<P> =>
  all<P>(...bearerFields.map((field) => field(place).becomes<P>(field(theVm).value)));

const atInstance =
  <F extends FieldName>(field: F, words: string) =>
  <P extends string = never>(instance: Ref<P>): Cell<F, P> =>
    cell(field, `${words} for ${value(instance).words}`, instance);
export const keptSecret = atInstance('keptSecret', "Secretkeeper's secret");
export const keptKey = atInstance('keptKey', "the payload's key");
export const keptKernel = atInstance('keptKernel', "the kernel's least version");
export const keptPayload = atInstance('keptPayload', "the payload's least version");

/** Everything that the VM had is gone with it. */
export const forgetVm: Effect<never> = all(
  stage.becomes('OFF'),
  vmParent.becomes('NORMAL'),
  vmRegime.becomes('RECORD'),
  ...[vmChained, vmCertified, vmNew, vmArgued, vmPolicy, vmShared].map((one) => one.becomes(0)),
  ...[vmTree, vmCode, vmDisk, vmInstance, vmLoaded, vmSystem, vmExtra, vmMounted].map((one) => one.becomes(none)),
  ...bearerFields.map((field) => field(theVm).becomes(none)),
  ...regions.map((_, region) => left(value<never>(region)).becomes('NOTHING')),
);

/** The smallest number that none of the cells of these fields holds. */
const unused = (words: string, from: (boot: ReturnType<typeof bootOf>) => number, over: readonly FieldName[]) =>
  term<number, never>(
    words,
    [],
    ({ layout, config }) => {
      const first = from(bootOf(config));
      return (state) => {
        for (let number = first; ; number++) {
          const isUsed = over.some((field) =>
            state.cells.subarray(layout.base[field], layout.base[field] + layout.size[field]).includes(number),
          );
          if (!isUsed) return number;
        }
      };
    },
    { reads: over },
  );
/** A secret that Secretkeeper has never given to anybody. */
export const freshKeeperSecret = unused('a new secret', () => 0, ['keeperSecret', 'keptSecret']);

/** A random salt that nobody has had: none if there is no randomness left. */
export const freshSalt: Value<never> = term(
  'a random salt',
  [],
  ({ layout, config }) => {
    const boot = bootOf(config);
    const { base, size } = layout;
    const secretFields = ['secret', 'guestRecordSecret'] as const;
    return (state) => {
      const cells = (field: FieldName): Int32Array => state.cells.subarray(base[field], base[field] + size[field]);
      const isIn = (salt: number): boolean =>
        cells('recordSalt').includes(salt) ||
        secretFields.some((field) => cells(field).some((one) => one >= 0 && secretTerm(boot, one).salt === salt)) ||
        cells('knownSecret').some((known, one) => known === 1 && secretTerm(boot, one).salt === salt);
      for (let salt = boot.ids; salt < boot.ids + boot.randomSalts; salt++) if (!isIn(salt)) return salt;
      return none;
    };
  },
  { reads: ['recordSalt', 'secret', 'guestRecordSecret', 'knownSecret'] },
);
export const hasRandomness: Condition<never> = {
  ...compare<never>(freshSalt, '!==', none),
  words: 'there is randomness',
};

/** Where the regime is this one, the condition holds. */
export const inRegime = <P extends string = never>(
  regime: Value<P>,
  name: ValueOf<'vmRegime'>,
  condition: Condition<P>,
): Condition<P> => ({
  ...either(not(isRegime(regime, name)), condition),
  words: `in regime ${name}, ${condition.words}`,
});
export const isRegime = <P extends string = never>(regime: Value<P>, name: ValueOf<'vmRegime'>): Condition<P> => ({
  ...equals<P>(regime, regimes.indexOf(name)),
  words: `the regime is ${name}`,
});

/** Where the disk has an entry of pvmfw, the field in it is this one. */
export const recorded = <P extends string = never>(
  disk: Ref<P>,
  field: <Q extends string>(disk: Ref<Q>) => Cell<'recordCode' | 'recordKey' | 'recordMode', Q>,
  is: Value<P>,
): Condition<P> => either<P>(record(disk).isNot('SEALED'), field(disk).is<P>(is));
/** Where the disk has an entry of Microdroid, the field in it is this one. */
export const guestRecorded = <P extends string = never>(
  field: (disk: Value<never>) => Cell<'guestRecordApk' | 'guestRecordApex', never>,
  is: Value<P>,
): Condition<P> => either<P>(guestRecord(vmDisk.value).isNot('SEALED'), field(vmDisk.value).is<P>(is));

/** What the attacker knows. */
export const knownSecret = <P extends string = never>(of: Value<P>): Cell<'knownSecret', P> =>
  cell('knownSecret', `whether ${of.words} is known`, of);
export const knownParent = <P extends string = never>(of: Value<P>): Cell<'knownParent', P> =>
  cell('knownParent', `whether ${of.words} are known`, of);
/** The secrets of the stage before, from which the one that a bearer has is derived. */
export const parentOf = <P extends string = never>(bearer: Ref<P>): Value<P> =>
  ofBoot(`the secrets before ${secret(bearer).value.words}`, [secret(bearer).value], (boot, one) =>
    one === none ? parents.indexOf('FOREIGN') : secretTerm(boot, one).parent,
  );
