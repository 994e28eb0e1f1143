/** An honest Android host against apps and guests: what nobody gets who is not entitled to it. */
import { none } from '../../spec/config.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { permissions } from '../../spec/host/config.ts';
import type { Permission } from '../../spec/host/config.ts';
import {
  attribute,
  before,
  both,
  callIsDone,
  compare,
  either,
  every,
  implies,
  not,
  quantity,
  some,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Bool } from '../../spec/language/term.ts';
import * as words from '../../spec/vocabulary/host.ts';
import type { Always, Each, Property } from '../property.ts';
import { hostWitnesses } from './host-witnesses.ts';

const { everyApp, everyId, everyVm, exists, runs, unlessFallen } = words;
const [app, vm] = ['each app', 'each VM'] as const;
const entitled = (to: Permission, one: string): Bool => attribute('entitled', one, permissions.indexOf(to)).is(1);
const someVm = (holds: Bool): Bool => some(0, quantity('hostVms'), vm, holds);
const someApp = (holds: Bool): Bool => some(0, quantity('apps'), app, holds);

const always = (clause: ClauseId, statement: string, loss: string, when: Bool, holds: Bool): Always => ({
  kind: 'always',
  clause,
  statement: `unless the host is compromised, ${statement}`,
  loss,
  over: 'machine',
  when: both(words.fallen.is(0), when),
  holds: unlessFallen(holds),
});
/** Of every VM that exists. */
const ofVms = (clause: ClauseId, statement: string, loss: string, holds: Bool): Always =>
  always(clause, statement, loss, someVm(exists(vm)), everyVm(implies(exists(vm), holds)));
/** Of every app and every VM. */
const ofBoth = (clause: ClauseId, statement: string, loss: string, there: Bool, holds: Bool): Always =>
  always(clause, statement, loss, someApp(someVm(there)), everyApp(everyVm(implies(there, holds))));
/** Of all pairs of VMs. */
const never = (clause: ClauseId, statement: string, loss: string, there: Bool): Always =>
  always(
    clause,
    statement,
    loss,
    someVm(runs(vm)),
    everyVm(every(0, quantity('hostVms'), 'each other VM', implies(compare(vm, '≠', 'each other VM'), not(there)))),
  );

const isGranted = words.granted(app, 'each permission').is(1);
const everyPermission = (holds: Bool): Bool => every(0, quantity('permissions'), 'each permission', holds);
const file = words.fileOf(vm);

const permissionLaws: readonly Always[] = [
  always(
    'HOST-PERMISSION',
    'an app has only permissions to which it is entitled',
    'an app has a permission that is not for it',
    someApp(some(0, quantity('permissions'), 'each permission', isGranted)),
    everyApp(everyPermission(implies(isGranted, attribute('entitled', app, 'each permission').is(1)))),
  ),
  ofVms(
    'HOST-CREATE',
    'a VM is that of an app that is entitled to manage VMs',
    'an app has a VM that may have none',
    everyApp(implies(words.creatorOf(vm).is(valueOf(app)), entitled('MANAGE', app))),
  ),
  ofVms(
    'HOST-CUSTOM',
    'a VM of other files, or with a configuration of its own, is that of an app that is entitled to customise VMs',
    'an app runs a system of its own choice',
    implies(
      either(file.isNot(none), words.isCustom(vm).is(1)),
      everyApp(implies(words.creatorOf(vm).is(valueOf(app)), entitled('CUSTOM', app))),
    ),
  ),
  ofBoth(
    'HOST-INSPECT',
    'an app that has seen which VMs there are is entitled to debug them',
    'an app learns of the VMs of others',
    words.knowsOf(app, vm).is(1),
    entitled('DEBUG', app),
  ),
  ofVms(
    'HOST-GDB',
    'a VM that is open to gdb is not protected, and was made to be debugged',
    'gdb looks into a VM that is not meant for it',
    implies(words.hasGdb(vm).is(1), both(words.isGuarded(vm).is(0), words.isDebuggable(vm).is(1))),
  ),
];

const fileLaws: readonly Always[] = [
  ofVms(
    'BOOT-APP-FILE',
    'no protected VM is made of a file that an app can write',
    'an app changes what a protected VM runs',
    implies(words.isGuarded(vm).is(1), attribute('fileAppWrites', file.value).isNot(1)),
  ),
  ofVms(
    'HOST-VENDOR-FILE',
    'a VM is made of files that are for VMs',
    'a VM is made of what the vendor has for the host',
    attribute('fileForVms', file.value).isNot(0),
  ),
  ofVms(
    'HOST-PAYLOAD-INSIDE',
    'the payload of a VM comes from its APK',
    'a payload comes from elsewhere',
    words.payloadOutside(vm).is(0),
  ),
];

const channelLaws: readonly Always[] = [
  ofBoth(
    'HOST-CHANNEL',
    'an app that has a connection to a VM created it, or was given it',
    'an app is connected to a VM of another',
    words.channel(app, vm).is(1),
    words.everHeld(app, vm).is(1),
  ),
  ofBoth(
    'HOST-CHANNEL-ALIVE',
    'a connection leads to a VM that runs',
    'a connection leads to no VM, or to another',
    words.channel(app, vm).is(1),
    runs(vm),
  ),
  ofBoth(
    'HOST-LOW-PORT',
    'no app has a connection to a port below 1024',
    'an app reaches a service of the system inside a VM',
    words.channel(app, vm).is(1),
    words.lowChannel(app, vm).is(0),
  ),
  ofBoth(
    'HOST-SOCKET',
    'a process that has opened a socket to a VM by itself is one of those that have to, or is exempted',
    'an app opens a socket to any VM',
    words.socket(app, vm).is(1),
    either(attribute('entitledToChannel', app).is(1), attribute('domain', app).is('EXEMPT')),
  ),
  never(
    'HOST-SERVER',
    'no VM is served as another',
    'a VM speaks to the host as another VM',
    words.served(vm, 'each other VM').is(1),
  ),
  never(
    'HOST-NO-PEERS',
    'no packet of a VM has reached another',
    'a VM reaches another VM',
    words.reached(vm, 'each other VM').is(1),
  ),
  never(
    'HOST-SENDER',
    'no packet of a VM has been taken for one of another',
    'the host takes one VM for another',
    words.mistaken(vm, 'each other VM').is(1),
  ),
  ofVms(
    'HOST-HANDLE-ENDS',
    'somebody holds every VM that there is',
    'a VM goes on that nobody holds',
    someApp(words.handle(app, vm).is(1)),
  ),
];

function valueOf(name: string) {
  return { kind: 'name', name } as const;
}

const [id, owner] = ['each id', words.ownerOf('each id')] as const;
const step = (clause: ClauseId, on: readonly string[], statement: string, loss: string, holds: Bool): Each => ({
  kind: 'each',
  clause,
  statement: `unless the host is compromised, ${statement}`,
  loss,
  over: 'call',
  on,
  when: both(words.fallen.is(0), callIsDone),
  holds: unlessFallen(implies(callIsDone, holds)),
});
const idLaws: readonly Each[] = [
  step(
    'HOST-REMOVED',
    ['remove_app'],
    'an app that is removed has no permission, and nothing of any VM',
    'an app has what one had that was there before it',
    both(
      everyPermission(words.granted('app', 'each permission').is(0)),
      everyVm(both(...[words.handle, words.knowsOf, words.channel, words.socket].map((flag) => flag('app', vm).is(0)))),
    ),
  ),
  step(
    'HOST-ID-FRESH',
    ['allocate_id'],
    'an id that is allocated was of no app, and known to none',
    'an app gets an instance id that another knows',
    before(both(words.ownerOf(theAnswer).is(none), everyApp(words.knowsId(app, theAnswer).is(0)))),
  ),
  step(
    'HOST-ID-OWN',
    ['allocate_id', 'remove_id', 'remove_app'],
    'the secrets of an instance go only where an app had that knew its id',
    'an app has the secrets of another deleted',
    everyId(either(owner.isNot(none), before(either(owner.is(none), words.knowsId('app', id).is(1))))),
  ),
  step(
    'HOST-ID-OWN',
    ['claim_id'],
    'an instance is owned by an app that knows its id',
    'an app owns the instance of another',
    everyId(everyApp(either(owner.isNot(valueOf('each app')), words.knowsId('each app', id).is(1)))),
  ),
  step(
    'HOST-ID-REMOVED',
    ['remove_app'],
    'an app that is removed has no instance id, and no secrets',
    'an app has the instances of one that was there before it',
    everyId(both(owner.isNot(valueOf('app')), words.knowsId('app', id).is(0))),
  ),
  step(
    'HOST-ID-CAP',
    ['allocate_id'],
    'an app that was given an instance id has no more than it may have',
    'an app fills the memory of Secretkeeper',
    compare(words.idsOf('app'), '≤', quantity('idsPerApp')),
  ),
];

/** The services of an Android host, for profiles that are one. */
export const host = (): readonly Property[] => [
  ...permissionLaws,
  ...fileLaws,
  ...channelLaws,
  ...idLaws,
  ...hostWitnesses,
];
