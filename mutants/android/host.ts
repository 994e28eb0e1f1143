/** Faults in the services of an Android host. */
import { none } from '../../spec/config.ts';
import {
  both,
  compare,
  either,
  equals,
  first,
  implies,
  not,
  note,
  number,
  quantity,
} from '../../spec/language/build.ts';
import { all, answers, every, repeat, value, when } from '../../spec/language/build.ts';
import { checksInstead, has, without } from '../../spec/profile.ts';
import { android15 } from '../../spec/profiles/android.ts';
import { allocateId, removeApp } from '../../spec/host/apps.ts';
import { dropVm } from '../../spec/host/vms.ts';
import * as words from '../../spec/vocabulary/host.ts';
import { apps } from '../../search/scopes/host.ts';
import type { BootFault } from '../boot/fault.ts';

const { ageOf, channel, deleteId, dropHandle, everHeld, handle, hasAllowedLabel, ifFor, ownerOf, unlessFallen } = words;
const base = { profile: android15, scopes: [apps] };
const isMicrodroid = equals('file', none);

const permissions: readonly BootFault[] = [
  {
    id: 'create-unasked',
    title: 'create_vm asks for no permission',
    loses: 'any app has VMs made',
    clauses: ['HOST-CREATE'],
    known: 'AOSP Virtualization 7bc146c6',
    story:
      'The service was written for its first callers, which had the permission anyway. An app that was granted nothing asks for a VM, and gets one, with memory that nobody can look into.',
    base,
    differences: [without('CREATE-PERMITTED')],
  },
  {
    id: 'custom-unasked',
    title: 'a configuration of its own takes no permission',
    loses: 'an app runs a VM of its own configuration',
    clauses: ['HOST-CUSTOM'],
    known: 'AOSP Virtualization c3ca24fe',
    story:
      'Raw configurations are refused to apps that may not customise VMs. A configuration for an app can be customised as well, in other fields, and these were not looked at. An app that may only manage VMs has one that is not as it was tested.',
    base,
    differences: [
      checksInstead('CREATE-CUSTOM', unlessFallen(implies(not(isMicrodroid), words.has('app', 'CUSTOM'))), 'SECURITY'),
    ],
  },
  {
    id: 'list-unasked',
    title: 'list_vms asks for no permission',
    loses: 'an app learns which VMs others have',
    clauses: ['HOST-INSPECT'],
    known: 'AOSP Virtualization 736f682c',
    story:
      'The list of all VMs, with their owners and CIDs, is there for developers. Any app that asks gets it, and knows what other apps do, and where.',
    base,
    differences: [without('LIST-PERMITTED')],
  },
  {
    id: 'debug-by-development',
    title: 'the permission to debug can be granted by a developer',
    loses: 'an app debugs VMs of others after one command of a developer',
    clauses: ['HOST-PERMISSION'],
    story:
      'The permissions to manage and to customise VMs have “development” in their protection level, so that a developer can grant them to an app over adb. With the same word in the level of the third, the app that is being developed sees the VMs of all others.',
    base,
    differences: [
      checksInstead(
        'GRANT-DEBUG',
        unlessFallen(ifFor('DEBUG', either(words.isPlatform, words.isDeveloped))),
        'SECURITY',
      ),
    ],
  },
];

const files: readonly BootFault[] = [
  {
    id: 'disk-unlabelled',
    title: 'labels of files are not looked at',
    loses: 'an app changes the disk of its protected VM',
    clauses: ['BOOT-APP-FILE'],
    known: 'AOSP Virtualization 029977d7 (b/204852957)',
    story:
      'A file is opened by the app and passed on to the service, which starts a VM from it. Nobody asks who can write it. The app changes it after the VM has begun to read.',
    base,
    differences: [without('CREATE-LABEL')],
  },
  {
    id: 'kernel-unlabelled',
    title: 'the label of a kernel is not looked at',
    loses: 'an app brings the kernel of a protected VM',
    clauses: ['BOOT-APP-FILE'],
    known: 'AOSP Virtualization 185fe11e (b/237054515)',
    story:
      'Labels of partitions are checked, and kernel and ramdisk come by another way, on which they are not. An app has a protected VM started with a kernel out of its own data. pvmfw does not boot it; the host should not have tried.',
    base,
    differences: [
      checksInstead(
        'CREATE-LABEL',
        unlessFallen(implies(both(not(isMicrodroid), equals('asKernel', 0)), hasAllowedLabel('file'))),
        'SERVICE_SPECIFIC',
      ),
    ],
  },
];

const channels: readonly BootFault[] = [
  {
    id: 'any-peer',
    title: 'the server of a VM serves every guest',
    loses: 'a VM reports for another',
    clauses: ['HOST-SERVER'],
    known: 'AOSP Virtualization 73988ea3, 3238da40',
    story:
      'For each VM the host has a server, to which its guest reports that it is ready, or has failed. The server takes every connection that comes over vsock. Another VM connects, and tells the owner of the first what it likes.',
    base,
    differences: [without('SERVER-PEER')],
  },
  {
    id: 'cid-claimed',
    title: 'the guest says which VM it is',
    loses: 'a VM passes itself off as another',
    clauses: ['HOST-SERVER'],
    known: 'AOSP Virtualization c7d28c7d',
    story:
      'One server took the reports of all VMs, and each report began with the CID of its VM: a parameter, filled in by the guest. A VM fills in that of another.',
    base,
    differences: [checksInstead('SERVER-PEER', unlessFallen(equals('claimed', 'server')), 'EACCES')],
  },
  {
    id: 'peers-routed',
    title: 'the kernel carries packets to any VM but the sender',
    loses: 'two VMs speak with each other past the host',
    clauses: ['HOST-NO-PEERS'],
    story:
      'The kernel looks up the destination of a packet among all CIDs that it knows, and has to know that a guest may only reach the host. If it only sees to it that no packet goes back to where it came from, a VM reaches the ports of every other, and of whoever listens there nobody expected such a visitor.',
    base,
    differences: [checksInstead('SEND-DESTINATION', unlessFallen(compare('destination', '≠', 'vm')), 'IGNORED')],
  },
  {
    id: 'connection-outlives',
    title: 'a connection stays open when its VM ends',
    loses: 'a connection leads to nobody, and then to another VM',
    clauses: ['HOST-CHANNEL-ALIVE'],
    story:
      'An app closes its handle, which is the last one, and the VM ends. Its connection is not closed with it. When its CID is given to another VM, the app is connected to that.',
    base,
    differences: [
      has(
        {
          ...dropVm,
          effects: [
            note('connected', channel('app', 'vm').value),
            dropHandle('app', 'vm'),
            when(equals('connected', 1), all(channel('app', 'vm').becomes(1), everHeld('app', 'vm').becomes(1))),
          ],
        },
        'drop_handle leaves the connection as it is',
      ),
    ],
  },
  {
    id: 'vm-without-holder',
    title: 'a VM goes on when its last handle is dropped',
    loses: 'a VM keeps its memory, and nobody can end it',
    clauses: ['HOST-HANDLE-ENDS'],
    story:
      'The handle of a VM is what keeps it alive, so that a VM ends with the app that wanted it. If the process that runs it does not notice, it runs on, with memory that the host cannot use and a CID that nobody gets.',
    base,
    differences: [has({ ...dropVm, effects: [handle('app', 'vm').becomes(0)] }, 'drop_handle does not end the VM')],
  },
];

const oldestOfAll = number([], 'the oldest instance id of all apps', () =>
  first(
    0,
    quantity('ids'),
    'each id',
    both(
      ownerOf('each id').isNot(none),
      every(
        0,
        quantity('ids'),
        'each other id',
        implies(
          ownerOf('each other id').isNot(none),
          compare(ageOf('each other id').value, '≤', ageOf('each id').value),
        ),
      ),
    ),
  ),
)();

const instanceIds: readonly BootFault[] = [
  {
    id: 'ids-outlive-app',
    title: 'the ids of a removed app stay',
    loses: 'an app owns the secrets of one that was there before it',
    clauses: ['HOST-ID-REMOVED'],
    story:
      'An app is removed, and the database of instance ids is not told. Its number is given to the next app that is installed. To the service the old instances are that app’s, to delete or to keep.',
    base,
    differences: [has({ ...removeApp, effects: removeApp.effects.slice(0, -1) }, 'remove_app leaves the instance ids')],
  },
  {
    id: 'removal-unowned',
    title: 'whoever knows an id can have it deleted',
    loses: 'an app deletes the secrets of another',
    clauses: ['HOST-ID-OWN'],
    story:
      'Secretkeeper deletes what the service tells it to, and the service has to know whose the instance is. If it passes on every wish, one app can end the instances of all others: their VMs boot, and find that their secrets are gone.',
    base,
    differences: [without('ID-REMOVE-OWNED')],
  },
  {
    id: 'oldest-of-all',
    title: 'the oldest id of all apps makes room',
    loses: 'an app that makes many instances deletes those of others',
    clauses: ['HOST-ID-OWN', 'HOST-ID-CAP'],
    story:
      'No app may fill the memory of Secretkeeper, so the oldest ids go when one has too many. The oldest of that app, that is: if it is the oldest of all, an app need only go on asking for ids until those of the others are gone.',
    base,
    differences: [
      has(
        {
          ...allocateId,
          effects: [
            note('id', words.freshId),
            answers('id'),
            repeat(compare(words.idsOf('app'), '≥', quantity('idsPerApp')), deleteId(oldestOfAll)),
            words.ageIds,
            all(
              ownerOf('id').becomes(value('app')),
              words.makerOf('id').becomes(value('app')),
              words.knowsId('app', 'id').becomes(1),
            ),
          ],
        },
        'allocate_id deletes the oldest id of all',
      ),
    ],
  },
];

export const hostFaults: readonly BootFault[] = [...permissions, ...files, ...channels, ...instanceIds];
