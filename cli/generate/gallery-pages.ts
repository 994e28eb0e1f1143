/** The pages on which counterexamples are drawn: a chapter each, or a part of one where that would be too long. */
import { cidFaults } from '../../mutants/android/cids.ts';
import { hostFaults } from '../../mutants/android/host.ts';
import { verifiedBoot } from '../../mutants/boot/verified-boot.ts';
import { guest } from '../../mutants/boot/guest.ts';
import { claims } from '../../mutants/evidence/claims.ts';
import { detectionFaults } from '../../mutants/detection/all.ts';
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { keys } from '../../mutants/evidence/keys.ts';
import { keyFaults } from '../../mutants/evidence/keys-attested.ts';
import { links } from '../../mutants/evidence/links.ts';
import { paths } from '../../mutants/evidence/requests.ts';
import { imageFaults } from '../../mutants/images/all.ts';
import { apkFaults } from '../../mutants/images/apk.ts';
import { treeFaults } from '../../mutants/images/device-tree.ts';
import { kernelFaults } from '../../mutants/images/kernel.ts';
import { vbmetaFaults } from '../../mutants/images/vbmeta.ts';
import { signatures } from '../../mutants/evidence/signatures.ts';
import { bootFaults } from '../../mutants/boot/all.ts';
import { owners } from '../../mutants/device/owners.ts';
import { resets } from '../../mutants/device/resets.ts';
import { addresses, lifetimes } from '../../mutants/device/lifetimes.ts';
import { memoryFaults } from '../../mutants/inside/memory.ts';
import { storageFaults } from '../../mutants/inside/storage.ts';
import type { NamedFault } from '../../mutants/fault.ts';
import { topics } from '../../mutants/model/all.ts';
import { interruptFaults } from '../../mutants/interrupts/all.ts';

/** A counterexample as far as a page has to know it: its folder, and the guard or the fault. */
export interface Placed {
  readonly chapter: string;
  readonly call: string;
  readonly clause: string;
  readonly fault: string;
}

export interface GalleryPage {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: string;
  /** What is common to what is drawn here, in a sentence or two. */
  readonly about: string;
  /** Which group of the index it is listed in. */
  readonly group: Group;
  readonly holds: (one: Placed) => boolean;
}

export const groups = {
  guards: 'A guard is left out',
  model: 'A fault in the hypervisor',
  boot: 'A fault in booting a VM',
  inside: 'A fault inside a VM',
  device: 'A fault in a device',
  android: 'A fault in the services of Android',
  interrupts: 'A fault in what interrupts do',
  evidence: 'A fault in a verifier of evidence',
  images: 'A fault in a verifier of images',
  detection: 'A fault in a tool that detects protected KVM',
} as const;
export type Group = keyof typeof groups;

const guards = (name: string, title: string, about: string, holds: (one: Placed) => boolean): GalleryPage => ({
  name,
  title,
  about,
  group: 'guards',
  holds: (one) => one.fault === '' && holds(one),
});

/** Those of a chapter, or those of some of its calls. */
const ofChapter =
  (chapter: string): ((one: Placed) => boolean) =>
  (one) =>
    one.chapter === chapter;
const ofCalls =
  (chapter: string, calls: readonly string[]): ((one: Placed) => boolean) =>
  (one) =>
    one.chapter === chapter && calls.includes(one.call);

const faults =
  (group: Group) =>
  (
    name: string,
    title: string,
    about: string,
    ...some: (readonly { readonly id: string }[] | undefined)[]
  ): GalleryPage => {
    const ids = new Set(some.flatMap((list) => list ?? []).map(({ id }) => id));
    return { name, title, about, group, holds: ({ fault }) => ids.has(fault) };
  };

const except = (all: readonly NamedFault[], ...others: (readonly NamedFault[])[]): NamedFault[] =>
  all.filter((one) => !others.some((list) => list.includes(one)));

const lendingCalls = ['share_guest'];
const sharingCalls = ['host_share_hyp', 'host_unshare_hyp', 'unshare_guest'];
const movingCalls = ['donate_guest', 'force_reclaim_guest_page', 'reclaim_dying_guest_page'];
const secure = /^(FFA|SECURE)-/;
const ofMailbox = /^FFA-(MAP|UNMAP)-/;
const images = /^(AVB|KERNEL|LOADER|RAMDISK)-/;

const ofPayload = /^payload_(?!run|secret)/;

const drawnFromRules = 'Arguments that are not shown have their usual values.';
const drawnFromBoot =
  'Arguments that are not shown have their usual values: the device locked, the device tree plain, the ramdisk normal, no power loss. `seal(…)` is a sealing secret with everything that it is derived from.';
const machine =
  'The reference model with one fault, attacked through its calls. A call that is preempted (`…`) continues on a line of its own. `end`: the host takes everything back.';
const verifier =
  'How the simplest evidence is made on which the verifier decides wrongly, and what verifiers in use decide ([how they differ](../profiles/verifiers.md)). `proper`: the evidence is believed. `degenerate`: it is believed to be of a device that measures nothing. A denial is shown as its clause, with the entry if there is one. `npx pvm-spec explain` shows the evidence itself.';

const imageVerifier =
  'How the simplest image is made on which the verifier decides wrongly, what it decides, and the parts of the image. `npx pvm-spec explain` shows the bytes as well.';

const ofModel = faults('model');
const ofBoot = faults('boot');
const ofInside = faults('inside');
const ofDevices = faults('device');
const ofServices = faults('android');
const ofInterrupts = faults('interrupts');
const ofVerifiers = faults('evidence');
const ofImages = faults('images');
const ofDetection = faults('detection');

export const galleryPages: readonly GalleryPage[] = [
  guards('memory-donating', 'Memory: donation and reclaim', drawnFromRules, ofCalls('memory', movingCalls)),
  guards('memory-lending', 'Memory: lending to a VM', drawnFromRules, ofCalls('memory', lendingCalls)),
  guards('memory-sharing', 'Memory: sharing and unsharing', drawnFromRules, ofCalls('memory', sharingCalls)),
  guards(
    'memory-access',
    'Memory: access and permissions',
    drawnFromRules,
    (one) => one.chapter === 'memory' && ![...movingCalls, ...lendingCalls, ...sharingCalls].includes(one.call),
  ),
  guards('ownership', 'Hypervisors that are not Linux', drawnFromRules, ofChapter('ownership')),
  guards('dma-devices', 'Devices', drawnFromRules, (one) => one.chapter === 'dma' && !secure.test(one.clause)),
  guards(
    'dma-secure-world',
    'The secure world',
    drawnFromRules,
    (one) => one.chapter === 'dma' && secure.test(one.clause) && !ofMailbox.test(one.clause),
  ),
  guards('dma-mailbox', 'The mailbox of the host', drawnFromRules, (one) => ofMailbox.test(one.clause)),
  guards('cpu', 'CPUs', drawnFromRules, ofChapter('cpu')),
  guards('lifecycle', 'Life of a VM', drawnFromRules, ofChapter('lifecycle')),
  guards('android', 'Android', drawnFromRules, ofChapter('android')),
  guards('android-host', 'The Android host', drawnFromRules, ofChapter('android-host')),
  guards(
    'boot-images',
    'Boot: kernel and ramdisk',
    drawnFromBoot,
    (one) => one.chapter === 'boot' && images.test(one.clause),
  ),
  guards(
    'boot-inputs',
    'Boot: what the host and the bootloader hand over',
    drawnFromBoot,
    (one) => one.chapter === 'boot' && !images.test(one.clause),
  ),
  guards(
    'guest',
    'The stages of the guest',
    drawnFromBoot,
    (one) => one.chapter === 'guest' && !ofPayload.test(one.call),
  ),
  guards('guest-payload', 'Inside the guest', drawnFromRules, (one) => ofPayload.test(one.call)),
  guards('storage', 'Storage', drawnFromRules, ofChapter('storage')),
  guards(
    'instance',
    'Instances and their secrets',
    drawnFromBoot,
    (one) => one.chapter === 'instance' && one.call !== 'start_vm',
  ),
  guards('dice', 'DICE', drawnFromBoot, ofChapter('dice')),
  guards(
    'device',
    'The device',
    drawnFromRules,
    (one) => one.chapter === 'device' || (one.chapter === 'instance' && one.call === 'start_vm'),
  ),
  guards('interrupts', 'Interrupts', drawnFromRules, ofChapter('interrupts')),
  guards(
    'attestation-server',
    'Attestation: the RKP VM and its server',
    drawnFromRules,
    (one) => one.chapter === 'attestation' && one.call.startsWith('rkp_'),
  ),
  guards(
    'attestation-parties',
    'Attestation: VM and relying party',
    drawnFromRules,
    (one) => one.chapter === 'attestation' && !one.call.startsWith('rkp_'),
  ),
  ofModel('faults-sharing', 'Lending and giving pages', machine, topics['sharing']),
  ofModel('faults-coming-back', 'Pages that come back', machine, topics['comingBack']),
  ofModel('faults-lifecycle', 'VMs and vCPUs', machine, topics['lifecycle'], topics['linux74']),
  ofModel('faults-tables', 'Page tables and TLBs', machine, topics['tables']),
  ofModel(
    'faults-whose-tables',
    'Whose tables, and what a CPU or a VM begins with',
    machine,
    topics['whoseTables'],
    topics['beginnings'],
  ),
  ofModel(
    'faults-devices',
    'Devices, registers and the secure world',
    machine,
    topics['devicesAndRegisters'],
    topics['secureWorld'],
  ),
  ofModel('faults-entries', 'Registers at entry and exit', machine, topics['entriesAndExits']),
  ofModel('faults-races', 'Races', machine, topics['races'], topics['unlocked']),
  ofModel('faults-android', 'Android', machine, topics['android']),
  ofBoot('faults-images', 'Code that runs', drawnFromBoot, verifiedBoot, guest),
  ofBoot('faults-secrets', 'Secrets and instances', drawnFromBoot, except(bootFaults, verifiedBoot, guest)),
  ofInside('faults-storage', 'What the host stores', drawnFromRules, storageFaults),
  ofInside('faults-payload', 'What a payload may run', drawnFromRules, memoryFaults),
  ofDevices('faults-resets', 'Resets', drawnFromRules, resets),
  ofDevices('faults-owners', 'Owners and debuggers', drawnFromRules, owners),
  ofDevices('faults-addresses', 'VMs over their whole life: addresses', drawnFromRules, addresses),
  ofDevices(
    'faults-lifetimes',
    'VMs over their whole life: memory and secrets',
    drawnFromRules,
    except(lifetimes, addresses),
  ),
  ofServices('faults-cids', 'CIDs', drawnFromRules, cidFaults),
  ofServices('faults-host', 'The Android host', drawnFromRules, hostFaults),
  ofInterrupts('faults-interrupts', 'Interrupts', drawnFromRules, interruptFaults),
  ofVerifiers('faults-signatures', 'Signatures and keys', verifier, signatures, keys),
  ofVerifiers('faults-claims', 'Claims and encodings', verifier, claims),
  ofVerifiers('faults-links', 'Chains', verifier, links),
  ofVerifiers('faults-paths', 'Paths that vouch for a root key', verifier, paths),
  ofVerifiers('faults-requests', 'Requests', verifier, except(evidenceFaults, signatures, keys, claims, links, paths)),
  ofVerifiers(
    'faults-of-key-attestations',
    'Key attestations',
    'What a key attestation of Android says, on which a verifier with the fault decides wrongly. `proper`: it is believed. The certificates are in the file that is linked.',
    keyFaults,
  ),
  ofDetection(
    'faults-of-detection',
    'Kernel logs',
    'The shortest log on which the tool is wrong, line by line, and what decides.',
    detectionFaults,
  ),
  ofImages('faults-of-descriptions', 'Descriptions of images', imageVerifier, vbmetaFaults),
  ofImages('faults-of-kernels', 'Kernels', imageVerifier, kernelFaults),
  ofImages('faults-of-apks', 'APKs', imageVerifier, apkFaults),
  ofImages('faults-of-trees', 'Device trees', imageVerifier, treeFaults),
  ofImages(
    'faults-of-images',
    'Other images',
    imageVerifier,
    except(imageFaults, vbmetaFaults, kernelFaults, apkFaults, treeFaults),
  ),
];
