/** Words about what is booted: the pieces of the configuration, and what the VM that boots has taken of them. */
import { codeOf, digestOf, isDebug, kernelIn, noBoot, ramdiskIn } from '../boot/config.ts';
import type { BootConfig, HandoffFlaw, HandoffShape, KernelFlaw, KernelShape, RamdiskShape } from '../boot/config.ts';
import type { TreeFlaw } from '../boot/config.ts';
import { modes, regimes, secretNumber } from '../boot/secrets.ts';
import { none } from '../config.ts';
import { stages } from '../state.ts';
import type { FieldName, ValueOf } from '../state.ts';
import { cell, configFact, configNumber, ofPart, value } from '../term.ts';
import type { Cell, Condition, Ref, Value } from '../term.ts';
import type { Config } from '../config.ts';

export const bootOf = (config: Config): BootConfig => config.boot ?? noBoot;

/** A fact, or a number, that follows from several others in this configuration. */
export const ofBoot = ofPart(bootOf);

/** The configuration, or the handover in it, does not have this flaw. */
export const handoffLacks = (flaw: HandoffFlaw, words: string): Condition<'handoff'> =>
  configFact(words, 'handoff', (config, number) => bootOf(config).handoffs[number]?.flaw !== flaw);
const handoffNumber = (words: string, read: (handoff: HandoffShape) => number): Value<'handoff'> =>
  ofBoot(words, ['handoff'], (boot, number) => {
    const handoff = boot.handoffs[number];
    return handoff === undefined ? none : read(handoff);
  });
const [normalDevice, debugDevice, foreign] = [0, 1, 2];
export const parentGiven = handoffNumber('the secrets that are read', ({ given, debug }) =>
  given ? (debug ? debugDevice : normalDevice) : foreign,
);
export const chainGiven = handoffNumber('whether there is a chain', ({ chained }) => (chained ? 1 : 0));

/** The debug policy counts only where the chain says that the device is in debug mode. */
export const policyApplied = handoffNumber('the debug policy, on a debug device', ({ policy, debug }) =>
  policy && debug ? 1 : 0,
);

export const treeLacks = (flaw: TreeFlaw, words: string): Condition<'tree'> =>
  configFact(words, 'tree', (config, number) => bootOf(config).trees[number]?.flaw !== flaw);

const kernelFact = (words: string, test: (kernel: KernelShape, boot: BootConfig) => boolean): Condition<'kernel'> =>
  ofBoot(`kernel ${words}`, ['kernel'], (boot, number) => {
    const kernel = boot.kernels[number];
    return kernel !== undefined && test(kernel, boot);
  });
export const kernelLacks = (flaw: KernelFlaw, words: string): Condition<'kernel'> =>
  kernelFact(words, (kernel) => kernel.flaw !== flaw);
export const isSignedWithTrustedKey = kernelFact(
  'is signed with a trusted key',
  (kernel, boot) => boot.trusted[kernel.key] === true,
);
const ramdiskFact = (
  words: string,
  test: (kernel: KernelShape, ramdisk: RamdiskShape | undefined) => boolean,
): Condition<'kernel' | 'ramdisk'> =>
  ofBoot<boolean, 'kernel' | 'ramdisk'>(words, ['kernel', 'ramdisk'], (boot, number, ramdisk) => {
    const kernel = boot.kernels[number];
    return kernel !== undefined && test(kernel, boot.ramdisks[ramdisk]);
  });
export const isRamdiskListed = ramdiskFact(
  'there is a ramdisk exactly if the kernel lists one',
  (kernel, ramdisk) => (ramdisk === undefined) === (kernel.normal === none && kernel.debug === none),
);
export const isRamdiskVerified = ramdiskFact(
  'the ramdisk has a digest that the kernel lists',
  (kernel, ramdisk) => ramdisk === undefined || kernel.normal === ramdisk.digest || kernel.debug === ramdisk.digest,
);
export const isRamdiskPlaced: Condition<'ramdisk'> = configFact(
  'lies in memory and apart from the kernel',
  'ramdisk',
  (config, number) => number === none || bootOf(config).ramdisks[number]?.misplaced === false,
);

const kernelNumber = (words: string, read: (kernel: KernelShape) => number): Value<'kernel'> =>
  ofBoot(words, ['kernel'], (boot, number) => {
    const kernel = boot.kernels[number];
    return kernel === undefined ? none : read(kernel);
  });
export const keyOfKernel = kernelNumber("the kernel's key", (kernel) => kernel.key);
export const securityVersion = kernelNumber("the kernel's security version", (kernel) => kernel.securityVersion);
export const serviceVersion = configNumber('the version that pvmfw knows', (config) => bootOf(config).serviceVersion);
const ofImage = (words: string, read: (boot: BootConfig, kernel: number, ramdisk: number) => number) =>
  ofBoot<number, 'kernel' | 'ramdisk'>(words, ['kernel', 'ramdisk'], (boot, kernel, ramdisk) =>
    read(boot, kernel, ramdisk),
  );
export const modeOfBoot = ofImage('the mode', (boot, kernel, ramdisk) =>
  modes.indexOf(isDebug(boot.kernels[kernel], boot.ramdisks[ramdisk]) ? 'DEBUG' : 'NORMAL'),
);
export const codeOfBoot = ofImage('kernel and ramdisk', codeOf);
export const digestOfBoot = ofImage('their digests', (boot, kernel, ramdisk) =>
  digestOf(boot, codeOf(boot, kernel, ramdisk)),
);

/** The host's boot arguments, which only a guest in debug mode gets to see. */
export const argumentsKept = ofBoot<number, 'tree' | 'kernel' | 'ramdisk'>(
  'the boot arguments, in debug mode',
  ['tree', 'kernel', 'ramdisk'],
  (boot, tree = none, kernel = none, ramdisk = none) =>
    boot.trees[tree]?.argued === true && isDebug(boot.kernels[kernel], boot.ramdisks[ramdisk]) ? 1 : 0,
);

const regime = (name: (typeof regimes)[number]): number => regimes.indexOf(name);
/** The rollback regime: the signed image allows what the host asks for, and there is one for all the rest. */
export const regimeOfBoot = (axes: {
  readonly regime: 'RECORD' | 'EPHEMERAL';
  readonly saltSource: 'random' | 'instance id';
}): Value<'kernel' | 'deferred'> =>
  ofBoot<number, 'kernel' | 'deferred'>('the regime', ['kernel', 'deferred'], (boot, number, deferred) => {
    const capability = boot.kernels[number]?.capability;
    if (axes.saltSource === 'random') return regime('RECORD');
    if (deferred === 1 && capability === 'SECRETKEEPER') return regime('DEFERRED');
    return regime(capability === 'SERVICE' ? 'FIXED' : axes.regime);
  });

/** The number of a sealing secret, out of what it is derived from. */
export const sealingSecret = <P extends string = never>(of: {
  parent: Ref<P>;
  key: Ref<P>;
  mode: Ref<P>;
  regime: Ref<P>;
  salt: Ref<P>;
}): Value<P> =>
  ofBoot<number, P>('the sealing secret', [of.parent, of.key, of.mode, of.regime, of.salt], (boot, ...parts) => {
    const [parent = 0, key = 0, mode = 0, chosen = 0, salt = 0] = parts;
    return secretNumber(boot, { parent, key, mode, regime: chosen, salt });
  });

const ofVm = <F extends FieldName>(field: F, words: string): Cell<F, never> => cell(field, words);
export const stage = ofVm('stage', 'the stage');
export const vmParent = ofVm('vmParent', 'the secrets that pvmfw derived from');
export const vmChained = ofVm('vmChained', 'whether the chain goes on');
export const vmCertified = ofVm('vmCertified', 'the number of certificates since pvmfw');
export const vmTree = ofVm('vmTree', 'the device tree');
export const vmCode = ofVm('vmCode', 'kernel and ramdisk that run');
export const vmRegime = ofVm('vmRegime', 'the regime');
export const vmDisk = ofVm('vmDisk', 'the instance image');
export const vmInstance = ofVm('vmInstance', 'the instance id');
export const vmNew = ofVm('vmNew', 'whether it is the first boot');
export const vmArgued = ofVm('vmArgued', 'whether boot arguments of the host went through');
export const vmPolicy = ofVm('vmPolicy', 'whether the debug policy is applied');
export const vmShared = ofVm('vmShared', 'whether pages are shared');
export const vmLoaded = ofVm('vmLoaded', 'what the guest loader started');
export const vmSystem = ofVm('vmSystem', 'the system');
export const vmExtra = ofVm('vmExtra', 'the further APKs');
export const vmMounted = ofVm('vmMounted', 'the APEXes that are mounted');

export const comesAfter = (name: ValueOf<'stage'>): Condition<never> => ({
  ...stage.is(name),
  words: `the VM is at ${name}`,
});
export const runsAtAll: Condition<never> = { ...stage.isNot('OFF'), words: 'the VM is on' };
/** The guest itself runs, whatever it has done so far. */
export const guestRuns: Condition<never> = {
  ...stage.isOneOf(...stages.slice(stages.indexOf('LOADER'))),
  words: 'the guest runs',
};

/** What the system and the boot configuration of what runs have to agree in. */
export const systemMatches: Condition<'system'> = ofBoot<boolean, 'system'>(
  "the description of the system has the digest in the ramdisk's boot configuration",
  ['system', vmCode.value],
  (boot, system, code) => boot.systems[system]?.vbmeta === ramdiskIn(boot, code)?.vbmeta,
);
/** The vendor partition is a stage of its own, where there is one. */
export const hasVendor: Condition<'system'> = ofBoot(
  'there is a vendor partition',
  ['system'],
  (boot, system) => boot.systems[system]?.vendor !== none,
);
export const systemIsRooted: Condition<'system'> = ofBoot(
  'the system has the root digest in its description',
  ['system'],
  (boot, system) => boot.systems[system]?.rooted === true,
);
export const vendorMatches: Condition<'system'> = ofBoot<boolean, 'system'>(
  'the vendor partition has the digest that pvmfw passed on',
  ['system', vmTree.value],
  (boot, system, tree) => boot.systems[system]?.vendor === boot.trees[tree]?.vendor,
);

/** What is verified of the payload. */
export const apkLacks = (flaw: 'signature' | 'content', words: string): Condition<'apk'> =>
  configFact(words, 'apk', (config, number) => bootOf(config).apks[number]?.flaw !== flaw);
export const extraLacks = (flaw: 'signature' | 'count', words: string): Condition<'extra'> =>
  configFact(words, 'extra', (config, number) => bootOf(config).extras[number]?.flaw !== flaw);
export const apexIsVerified: Condition<'apex'> = configFact(
  'is signed and read as signed',
  'apex',
  (config, number) => bootOf(config).apexes[number]?.flaw === undefined,
);
export const loadedIsVerified: Condition<'loaded'> = configFact(
  'is signed with a key that the guest loader trusts',
  'loaded',
  (config, number) => bootOf(config).loaded[number]?.genuine === true,
);
export const keyOfApk = <P extends string = never>(apk: Ref<P>): Value<P> =>
  ofBoot("the APK's key", [apk], (boot, number) => boot.apks[number]?.key ?? none);
export const versionOfApk = <P extends string = never>(apk: Ref<P>): Value<P> =>
  ofBoot("the APK's version", [apk], (boot, number) => boot.apks[number]?.version ?? none);
export const versionOfCode = <P extends string = never>(code: Ref<P>): Value<P> =>
  ofBoot("the kernel's security version", [code], (boot, number) => kernelIn(boot, number)?.securityVersion ?? none);

/** What lies in a part of the VM's memory where a stage has had secrets. */
export const left = <P extends string = never>(region: Ref<P>): Cell<'left', P> =>
  cell('left', `what is left in region ${value(region).words}`, region);
