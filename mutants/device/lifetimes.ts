/** Faults that cross the parts of a system: CIDs and resets, crashes and memory, Secretkeeper and services, updates. */
import { none } from '../../spec/config.ts';
import { rebootHost } from '../../spec/calls/android/cid-reboot-host.ts';
import { all, compute, either, equals, when } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import { checksInstead, does } from '../../spec/profile.ts';
import { ends } from '../../spec/profiles/system-15.ts';
import {
  forEachCid,
  forgetLast,
  grantsOf,
  lastCid,
  liveWith,
  openGrantsOf,
  remembered,
} from '../../spec/vocabulary/cids.ts';
import {
  deviceSecret,
  forgetVm,
  keeperEntry,
  keeperPolicy,
  memProtect,
  privateCount,
  renewResetSecret,
  resetSecret,
  runSecret,
  runs,
  startBootloader,
  startBootloaderWarm,
  thisPolicy,
} from '../../spec/vocabulary/device.ts';
import { freeCid, keeperVersion, learntCid, payload } from '../../spec/vocabulary/system.ts';
import type { BootFault } from '../boot/fault.ts';
import { inSystem, onSystem } from './alter.ts';

const [forgetCids] = rebootHost.effects as readonly [Effect];
const forgetAllButHeld = forEachCid(
  all(liveWith('each CID').becomes(0), grantsOf('each CID').becomes(0), openGrantsOf('each CID').becomes(0)),
);
const forgetVersion = when(keeperEntry.isNot(none), keeperVersion.becomes(0));
const derives = runSecret.becomes(deviceSecret(resetSecret.value, thisPolicy));

export const addresses: readonly BootFault[] = [
  {
    id: 'held-over-a-reset',
    title: 'the service reads back from the disk which CIDs it holds',
    loses: 'with each reset there are fewer CIDs for VMs',
    clauses: ['SYSTEM-CID-BOOT'],
    story:
      'To outlast its own crashes, the service writes down which CIDs are held. The file outlasts the system as well. After a reset the CIDs of VMs that are long gone are held for ever, and some day no VM can be started.',
    base: onSystem,
    differences: ends.map((call) => inSystem(call, forgetCids, forgetAllButHeld)),
  },
  {
    id: 'cid-kept-on-disk',
    title: 'an app keeps the CID of its VM on the disk',
    loses: 'an app speaks with another VM after a reset',
    clauses: ['SYSTEM-ADDRESS'],
    story:
      'CIDs begin anew with each boot, and an app that starts early reads in its file which one its VM had. Whoever has started a VM before it has that CID now.',
    base: onSystem,
    differences: ends.map((call) => inSystem(call, learntCid.becomes(none))),
  },
  {
    id: 'crash-of-service-and-vm',
    title: 'the service forgets the last CID when it restarts',
    loses: 'what was meant for a VM that crashed reaches the next one',
    clauses: ['SYSTEM-ADDRESS'],
    known: 'AOSP Virtualization d50a0241 (b/196015427)',
    story:
      'A VM crashes, and the service with it. The next VM gets the first CID again, and an app that has not heard of either crash sends it what was meant for the old one.',
    base: onSystem,
    differences: [does(['restart_service'], forgetLast)],
  },
  {
    id: 'crash-keeps-cid',
    title: 'a CID is freed when a VM is ended, and not when it crashes',
    loses: 'VMs that crash use up the CIDs',
    clauses: ['SYSTEM-CID-RUN'],
    story:
      'The way out that everybody tests is the one in which the app ends its VM. When the guest panics, the VMM is gone and nobody tells the kernel.',
    base: onSystem,
    differences: [inSystem('crash_vm', freeCid)],
  },
  {
    id: 'crash-frees-another',
    title: 'after a crash the CID is freed that was granted last',
    loses: 'a VM that crashes takes the CID of another with it',
    clauses: ['SYSTEM-CID-RUN'],
    story:
      'Whoever cleans up knows that a VM is gone, and takes it for the newest. If another was started in the meantime, that one is cut off, and its CID can be given to a third.',
    base: onSystem,
    differences: [inSystem('crash_vm', freeCid, all(liveWith(lastCid).shrinks(), remembered(lastCid).becomes(0)))],
  },
];

const memory: readonly BootFault[] = [
  {
    id: 'crash-uncounts',
    title: 'the pages of a VM are no longer counted once it has crashed',
    loses: 'the next system reads the memory of a VM that crashed',
    clauses: ['SYSTEM-NEXT-BOOT'],
    story:
      'The hypervisor drops the count with the VM, and memory protection with the count. The pages are still full: the host has not taken them back. It lets the VM crash, and resets the device.',
    base: onSystem,
    differences: [inSystem('crash_vm', forgetVm, all(forgetVm, privateCount.becomes(0), memProtect.becomes(0)))],
  },
  {
    id: 'warm-without-vm',
    title: 'SYSTEM_RESET2 is passed on when no VM runs',
    loses: 'a warm reset keeps the pages of a VM that has ended',
    clauses: ['SYSTEM-NEXT-BOOT'],
    story:
      'What counts for a warm reset is whether there is anything to lose, and the hypervisor asks whether a VM runs. One has just ended, and nobody has taken its pages back.',
    base: onSystem,
    differences: [
      inSystem(
        'psci_system_reset2',
        when(privateCount.is(0), startBootloaderWarm, startBootloader),
        when(runs.is(0), startBootloaderWarm, startBootloader),
      ),
    ],
  },
];

const secrets: readonly BootFault[] = [
  {
    id: 'version-of-this-boot',
    title: 'Secretkeeper remembers versions until the next reset',
    loses: 'an older payload has the secrets of a newer one after a reset',
    clauses: ['SYSTEM-SEAL-ROLLBACK'],
    story:
      'Secrets lie in storage that outlasts a reset, and the versions beside them in memory that does not. A host that wants an older payload, with a hole that it knows, resets the device first.',
    base: onSystem,
    differences: [does(ends, forgetVersion)],
  },
  {
    id: 'version-asked-by-the-service',
    title: 'a service of the host remembers versions for Secretkeeper',
    loses: 'an older payload has the secrets of a newer one after a restart',
    clauses: ['SYSTEM-SEAL-ROLLBACK'],
    story:
      'The check is in the service that starts VMs, since it knows the payload. It restarts, and knows of none; and a compromised host need not even restart it.',
    base: onSystem,
    differences: [does(['restart_service'], forgetVersion)],
  },
  {
    id: 'version-in-secret',
    title: 'the version of the payload is an input of its secret',
    loses: 'a payload loses by its update what it has sealed',
    clauses: ['SYSTEM-SEAL-UPDATE'],
    story:
      'Nobody else gets the secrets, least of all an older version. But a newer one does not get them either: each update begins with nothing.',
    base: onSystem,
    differences: [
      inSystem(
        'start_vm',
        derives,
        runSecret.becomes(deviceSecret(compute(resetSecret.value, '+', compute(payload.value, '*', 3)), thisPolicy)),
      ),
    ],
  },
  {
    id: 'version-exact',
    title: 'Secretkeeper gives a secret only to the version that put it there',
    loses: 'an updated payload is refused its secrets',
    clauses: ['SYSTEM-SEAL-UPDATE'],
    story:
      'A policy can name a version in two ways: this one, or this one and later ones. With the first no older payload gets anything, and after an update the VM does not start.',
    base: onSystem,
    differences: [
      checksInstead(
        'KEEPER-PAYLOAD',
        either(keeperEntry.is(none), equals(keeperVersion.value, payload.value)),
        'POLICY_ERROR',
      ),
    ],
  },
  {
    id: 'reset-tells-secretkeeper-alone',
    title: 'a factory reset has Secretkeeper forget, and keeps the factory reset secret',
    loses: 'a device that was sold derives the secrets of its first owner',
    clauses: ['DEVICE-SECRETS-END'],
    story:
      'One of the two parts of what VMs seal with is enough to make that unreadable, so one is forgotten. The other is the same as before, for whatever was sealed with it alone.',
    base: onSystem,
    differences: [
      inSystem(
        'factory_reset',
        renewResetSecret,
        all(keeperEntry.becomes(none), keeperPolicy.becomes(none), keeperVersion.becomes(none)),
      ),
    ],
  },
];

export const lifetimes: readonly BootFault[] = [...addresses, ...memory, ...secrets];
