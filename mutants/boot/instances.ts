/** Faults in what keeps the secrets of an instance from older software, and from other instances. */
import { without } from '../../spec/profile.ts';
import type { BootFault } from './fault.ts';

const records: readonly BootFault[] = [
  {
    id: 'service-rollback',
    title: 'an older version of the VM that signs certificates boots',
    loses: 'an older VM that certifies boots',
    clauses: ['INSTANCE-FIXED'],
    known: 'AOSP Virtualization 12e4c865 (b/313608221)',
    story:
      'One VM of the device signs certificates for the keys of others. A flaw in an old version of it is known by now. The host boots the old version, and pvmfw asked only who had signed it. Through the flaw the host has certificates signed for keys of its own.',
    differences: [without('INSTANCE-FIXED')],
  },
  {
    id: 'one-record-of-two',
    title: 'one of two records that is missing is written anew',
    loses: 'an instance keeps its secrets and takes a new payload',
    clauses: ['INSTANCE-EACH-STAGE'],
    known: 'AOSP Virtualization ab72ec5d (b/217376291)',
    story:
      'At the first boot two stages write down what they have started: pvmfw the kernel, Microdroid the payload. The host ends the VM before the second record is written, or wipes it later. At the next boot pvmfw knows the instance and derives its secrets. Microdroid did not hear of that: it finds nothing, takes the boot for the first one, and records whatever payload the host now supplies.',
    differences: [without('GUEST-RECORD-FOUND'), without('GUEST-RECORD-FRESH')],
  },
  {
    id: 'no-verified-boot',
    title: 'the host’s wish to skip the comparison of APKs is granted',
    loses: 'a changed payload runs under an old record',
    clauses: ['INSTANCE-EACH-STAGE'],
    story:
      'For VMs that are not protected, a property of the device tree tells Microdroid not to compare the payload with the record, so that developers can exchange it (AOSP Virtualization e379e7da). Here it is honoured in a protected VM. The host boots an instance, ends it, exchanges the app, and boots again: the other app has the secrets of the instance.',
    differences: [without('APK-RECORDED')],
  },
];

const policies: readonly BootFault[] = [
  {
    id: 'payload-not-in-policy',
    title: 'the policy of Secretkeeper says nothing of the payload',
    loses: 'an older app gets the secrets of a newer one',
    clauses: ['INSTANCE-ONLY', 'INSTANCE-NO-OLDER'],
    known: 'AOSP Virtualization 14c1e223 (b/347235334)',
    story:
      'Secretkeeper keeps a secret for an instance, with a policy that says to whom it may be given. What the policy was to say of the payload was looked up under a name that the certificate spells otherwise, and what is not found is not asked for. A VM stores its secret and seals something with it. The host boots the same instance with an older version of the app, in which it knows a flaw, and that version is given the secret.',
    differences: [without('KEEPER-KEY'), without('KEEPER-PAYLOAD')],
  },
  {
    id: 'instance-not-in-policy',
    title: 'the policy of Secretkeeper says nothing of the instance',
    loses: 'an instance gets the secrets of another',
    clauses: ['INSTANCE-ONLY'],
    known: 'AOSP Virtualization 100ae19b',
    story:
      'Secretkeeper hands out a secret by the name under which it is kept, to whoever has the right code and signer. A VM stores its secret and seals something with it. The host boots a second instance of the same software, under another id, and lets it ask by the name of the first: it is given the secret of the other.',
    differences: [without('KEEPER-INSTANCE')],
  },
];

export const instances: readonly BootFault[] = [...records, ...policies];
