/** Faults of the stages inside the guest: what they verify, measure and mount, and what they give to the payload. */
import { has, without } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { comesAfter, left, vmCertified } from '../../spec/vocabulary/boot.ts';
import type { BootFault } from './fault.ts';
import { regionNamed, ruleOf, withoutStep } from './alter.ts';

const verification: readonly BootFault[] = [
  {
    id: 'index-trusted',
    title: 'the root digest of an APK is taken from the host’s index',
    loses: 'an app runs that was changed after it was signed',
    clauses: ['GUEST-VERIFIED'],
    known: 'AOSP Virtualization bb4a9877',
    story:
      'An APK is read block by block, each held against a tree of digests. The tree is in an index, which the host makes. Microdroid took the root of the tree from there, and not from the signature. The host changes the app, makes the index anew, and every block fits: the changed app runs in place of the signed one.',
    differences: [without('APK-CONTENT')],
  },
  {
    id: 'no-verity',
    title: 'the system is mounted as it is',
    loses: 'a system runs that was changed on its disk',
    clauses: ['GUEST-VERIFIED'],
    known: 'AOSP Virtualization 52ea0830 (b/198303625)',
    story:
      'pvmfw has verified kernel and ramdisk. The system lies on a disk of the host’s, and was mounted without dm-verity, which holds each block against a digest as it is read. The host changes a program on that disk, and the verified kernel runs it with the secrets of the VM.',
    differences: [without('SYSTEM-VERITY')],
  },
  {
    id: 'configuration-unsigned',
    title: 'the boot configuration is not signed',
    loses: 'a system of the host’s choice runs',
    clauses: ['GUEST-VERIFIED'],
    known: 'AOSP Virtualization acf31b01 (b/203031847)',
    story:
      'The boot configuration has the digest of the one system that belongs to the kernel. It was no part of what is signed, so the host can write another digest into it. Kernel and ramdisk are verified, and the first process then starts another system, which the host has chosen.',
    differences: [without('SYSTEM-VBMETA')],
  },
];

/** APEXes are mounted as soon as they have been verified. */
const payloadRun = ruleOf('payload_run');
const mountsEarly: Rule = {
  ...payloadRun,
  guards: payloadRun.guards.map((guard) =>
    guard.kind === 'must' && guard.clause === 'GUEST-STAGE-ORDER'
      ? { ...guard, condition: comesAfter('VERIFIED') }
      : guard,
  ),
};

const mounting: readonly BootFault[] = [
  {
    id: 'apex-exchanged',
    title: 'APEXes are mounted that were not measured',
    loses: 'an APEX is exchanged after it was measured',
    clauses: ['GUEST-MEASURED'],
    known: 'AOSP Virtualization 160f3942 (b/310140960, “Vulnerability fix”)',
    story:
      'APEXes are packages of system code on a disk of the host’s. Microdroid reads them to verify and measure them, and the service that mounts them reads them once more. In between the host exchanges one. It runs with the secrets and the certificate of the one that was measured.',
    differences: [without('APEX-MOUNTED')],
  },
  {
    id: 'apex-before-secrets',
    title: 'APEXes are mounted while the secrets are still there',
    loses: 'code of the host’s meets the secrets of Microdroid',
    clauses: ['GUEST-UNTRUSTED-LATE'],
    known: 'AOSP Virtualization b2519c55, 9a7f67e9 (b/308759880)',
    story:
      'To mount APEXes is to parse what the host supplies. It was done before the payload’s secrets were derived, with the secrets of Microdroid, from which they are derived, still in memory. A flaw in one parser, and code of the host’s is there in time to take them.',
    differences: [has(mountsEarly, 'payload_run goes on once the payload is verified')],
  },
];

const payload: readonly BootFault[] = [
  {
    id: 'payload-sees-secret',
    title: 'the payload gets the secrets that its own are derived from',
    loses: 'an app has the sealing secret of its VM',
    clauses: ['DICE-SEAL-INDIRECT'],
    known: 'AOSP Virtualization 102067a6, 4d262dc7',
    story:
      'An app in a VM is to have secrets that are derived for it alone. Here those of Microdroid, from which they are derived, are still there when it starts. Somebody breaks into the app, and has the sealing secret of the whole VM: it stays the same over updates, so that a flaw which is mended tomorrow has given away what is sealed the day after.',
    differences: [withoutStep(left(regionNamed('handover')).becomes('NOTHING'))],
  },
  {
    id: 'payload-uncertified',
    title: 'the payload starts without a certificate',
    loses: 'an app runs under the certificate of Microdroid',
    clauses: ['ATTEST-BOOT-CHAIN'],
    story:
      'Each stage certifies the next, and the last certificate says which app runs. Here the manager derives the app’s secrets and writes none. The chain ends with a sound Microdroid: whoever runs an app of his own in one has evidence as good as that of the app which a verifier trusts.',
    differences: [withoutStep(vmCertified.grows())],
  },
];

export const guest: readonly BootFault[] = [...verification, ...mounting, ...payload];
