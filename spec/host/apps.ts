/** Apps and what they are allowed; and the end of all that the host upholds. */
import { call, must } from '../rule.ts';
import { either, repeat, compare, quantity, value, note, all, answers } from '../language/build.ts';
import { none } from '../config.ts';
import {
  ageIds,
  deleteId,
  deleteIdsOf,
  dropAll,
  fallen,
  freshId,
  granted,
  idsOf,
  ifFor,
  isDeveloped,
  isPlatform,
  isPreinstalled,
  isPrivileged,
  knowsId,
  makerOf,
  oldestId,
  ownerOf,
  unlessFallen,
} from '../vocabulary/host.ts';
import { noSubject } from '../rule.ts';
import { app, instanceId, permission } from './parameters.ts';

/** MANAGE_VIRTUAL_MACHINE in Android 15: signature|preinstalled|development. */
const managesBy15 = ifFor('MANAGE', either(isPlatform, isPreinstalled, isDeveloped));
/** In Android 14: signature|privileged|development. */
export const managesBy14 = unlessFallen(ifFor('MANAGE', either(isPlatform, isPrivileged, isDeveloped)));

/** The package manager grants a permission to an app that asks for it, by the protection level of that permission. */
export const grantPermission = call(
  'app',
  'grant_permission',
  { app, permission },
  {
    guards: [
      must('GRANT-MANAGE', unlessFallen(managesBy15), 'SECURITY'),
      must('GRANT-CUSTOM', unlessFallen(ifFor('CUSTOM', either(isPlatform, isDeveloped))), 'SECURITY'),
      must('GRANT-DEBUG', unlessFallen(ifFor('DEBUG', isPlatform)), 'SECURITY'),
    ],
    effects: [granted('app', 'permission').becomes(1)],
  },
);

/** The app is removed, and all that it had. Its number can be that of another app from here on. */
export const removeApp = call(
  'service',
  'remove_app',
  { app },
  {
    guards: [],
    effects: [
      granted('app', 0).becomes(0),
      granted('app', 1).becomes(0),
      granted('app', 2).becomes(0),
      dropAll('app'),
      deleteIdsOf('app'),
    ],
  },
);

/** The host is compromised, and does what the attacker wants. */
export const hostFalls = call('host', 'host_falls', {}, { guards: [], effects: [fallen.becomes(1)] });

/** An id for a new instance: 64 random bytes, kept with the app; if the app has too many, its oldest go. */
export const allocateId = call(
  'app',
  'allocate_id',
  { app },
  {
    guards: [must('ID-FRESH', compare(freshId, '≠', none), 'ILLEGAL_STATE', noSubject)],
    effects: [
      note('id', freshId),
      answers('id'),
      repeat(compare(idsOf('app'), '≥', quantity('idsPerApp')), deleteId(oldestId('app'))),
      ageIds,
      all(ownerOf('id').becomes(value('app')), makerOf('id').becomes(value('app')), knowsId('app', 'id').becomes(1)),
    ],
    answer: 'number',
  },
);

/** An app tells another one of its ids, or lets it be seen. */
export const tellId = call(
  'app',
  'tell_id',
  { app, id: instanceId, to: app },
  {
    guards: [must('ID-TOLD-KNOWN', knowsId('app', 'id').is(1), 'UNKNOWN_KEY', noSubject)],
    effects: [knowsId('to', 'id').becomes(1)],
  },
);

/** An app that has restored a VM says that its id is its own. */
export const claimId = call(
  'app',
  'claim_id',
  { app, id: instanceId },
  {
    guards: [must('ID-CLAIM-KNOWN', knowsId('app', 'id').is(1), 'UNKNOWN_KEY')],
    effects: [ownerOf('id').becomes(value('app'))],
  },
);

/** An app wants the secrets of an instance to be deleted. */
export const removeId = call(
  'app',
  'remove_id',
  { app, id: instanceId },
  {
    guards: [must('ID-REMOVE-OWNED', unlessFallen(ownerOf('id').is(value('app'))), 'IGNORED')],
    effects: [deleteId('id')],
  },
);
