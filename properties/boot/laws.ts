/** Boot and guest: what runs was verified, by whatever stage, and no secret goes with anything else. */
import { isDebug, kernelIn, noBoot, ramdiskIn } from '../../spec/boot/config.ts';
import type { BootConfig, KernelShape, RamdiskShape } from '../../spec/boot/config.ts';
import { parents } from '../../spec/boot/secrets.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { none } from '../../spec/config.ts';
import { leftovers, regions, stages } from '../../spec/fields.ts';
import type { FieldName } from '../../spec/fields.ts';
import {
  before,
  both,
  callIsDone,
  cell,
  compare,
  compute,
  either,
  equals,
  not,
  stays,
} from '../../spec/language/build.ts';
import type { AlwaysInCode, Each, EachInCode, Permitted, Property, Sometimes } from '../property.ts';
import { isDone } from '../property.ts';
import type { View } from '../view.ts';

export const field = (view: View, name: FieldName, index = 0): number => view.at(view.layout.base[name] + index);
export const bootOf = (view: View): BootConfig => view.config.boot ?? noBoot;
const stage = (name: (typeof stages)[number]): number => stages.indexOf(name);
/** The VM has come at least that far. */
export const hasReached = (view: View, name: (typeof stages)[number]): boolean => field(view, 'stage') >= stage(name);

const hasLeftPvmfw = (view: View): boolean => hasReached(view, 'LOADER');

/** Kernel and ramdisk belong together and are what a trusted signer made: the definition, apart from all checks. */
function isGenuine(boot: BootConfig, kernel: KernelShape | undefined, ramdisk: RamdiskShape | undefined): boolean {
  if (kernel === undefined || kernel.flaw !== undefined || boot.trusted[kernel.key] !== true) return false;
  if (ramdisk === undefined) return kernel.normal === none && kernel.debug === none;
  return !ramdisk.misplaced && [kernel.normal, kernel.debug].includes(ramdisk.digest);
}

const onlyGenuineImagesStart: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-VERIFIED',
  statement: 'what pvmfw has jumped to is a kernel of a trusted signer, with the ramdisk that belongs to it',
  loss: 'unverified code runs',
  over: 'machine',
  when: (view) => field(view, 'vmCode') !== none,
  holds: (view) => {
    const boot = bootOf(view);
    const code = field(view, 'vmCode');
    return code === none || isGenuine(boot, kernelIn(boot, code), ramdiskIn(boot, code));
  },
};

const whatIsVerifiedRuns: EachInCode = {
  kind: 'each',
  because: 'what boots',
  clause: 'BOOT-SAME-BYTES',
  statement: 'pvmfw jumps to the kernel and the ramdisk that it was given to verify',
  loss: 'other bytes run than were verified',
  over: 'call',
  on: ['pvmfw_boot'],
  when: isDone,
  holds: (step) => {
    if (!step.isDone) return true;
    const boot = bootOf(step.now);
    const code = field(step.now, 'vmCode');
    return (
      kernelIn(boot, code) === boot.kernels[step.arg('kernel')] &&
      ramdiskIn(boot, code) === boot.ramdisks[step.arg('ramdisk')]
    );
  },
};

const hasReachedLoader = compare(cell('stage').value, '≥', stage('LOADER'));

const refusedBootsLeaveNothing: Each = {
  kind: 'each',
  clause: 'BOOT-REFUSED',
  statement: 'a boot that pvmfw refuses leaves no VM and no secret',
  loss: 'a refused boot leaves something',
  over: 'call',
  on: ['pvmfw_boot'],
  when: not(callIsDone),
  holds: either(callIsDone, before(hasReachedLoader), both(not(hasReachedLoader), cell('secret', 0).is(none))),
};

const current = cell('stage');

const stagesFollow: Each = {
  kind: 'each',
  clause: 'GUEST-STAGE-ORDER',
  statement: 'the VM goes on by one stage at a time, or ends',
  loss: 'a stage is skipped',
  over: 'machine',
  when: not(stays(current.value)),
  holds: either(
    stays(current.value),
    equals(current.value, compute(before(current.value), '+', 1)),
    both(before(current.is('OFF')), current.isOneOf('LOADER', 'KERNEL')),
    current.is('OFF'),
  ),
};

const secretsAreTheDevices: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-SECRETS-GIVEN',
  statement: 'a VM has secrets derived from those that the bootloader handed over',
  loss: 'secrets are derived from foreign bytes',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) => !hasReached(view, 'LOADER') || field(view, 'vmParent') !== parents.indexOf('FOREIGN'),
};

const chainsGoOn: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-CHAINED',
  statement: 'a VM has a chain that goes on from that of the device',
  loss: 'the chain starts anew',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) => !hasReached(view, 'LOADER') || field(view, 'vmChained') === 1,
};

/** Secrets of the stage that runs, where that stage expects them. */
const holdsItsOwn = (left: string | undefined, region: string): boolean =>
  (left === 'NEXT' && region === 'handover') || (left === 'DERIVED' && region === 'payload');

const nothingIsLeft: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-WIPE',
  statement: 'the memory of a VM that pvmfw has left holds secrets only where the next stage has its own',
  loss: 'secrets stay in memory',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) =>
    !hasReached(view, 'LOADER') ||
    regions.every((region, number) => {
      const left = leftovers[field(view, 'left', number)];
      return left === 'NOTHING' || holdsItsOwn(left, region);
    }),
};

/** From when on no secret of this kind may be in memory: those of pvmfw, then those of the manager. */
const goneBy = { GIVEN: 'LOADER', NEXT: 'SECRET' } as const;

const stagesDestroyTheirSecrets: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'DICE-DESTROYED',
  statement:
    'once the guest runs, memory holds no secret that pvmfw was given, and once the payload has its own, none of the manager',
  loss: 'a stage meets the secrets of the one before',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) =>
    regions.every((_, number) => {
      const left = leftovers[field(view, 'left', number)];
      return left === undefined || !(left in goneBy) || !hasReached(view, goneBy[left as keyof typeof goneBy]);
    }),
};

const stagesAreCertified: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'ATTEST-BOOT-CHAIN',
  statement:
    'the chain of a VM has a certificate for each stage since pvmfw: loader, kernel, vendor partition and payload, as far as they have come',
  loss: 'a stage runs of which no certificate speaks',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) => {
    const system = bootOf(view).systems[field(view, 'vmSystem')];
    const stages = [
      hasReached(view, 'LOADER'),
      field(view, 'vmLoaded') !== none,
      system !== undefined && system.vendor !== none,
      hasReached(view, 'SECRET'),
    ];
    return field(view, 'vmCertified') === stages.filter(Boolean).length;
  },
};

const treesAreConfined: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-TREE-CONFINED',
  statement: 'the device tree of a VM names its own memory, and devices outside of it',
  loss: 'a guest is told of memory that is not its own',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) => bootOf(view).trees[field(view, 'vmTree')]?.confined !== false,
};

const treesAreFixed: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-TREE-FIXED',
  statement: 'what the bootloader has fixed has its value in the device tree of a VM',
  loss: 'the host chooses a fixed property',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) => bootOf(view).trees[field(view, 'vmTree')]?.fixed !== false,
};

const loadersVerify: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'LOADER-VERIFIED',
  statement: 'what the guest loader has started is genuine',
  loss: 'unverified code runs',
  over: 'machine',
  needs: 'loader_boot',
  when: (view) => field(view, 'vmLoaded') !== none,
  holds: (view) => bootOf(view).loaded[field(view, 'vmLoaded')]?.genuine !== false,
};

const systemsBelong: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'GUEST-VERIFIED',
  statement:
    'the system that runs is the one to which the ramdisk is pinned, with the vendor partition that is expected',
  loss: 'an unverified system runs',
  over: 'machine',
  when: (view) => field(view, 'vmSystem') !== none,
  holds: (view) => {
    const boot = bootOf(view);
    const system = boot.systems[field(view, 'vmSystem')];
    if (system === undefined) return true;
    const vendor = boot.trees[field(view, 'vmTree')]?.vendor;
    return (
      system.rooted && system.vbmeta === ramdiskIn(boot, field(view, 'vmCode'))?.vbmeta && system.vendor === vendor
    );
  },
};

const payloadsAreSigned: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'GUEST-VERIFIED',
  statement: 'every APK and APEX of a payload is as it was signed, and there are as many as there should be',
  loss: 'an unverified payload runs',
  over: 'machine',
  when: (view) => hasReached(view, 'VERIFIED'),
  holds: (view) => {
    const boot = bootOf(view);
    if (!hasReached(view, 'VERIFIED')) return true;
    return (
      boot.apks[field(view, 'bearerApk')]?.flaw === undefined &&
      boot.extras[field(view, 'vmExtra')]?.flaw === undefined &&
      boot.apexes[field(view, 'bearerApex')]?.flaw === undefined
    );
  },
};

const whatIsMeasuredRuns: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'GUEST-MEASURED',
  statement: 'the APEXes that are mounted are those that were measured',
  loss: 'other code runs than was measured',
  over: 'machine',
  when: (view) => hasReached(view, 'RUNNING'),
  holds: (view) => !hasReached(view, 'RUNNING') || field(view, 'vmMounted') === field(view, 'bearerApex'),
};

const nothingIsParsedEarly: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'GUEST-UNTRUSTED-LATE',
  statement: 'APEXes are mounted only once the secrets of the payload have been derived',
  loss: 'code of the host meets the secrets',
  over: 'machine',
  when: (view) => field(view, 'vmMounted') !== none,
  holds: (view) => field(view, 'vmMounted') === none || field(view, 'payloadKey') !== none,
};

const appsBringNoKernel: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-APP-KERNEL',
  statement: 'the kernel of a VM is signed with a trusted key, whoever has supplied it',
  loss: 'unverified code runs',
  over: 'machine',
  when: (view) => field(view, 'vmCode') !== none,
  holds: (view) => {
    const kernel = kernelIn(bootOf(view), field(view, 'vmCode'));
    return kernel === undefined || bootOf(view).trusted[kernel.key] === true;
  },
};

const nothingStaysShared: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-UNSHARED',
  statement: 'a VM that pvmfw has left shares no page',
  loss: 'a page stays shared',
  over: 'machine',
  when: hasLeftPvmfw,
  holds: (view) => field(view, 'vmShared') === 0,
};

const argumentsAreCut: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-TREE-ARGUMENTS',
  statement: 'boot arguments of the host reach a guest in debug mode at most',
  loss: 'the host sets boot arguments',
  over: 'machine',
  when: (view) => field(view, 'vmArgued') !== 0,
  holds: (view) => {
    const code = field(view, 'vmCode');
    const debug = isDebug(kernelIn(bootOf(view), code), ramdiskIn(bootOf(view), code));
    return field(view, 'vmArgued') === 0 || debug;
  },
};

const policyNeedsDebugDevice: AlwaysInCode = {
  kind: 'always',
  because: 'what boots',
  clause: 'BOOT-DEBUG-POLICY',
  statement: 'the debug policy is applied on a device in debug mode at most',
  loss: 'a locked device is debugged',
  over: 'machine',
  when: (view) => field(view, 'vmPolicy') !== 0,
  holds: (view) => field(view, 'vmPolicy') === 0 || field(view, 'vmParent') === parents.indexOf('DEBUG'),
};

const aPayloadRuns: Sometimes = {
  kind: 'sometimes',
  clause: 'GUEST-VERIFIED',
  statement: 'a payload runs',
  seen: (step) => step.call === 'payload_run' && step.isDone,
};

const aDebugGuestRuns: Sometimes = {
  kind: 'sometimes',
  clause: 'AVB-RAMDISK',
  statement: 'the ramdisk for debugging is started',
  seen: (step) => step.call === 'pvmfw_boot' && step.isDone && step.arg('ramdisk') === 1,
};

const anOlderImageBoots: Permitted = {
  kind: 'permitted',
  clause: 'AVB-OLDER',
  statement: 'an image boots that is older than another of the same signer',
  seen: (step) => {
    if (step.call !== 'pvmfw_boot' || !step.isDone) return false;
    const { kernels } = bootOf(step.now);
    const kernel = kernels[step.arg('kernel')];
    return kernels.some((one) => one.key === kernel?.key && one.securityVersion > kernel.securityVersion);
  },
};

const anyonesPayloadRuns: Permitted = {
  kind: 'permitted',
  clause: 'BOOT-PAYLOAD-ANYONE',
  statement: 'payloads of two signers run',
  seen: (step) =>
    step.call === 'payload_run' && step.isDone && bootOf(step.now).apks[field(step.now, 'bearerApk')]?.key === 1,
};

const hasBoot = (system: TransitionSystem): boolean => system.rules.has('pvmfw_boot');
/** Witnesses that need more than one kind of a piece are asked for only where the scope has them. */
const manySigners = (system: TransitionSystem): boolean =>
  (system.config.boot?.apks ?? []).some((apk) => apk.key === 1 && apk.flaw === undefined);

export const boot = (system: TransitionSystem): readonly Property[] =>
  !hasBoot(system)
    ? []
    : [
        onlyGenuineImagesStart,
        whatIsVerifiedRuns,
        refusedBootsLeaveNothing,
        stagesFollow,
        secretsAreTheDevices,
        chainsGoOn,
        nothingIsLeft,
        stagesDestroyTheirSecrets,
        stagesAreCertified,
        treesAreConfined,
        treesAreFixed,
        loadersVerify,
        systemsBelong,
        payloadsAreSigned,
        whatIsMeasuredRuns,
        nothingIsParsedEarly,
        appsBringNoKernel,
        nothingStaysShared,
        argumentsAreCut,
        policyNeedsDebugDevice,
        aPayloadRuns,
        aDebugGuestRuns,
        anOlderImageBoots,
        ...(manySigners(system) ? [anyonesPayloadRuns] : []),
      ];
