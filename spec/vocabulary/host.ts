/** Words about an Android host: permissions of apps, VMs and their handles, channels, instance ids. */
import { none } from '../config.ts';
import type { FieldName } from '../fields.ts';
import type { Label, Permission } from '../host/config.ts';
import { permissions } from '../host/config.ts';
import {
  all,
  attribute,
  both,
  cell,
  compare,
  condition,
  countOf,
  either,
  equals,
  every,
  first,
} from '../language/build.ts';
import { effect, forEach, implies, not, number, quantity, some, value, when } from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Effect } from '../language/term.ts';

const at =
  <F extends FieldName>(field: F) =>
  (...of: Ref[]): Cell<F> =>
    cell(field, ...of);

export const fallen = cell('hostFallen', 0);
/** What an honest host sees to, and a compromised one does not. */
export const unlessFallen = (holds: Bool): Bool => either(fallen.is(1), holds);

const numberOf = (permission: Permission): number => permissions.indexOf(permission);
export const granted = at('appGranted');
export const has = (app: Ref, permission: Permission): Bool => granted(app, numberOf(permission)).is(1);
/** What is asked of an app that wants this permission is asked of no other. */
export const ifFor = (permission: Permission, level: Bool): Bool =>
  implies(equals('permission', numberOf(permission)), level);
export const isPlatform = attribute('platform', 'app').is(1);
export const isPrivileged = attribute('privileged', 'app').is(1);
export const isPreinstalled = attribute('preinstalled', 'app').is(1);
export const isDeveloped = attribute('developed', 'app').is(1);

export const stateOf = at('hostVmState');
export const creatorOf = at('hostVmCreator');
export const fileOf = at('hostVmFile');
export const isGuarded = at('hostVmProtected');
export const isDebuggable = at('hostVmDebug');
export const hasGdb = at('hostVmGdb');
export const isCustom = at('hostVmCustom');
export const payloadOutside = at('hostVmOutside');
export const handle = at('appHandle');
export const everHeld = at('appHeld');
export const knowsOf = at('appSees');
export const channel = at('appChannel');
export const lowChannel = at('appLowChannel');
export const socket = at('appSocket');
export const reached = at('packetReached');
export const mistaken = at('packetMistaken');
export const served = at('guestServed');
export const relayed = at('packetRelayed');

export const exists = condition(['VM'], '{VM} [exists]', (VM) => stateOf(VM).isNot('NONE'));
export const runs = condition(['VM'], '{VM} [runs]', (VM) => stateOf(VM).is('RUNNING'));
export const freeVm = number([], 'the first VM that does not exist', () =>
  first(0, quantity('hostVms'), 'each VM', stateOf('each VM').is('NONE')),
)();
export const everyApp = (holds: Bool): Bool => every(0, quantity('apps'), 'each app', holds);
export const everyVm = (holds: Bool): Bool => every(0, quantity('hostVms'), 'each VM', holds);

/** A label that only files have which no app writes. */
const allowed: readonly Label[] = [
  'apk_data_file',
  'shell_data_file',
  'staging_data_file',
  'system_file',
  'virtualizationservice_data_file',
  'vendor_microdroid_file',
];
export const hasAllowedLabel = condition(['file'], '{file} [has] a label of files that no app can write', (file) =>
  attribute('fileLabel', file).isOneOf(...allowed),
);

const forEachApp = (change: Effect): Effect => forEach(0, quantity('apps'), 'each app', change);
const forEachVm = (change: Effect): Effect => forEach(0, quantity('hostVms'), 'each VM', change);

/** A VM of which no handle is left is gone: with its channels, and all that was said of it. */
const endVm = effect(['VM'], '{VM} ends', (VM) =>
  all(
    stateOf(VM).becomes('NONE'),
    creatorOf(VM).becomes(none),
    fileOf(VM).becomes(none),
    ...[isGuarded, isDebuggable, hasGdb, isCustom, payloadOutside].map((flag) => flag(VM).becomes(0)),
    forEachApp(all(...[everHeld, knowsOf, channel, lowChannel, socket].map((flag) => flag('each app', VM).becomes(0)))),
    forEachVm(
      all(
        ...[reached, mistaken, served, relayed].flatMap((flag) => [
          flag('each VM', VM).becomes(0),
          flag(VM, 'each VM').becomes(0),
        ]),
      ),
    ),
  ),
);
const isHeld = (VM: Ref): Bool => some(0, quantity('apps'), 'each app', handle('each app', VM).is(1));
/** The app gives its handle back; with the last one the VM ends. */
export const dropHandle = (app: Ref, VM: Ref): Effect =>
  all(handle(app, VM).becomes(0), when(both(exists(VM), not(isHeld(VM))), endVm(VM)));
/** All that the app has of VMs. */
export const dropAll = (app: Ref): Effect =>
  forEach(
    0,
    quantity('hostVms'),
    'each held VM',
    all(
      ...[everHeld, knowsOf, channel, lowChannel, socket].map((flag) => flag(app, 'each held VM').becomes(0)),
      dropHandle(app, 'each held VM'),
    ),
  );

export const ownerOf = at('idOwner');
export const makerOf = at('idMaker');
export const ageOf = at('idAge');
export const knowsId = at('idKnown');
export const everyId = (holds: Bool): Bool => every(0, quantity('ids'), 'each id', holds);
const forEachId = (change: Effect): Effect => forEach(0, quantity('ids'), 'each id', change);
const isSecret = (id: Ref): Bool => everyApp(knowsId('each app', id).is(0));
/** An id is random: nobody has it, and nobody knows it. */
export const freshId = number([], 'an instance id that nobody knows', () =>
  first(0, quantity('ids'), 'each id', both(ownerOf('each id').is(none), isSecret('each id'))),
)();
export const idsOf = number(['app'], 'the number of instance ids of {app}', (app) =>
  countOf(0, quantity('ids'), 'each id', ownerOf('each id').is(app)),
);
export const oldestId = number(['app'], 'the oldest instance id of {app}', (app) =>
  first(
    0,
    quantity('ids'),
    'each id',
    both(
      ownerOf('each id').is(app),
      every(
        0,
        quantity('ids'),
        'each other id',
        implies(ownerOf('each other id').is(app), compare(ageOf('each other id').value, '≤', ageOf('each id').value)),
      ),
    ),
  ),
);
/** Secretkeeper deletes what it has for the id. */
export const deleteId = effect(['id'], '{id} is deleted, with the secrets of its instance', (id) =>
  all(ownerOf(id).becomes(none), makerOf(id).becomes(none), ageOf(id).becomes(0)),
);
export const ageIds: Effect = forEachId(when(ownerOf('each id').isNot(none), ageOf('each id').grows()));
export const deleteIdsOf = (app: Ref): Effect =>
  forEachId(all(when(ownerOf('each id').is(value(app)), deleteId('each id')), knowsId(app, 'each id').becomes(0)));
