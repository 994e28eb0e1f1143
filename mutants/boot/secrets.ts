/** Faults in what pvmfw does with secrets: where it reads them, what it derives, what it leaves behind. */
import { regimes } from '../../spec/boot/secrets.ts';
import { without } from '../../spec/profile.ts';
import { when } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import { keyOfKernel, modeOfBoot, parentGiven, sealingSecret, vmRegime, vmShared } from '../../spec/vocabulary/boot.ts';
import { secret, theVm } from '../../spec/vocabulary/instance.ts';
import type { BootFault } from './fault.ts';
import { atTheEnd, leaves } from './alter.ts';

const leftBehind: readonly BootFault[] = [
  {
    id: 'handover-left',
    title: 'the handover stays in memory',
    loses: 'a guest finds the secrets of the whole device',
    clauses: ['BOOT-WIPE'],
    known: 'AOSP Virtualization 8383c54b',
    story:
      'Behind pvmfw lie the secrets that the bootloader gave it. It derives those of the guest from them, jumps, and leaves them there. The memory is the guest’s now: whoever breaks into this one guest can derive the secrets of every VM on the device.',
    differences: [leaves('configuration')],
  },
  {
    id: 'stack-left',
    title: 'secrets stay on a stack',
    loses: 'an attacker derives the secrets of another VM',
    clauses: ['INSTANCE-ONLY'],
    known: 'AOSP Virtualization 68533613 (b/270684188)',
    story:
      'pvmfw wipes its data and not its stacks, on which functions that derive keys have left what they worked with. The host boots a VM and breaks into it, which is to cost that VM its own secrets and no more. On the old stack it finds those that pvmfw was given. It ends the VM and boots another, here one of another rollback regime: whatever secret that has, the host can derive.',
    differences: [leaves('stack')],
  },
  {
    id: 'cache-stale',
    title: 'secrets are wiped in a cache and not in memory',
    loses: 'a guest finds the secrets of pvmfw behind the cache',
    clauses: ['DICE-DESTROYED'],
    known: 'AOSP Virtualization bec8466d',
    story:
      'pvmfw writes zeros over its data and jumps. The zeros are in a cache, and memory holds what it held. The guest starts with its caches off, looks past them, and meets the secrets that pvmfw was given.',
    differences: [leaves('data')],
  },
  {
    id: 'pages-shared',
    title: 'pvmfw leaves pages shared with the host',
    loses: 'the host reads and writes memory of a booted guest',
    clauses: ['BOOT-UNSHARED'],
    story:
      'To read virtual disks pvmfw shares a few pages with the host, and here it jumps without taking them back. The guest takes all its memory for its own. What it puts into those pages the host reads, and changes.',
    differences: [atTheEnd(vmShared.becomes(1))],
  },
];

const misread: readonly BootFault[] = [
  {
    id: 'entries-extended',
    title: 'entries beyond the end of the configuration are read',
    loses: 'a VM derives its secrets from bytes beyond the table',
    clauses: ['BOOT-SECRETS-GIVEN'],
    known: 'AOSP Virtualization 13615ba4',
    story:
      'The configuration behind pvmfw is a table of entries, and one is the handover with the device’s secrets. A table that ended early was read on as if it were longer. An entry then lies where the bootloader has put nothing, and a VM boots with secrets that are derived from whatever is there: zeros, or what somebody else has left.',
    differences: [without('CONFIG-BOUNDS')],
  },
  {
    id: 'any-legacy',
    title: 'a configuration that cannot be read is taken for a bare handover',
    loses: 'a VM derives its secrets from a header that everybody knows',
    clauses: ['BOOT-SECRETS-GIVEN'],
    known: 'AOSP Virtualization 7aca7ff0',
    story:
      'The first bootloaders left the handover alone behind pvmfw, with no configuration around it. To serve them, pvmfw took every configuration that it could not read for a handover; here it is one of a later version. A VM boots with secrets that are derived from its header, which everybody knows.',
    differences: [without('CONFIG-VERSION')],
  },
];

/** The secret is derived as if the regime were by record. */
const regimeForgotten: Effect = secret(theVm).becomes(
  sealingSecret(parentGiven, keyOfKernel, modeOfBoot, regimes.indexOf('RECORD'), 'instance'),
);

const derived: readonly BootFault[] = [
  {
    id: 'regime-not-in-secret',
    title: 'the host’s choice of a rollback regime does not enter the secret',
    loses: 'an instance has one secret under both rollback regimes',
    clauses: ['SECRET-INPUTS'],
    known: 'AOSP Virtualization ffadd4d1 (b/342378315)',
    story:
      'Which guard an instance has against older software, the host chooses: a record that pvmfw compares, or Secretkeeper, which looks later. The host boots an instance that was made by record and says “deferred”. pvmfw looks at no record, and derives the very secret that the instance has by record. So the host can boot an older kernel, with a flaw that it knows, and take the secret out of it.',
    differences: [atTheEnd(regimeForgotten)],
  },
  {
    id: 'marker-not-in-secret',
    title: 'the VM that signs certificates has the secret of an ordinary one',
    loses: 'an ordinary VM has the secret of the one that certifies',
    clauses: ['SECRET-INPUTS'],
    known: 'AOSP Virtualization a17cfbaf (b/323523191)',
    story:
      'The VM that signs certificates for others is told from them by a marker in its image. The marker did not enter the secret. The host boots an ordinary VM, of the same signer and with the same instance id: it has the secret of the one that signs, and what that has sealed is open to it.',
    differences: [atTheEnd(when(vmRegime.is('FIXED'), regimeForgotten))],
  },
];

export const secrets: readonly BootFault[] = [...leftBehind, ...misread, ...derived];
