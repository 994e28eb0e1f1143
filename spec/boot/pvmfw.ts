/** pvmfw: from what the bootloader left and the host supplied to a jump, or to a named reboot reason. */
import { flag } from '../parameters.ts';
import { must, neverDecides, noSubject } from '../rule.ts';
import type { Rule, Step } from '../rule.ts';
import { all, both, choose, compare, either, equals, isBelow, not, truth, value, when } from '../language/build.ts';
import type { Bool, Effect, Num } from '../language/term.ts';
import {
  argumentsKept,
  chainGiven,
  codeOfBoot,
  comesAfter,
  digestOfBoot,
  handoffLacks,
  isRamdiskListed,
  isRamdiskPlaced,
  isRamdiskVerified,
  isSignedWithTrustedKey,
  kernelLacks,
  isRegime,
  keyOfKernel,
  left,
  modeOfBoot,
  parentGiven,
  policyApplied,
  regimeOfBoot,
  sealingSecret,
  securityVersion,
  serviceVersion,
  stage,
  treeLacks,
  vmArgued,
  vmCertified,
  vmChained,
  vmCode,
  vmDisk,
  vmInstance,
  vmNew,
  vmParent,
  vmPolicy,
  vmRegime,
  vmShared,
  vmTree,
} from '../vocabulary/boot.ts';
import {
  bearerCode,
  diskForm,
  freshSalt,
  hasRandomness,
  inRegime,
  record,
  recordCode,
  recordKey,
  recordMode,
  recordParent,
  recordSalt,
  recorded,
  secret,
  theVm,
} from '../vocabulary/instance.ts';
import { disk, handoff, instance, kernel, pvmfwWrites, ramdisk, tree, writes } from './parameters.ts';
import { none } from '../config.ts';
import { regions } from '../fields.ts';

/** The version axes of pvmfw. */
export interface Axes {
  readonly saltSource: 'random' | 'instance id';
  /** What holds for an image that asks for nothing else. */
  readonly regime: 'RECORD' | 'EPHEMERAL';
  readonly guestLoader: boolean;
  /** The device tree is checked before anything is verified, and not after. */
  readonly treeFirst: boolean;
}

const supplied = {
  deferred: flag,
  disk,
  handoff,
  kernel,
  ramdisk,
  instance,
  tree,
  writes: writes(pvmfwWrites.all),
};

const config = 'PVM_FIRMWARE_INVALID_CONFIG_DATA';
const configuration: readonly Step[] = [
  must('CONFIG-REGION', handoffLacks('region', '[lies] whole behind pvmfw'), config),
  must('CONFIG-MAGIC', handoffLacks('magic', '[starts] with the magic number'), config),
  must('CONFIG-VERSION', handoffLacks('version', '[is] of major version 1'), config),
  must('CONFIG-BOUNDS', handoffLacks('bounds', '[holds] all of its entries'), config),
  must('CONFIG-ORDER', handoffLacks('order', '[has] entries that ascend and do not overlap'), config),
  must('CONFIG-HANDOVER', handoffLacks('no handover', '[has] a handover'), config),
];

const handover: readonly Step[] = [
  must('BOOT-HANDOVER-FORM', handoffLacks('form', '[has] a well-formed handover'), 'PVM_FIRMWARE_INVALID_BCC'),
  must('BOOT-HANDOVER-CHAIN', handoffLacks('no chain', '[has] a chain in its handover'), 'PVM_FIRMWARE_INVALID_BCC'),
];

const fdt = 'PVM_FIRMWARE_INVALID_FDT';
const deviceTree: readonly Step[] = [
  must('TREE-READABLE', treeLacks('form', '[is] well-formed'), fdt),
  must('TREE-MEMORY', treeLacks('memory', '[names] the memory that is expected'), fdt),
  must('TREE-CPUS', treeLacks('cpus', '[has] a CPU'), fdt, { waiver: 'a guest without a CPU stops by itself' }),
  must('TREE-PCI', treeLacks('pci', '[has] PCI ranges apart from memory'), fdt),
  must('TREE-WATCHDOG', treeLacks('watchdog', '[has] the expected watchdog or none'), fdt),
  must('TREE-BOUNCE', treeLacks('bounce', '[has] its bounce buffer in memory'), fdt),
  must('TREE-REFERENCE', treeLacks('reference', '[agrees] with the reference tree'), fdt),
  must('TREE-UNTRUSTED', treeLacks('untrusted', '[has] an untrusted node that nothing can refer to'), fdt),
  must('TREE-ASSIGNED', treeLacks('assigned', '[has] devices that the hypervisor confirms'), fdt),
];

const places: readonly Step[] = [
  must('KERNEL-PLACE', kernelLacks('absent', '[is] there'), 'PVM_FIRMWARE_INVALID_PAYLOAD'),
  must('RAMDISK-PLACE', isRamdiskPlaced, 'PVM_FIRMWARE_INVALID_RAMDISK'),
];

const avb = 'PVM_FIRMWARE_PAYLOAD_VERIFICATION_FAILED';
const verifiedBoot: readonly Step[] = [
  must('AVB-SIGNED', kernelLacks('signature', '[is] described in itself, and signed'), avb),
  must('AVB-ENFORCED', kernelLacks('not enforced', '[keeps] verification on'), avb),
  must('AVB-KEY', isSignedWithTrustedKey, avb),
  must('AVB-KERNEL', kernelLacks('digest', '[has] the digest in its description'), avb),
  must('AVB-DESCRIPTORS', kernelLacks('descriptors', '[has] no digests but the known ones'), avb),
  must('AVB-CAPABILITIES', kernelLacks('capabilities', '[has] no capability but known ones'), avb),
  must('AVB-RAMDISK-LISTED', isRamdiskListed, avb),
  must('AVB-RAMDISK', isRamdiskVerified, avb),
];

const hasDisk: Bool = compare('disk', '≠', none);
const hasInstance: Bool = compare('instance', '≠', none);
const internal = 'PVM_FIRMWARE_INTERNAL_ERROR';

const regimeChecks = (regime: Num): readonly Step[] => [
  must('KEEPER-INDEX', inRegime(regime, 'DEFERRED', isBelow(0, securityVersion)), 'PVM_FIRMWARE_INVALID_PAYLOAD'),
  must(
    'INSTANCE-FIXED',
    inRegime(regime, 'FIXED', equals(securityVersion, serviceVersion)),
    'PVM_FIRMWARE_INVALID_PAYLOAD',
  ),
];

const opens: Bool = either(
  record('disk').is('FREE'),
  both(record('disk').is('SEALED'), recordParent('disk').is(parentGiven)),
);
/** `byRecord`: the condition where the regime is that by record. */
const recordChecks = (byRecord: (fact: Bool) => Bool): readonly Step[] => [
  must('RECORD-DISK', byRecord(hasDisk), internal, noSubject),
  must('RECORD-FORM', byRecord(diskForm('disk').is('READY')), internal),
  must('RECORD-SEALED', byRecord(opens), internal),
  must('RECORD-CODE', byRecord(recorded('disk', recordCode, digestOfBoot)), internal),
  must('RECORD-KEY', byRecord(recorded('disk', recordKey, keyOfKernel)), internal, {
    waiver: 'another key gives another secret',
  }),
  must(
    'RECORD-MODE',
    byRecord(recorded('disk', recordMode, modeOfBoot)),
    internal,
    neverDecides('another mode is another ramdisk, which RECORD-CODE refuses'),
  ),
];

/**
 * The entry counts only once its header is written, after its content: nothing else can be seen of it (RECORD-CRASH).
 */
const writeRecord = (salt: Num): Effect =>
  all(
    recordSalt('disk').becomes(salt),
    recordParent('disk').becomes(parentGiven),
    recordCode('disk').becomes(digestOfBoot),
    recordKey('disk').becomes(keyOfKernel),
    recordMode('disk').becomes(modeOfBoot),
    record('disk').becomes('SEALED'),
  );

/** What pvmfw had in memory is wiped; what stays is for the next stage. */
const wipe: Effect = all(
  ...regions.map((region, number) => left(number).becomes(region === 'handover' ? 'NEXT' : 'NOTHING')),
);

const jump = (regime: Num, salt: Num, to: 'LOADER' | 'KERNEL'): readonly Effect[] => [
  secret(theVm).becomes(sealingSecret(parentGiven, keyOfKernel, modeOfBoot, regime, salt)),
  wipe,
  vmShared.becomes(0),
  vmArgued.becomes(argumentsKept),
  vmPolicy.becomes(policyApplied),
  vmParent.becomes(parentGiven),
  vmChained.becomes(chainGiven),
  vmCertified.becomes(1),
  vmTree.becomes(value('tree')),
  vmCode.becomes(codeOfBoot),
  bearerCode(theVm).becomes(codeOfBoot),
  vmRegime.becomes(regime),
  vmDisk.becomes(value('disk')),
  vmInstance.becomes(value('instance')),
  stage.becomes(to),
];

/** With instance images: the salt is that of the instance id, or the recorded one where there is no other regime. */
const withRecord = (regime: Num, { saltSource, guestLoader }: Axes): Pick<Rule, 'guards' | 'effects'> => {
  const byId = saltSource === 'instance id';
  const byRecord = (fact: Bool): Bool => (byId ? inRegime(regime, 'RECORD', fact) : fact);
  const nothingRecorded = record('disk').is('FREE');
  const isFirstBoot = byId ? both(isRegime(regime, 'RECORD'), nothingRecorded) : nothingRecorded;
  const newSalt: Num = byId ? value('instance') : freshSalt;
  const salt: Num = byId ? value('instance') : recordSalt('disk').value;
  const isLater = not(isFirstBoot);
  return {
    guards: [
      ...(byId ? [must('INSTANCE-ID', hasInstance, fdt, noSubject), ...regimeChecks(regime)] : []),
      ...recordChecks(byRecord),
      ...(byId ? [] : [must('SALT-RANDOM', either(isLater, hasRandomness), internal, noSubject)]),
      must('BOOT-POWERED', either(isLater, equals('writes', pvmfwWrites.all)), 'POWER_LOST', {
        waiver: 'no stage goes on without power',
      }),
    ],
    effects: [
      vmNew.becomes(truth(isFirstBoot)),
      when(isFirstBoot, writeRecord(newSalt)),
      ...jump(regime, salt, guestLoader ? 'LOADER' : 'KERNEL'),
    ],
  };
};

/** Without instance images: what is neither deferred nor fixed gets a new salt each time. */
const withoutRecord = (regime: Num): Pick<Rule, 'guards' | 'effects'> => {
  const isEphemeral = isRegime(regime, 'EPHEMERAL');
  const salt = choose(isEphemeral, freshSalt, 'instance');
  return {
    guards: [
      must('INSTANCE-ID', either(isEphemeral, hasInstance), fdt, noSubject),
      ...regimeChecks(regime),
      must('SALT-RANDOM', either(not(isEphemeral), hasRandomness), internal, noSubject),
    ],
    effects: [vmNew.becomes(1), ...jump(regime, salt, 'KERNEL')],
  };
};

export function pvmfwBoot(axes: Axes): Rule {
  const regime = regimeOfBoot(axes);
  const { guards, effects } = axes.regime === 'RECORD' ? withRecord(regime, axes) : withoutRecord(regime);
  const isOff = must('BOOT-OFF', comesAfter('OFF'), 'NOT_READY', noSubject);
  const before = axes.treeFirst
    ? [...configuration, ...deviceTree, ...places, ...handover, ...verifiedBoot]
    : [...configuration, ...handover, ...places, ...verifiedBoot, ...deviceTree];
  return { call: 'pvmfw_boot', actor: 'pvmfw', parameters: supplied, guards: [isOff, ...before, ...guards], effects };
}
