/** What the host can do to disks, to services and to a VM that it runs, and what a guest does with its secrets. */
import { call, must, noSubject } from '../rule.ts';
import { when } from '../language/build.ts';
import { comesAfter, guestRuns, left, runsAtAll, vmParent } from '../vocabulary/boot.ts';
import {
  copyDisk,
  damageGuestRecord,
  damageRecord,
  diskForm,
  forgetVm,
  freeGuestRecord,
  freeRecord,
  guestRecord,
  keptKernel,
  keptKey,
  keptPayload,
  keptSecret,
  knownParent,
  knownSecret,
  parentOf,
  record,
  sealAt,
  secret,
  theVm,
} from '../vocabulary/instance.ts';
import { none } from '../config.ts';
import { regions } from '../fields.ts';
import { parents } from './secrets.ts';
import { bearer, place, someDisk, someInstance } from './parameters.ts';

/** The VM ends: nothing of it stays but what is on disks and in Secretkeeper. */
export const powerOff = call(
  'host',
  'power_off',
  {},
  { guards: [must('BOOT-OFF', runsAtAll, 'NOT_READY', noSubject)], effects: [forgetVm] },
);

const on = { disk: someDisk };

/** An empty instance image in place of the one that was there. */
export const hostMakeDisk = call('host', 'host_make_disk', on, {
  guards: [],
  effects: [diskForm('disk').becomes('READY'), freeRecord('disk'), freeGuestRecord('disk')],
});

/** A copy, kept for later or put in place of another. */
export const hostCopyDisk = call(
  'host',
  'host_copy_disk',
  { from: someDisk, to: someDisk },
  { guards: [], effects: [copyDisk('from', 'to')] },
);

/** A changed byte in the magic number or the version. */
export const hostBreakDisk = call('host', 'host_break_disk', on, {
  guards: [],
  effects: [diskForm('disk').becomes('BROKEN')],
});

/** A changed byte in the sealed part of pvmfw's entry. */
export const hostFlipRecord = call('host', 'host_flip_record', on, {
  guards: [],
  effects: [when(record('disk').is('SEALED'), damageRecord('disk'))],
});

/** A changed byte anywhere in Microdroid's entry but its identifier. */
export const hostFlipGuestRecord = call('host', 'host_flip_guest_record', on, {
  guards: [],
  effects: [when(guestRecord('disk').is('SEALED'), damageGuestRecord('disk'))],
});

/** Zeros over the identifier of an entry make it a free one. */
export const hostFreeRecord = call('host', 'host_free_record', on, { guards: [], effects: [freeRecord('disk')] });
export const hostFreeGuestRecord = call('host', 'host_free_guest_record', on, {
  guards: [],
  effects: [freeGuestRecord('disk')],
});

/** Secretkeeper forgets what it has for an instance. */
export const hostDeleteKept = call(
  'host',
  'host_delete_kept',
  { instance: someInstance },
  {
    guards: [],
    effects: [keptSecret, keptKey, keptKernel, keptPayload].map((field) => field('instance').becomes(none)),
  },
);

/** The payload seals something with its secrets, and leaves it with the host. */
export const guestSeal = call(
  'Microdroid',
  'guest_seal',
  { place },
  {
    guards: [must('GUEST-STAGE-ORDER', comesAfter('RUNNING'), 'NOT_READY', noSubject)],
    effects: [sealAt('place')],
  },
);

/** On an unlocked device the bootloader may be replaced, and what it then has are the secrets of debug mode. */
export const hostReplaceLoader = call(
  'host',
  'host_replace_loader',
  {},
  { guards: [], effects: [knownParent(parents.indexOf('DEBUG')).becomes(1)] },
);

/** Measurements are public, so whoever has the secrets before can derive those of any stage after them. */
export const hostDerive = call(
  'host',
  'host_derive',
  { bearer },
  {
    guards: [must('DICE-NEED-SECRET', knownParent(parentOf('bearer')).is(1), 'UNKNOWN_KEY')],
    effects: [when(secret('bearer').isNot(none), knownSecret(secret('bearer').value).becomes(1))],
  },
);

/** The attacker gets the guest into its hands, with all that lies in its memory. */
export const takeOver = call(
  'Microdroid',
  'take_over',
  {},
  {
    guards: [must('GUEST-STAGE-ORDER', guestRuns, 'NOT_READY', noSubject)],
    effects: regions.flatMap((_, region) => [
      when(left(region).is('GIVEN'), knownParent(vmParent.value).becomes(1)),
      when(left(region).is('NEXT'), knownSecret(secret(theVm).value).becomes(1)),
    ]),
  },
);
