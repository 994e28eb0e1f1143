/** Words about what is booted: the pieces of the configuration, and what the VM that boots has taken of them. */
import type { HandoffFlaw, KernelFlaw, TreeFlaw } from '../boot/config.ts';
import { regimes } from '../boot/secrets.ts';
import { none } from '../config.ts';
import { stages } from '../fields.ts';
import type { ValueOf } from '../fields.ts';
import {
  attribute,
  both,
  cell,
  choose,
  compare,
  compute,
  condition,
  either,
  equals,
  number,
  quantity,
  truth,
  value,
} from '../language/build.ts';
import type { Cell, Ref } from '../language/build.ts';
import type { Bool, Num } from '../language/term.ts';

/** The configuration, or the handover in it, does not have this flaw. */
export const handoffLacks = (flaw: HandoffFlaw, phrase: string): Bool =>
  condition(['handoff'], `{handoff} ${phrase}`, (handoff) => attribute('handoffFlaw', handoff).isNot(flaw))('handoff');
const [normalDevice, debugDevice, foreign] = [0, 1, 2];
export const parentGiven = number(['handoff'], 'the secrets that are read from {handoff}', (handoff) => {
  const byMode = choose(attribute('handoffDebug', handoff).is(1), debugDevice, normalDevice);
  return choose(attribute('handoffGiven', handoff).is(1), byMode, foreign);
})('handoff');
export const chainGiven = attribute('handoffChained', 'handoff').value;
/** The debug policy counts only where the chain says that the device is in debug mode. */
export const policyApplied = truth(
  both(attribute('handoffPolicy', 'handoff').is(1), attribute('handoffDebug', 'handoff').is(1)),
);

export const treeLacks = (flaw: TreeFlaw, phrase: string): Bool =>
  condition(['tree'], `{tree} ${phrase}`, (tree) => attribute('treeFlaw', tree).isNot(flaw))('tree');
export const kernelLacks = (flaw: KernelFlaw, phrase: string): Bool =>
  condition(['kernel'], `{kernel} ${phrase}`, (kernel) => attribute('kernelFlaw', kernel).isNot(flaw))('kernel');

export const keyOfKernel = attribute('kernelKey', 'kernel').value;
export const isSignedWithTrustedKey = condition(['kernel'], '{kernel} [is] signed with a trusted key', (kernel) =>
  attribute('isTrusted', attribute('kernelKey', kernel).value).is(1),
)('kernel');

const normalDigest = (kernel: Ref) => attribute('kernelNormal', kernel);
const debugDigest = (kernel: Ref) => attribute('kernelDebug', kernel);
const digestOfRamdisk = (ramdisk: Ref): Num => attribute('ramdiskDigest', ramdisk).value;
export const isRamdiskListed = condition(
  ['kernel', 'ramdisk'],
  'there [is] a ramdisk ({ramdisk}) exactly if {kernel} lists one',
  (kernel, ramdisk) => {
    const listsNone = both(normalDigest(kernel).is(none), debugDigest(kernel).is(none));
    return equals(truth(equals(ramdisk, none)), truth(listsNone));
  },
)('kernel', 'ramdisk');
export const isRamdiskVerified = condition(
  ['kernel', 'ramdisk'],
  '{ramdisk} [has] a digest that {kernel} lists',
  (kernel, ramdisk) =>
    either(
      equals(ramdisk, none),
      normalDigest(kernel).is(digestOfRamdisk(ramdisk)),
      debugDigest(kernel).is(digestOfRamdisk(ramdisk)),
    ),
)('kernel', 'ramdisk');
export const isRamdiskPlaced = condition(
  ['ramdisk'],
  '{ramdisk} [lies] in memory and apart from the kernel',
  (ramdisk) => either(equals(ramdisk, none), attribute('ramdiskMisplaced', ramdisk).is(0)),
)('ramdisk');

export const securityVersion = attribute('kernelVersion', 'kernel').value;
export const serviceVersion = quantity('serviceVersion');

/** What pvmfw starts is in debug mode if the ramdisk is the one for debugging. */
const isDebug = condition(['kernel', 'ramdisk'], '{kernel} with {ramdisk} [is] for debugging', (kernel, ramdisk) =>
  both(
    compare(ramdisk, '≠', none),
    normalDigest(kernel).isNot(digestOfRamdisk(ramdisk)),
    debugDigest(kernel).is(digestOfRamdisk(ramdisk)),
  ),
);
export const modeOfBoot = truth(isDebug('kernel', 'ramdisk'));
/** Kernel and ramdisk, and their digests, as one number. */
export const imageOf = (kernel: Ref, ramdisk: Ref): Num =>
  compute(compute(compute(kernel, '*', compute(quantity('ramdisks'), '+', 1)), '+', ramdisk), '+', 1);
export const codeOfBoot = number(['kernel', 'ramdisk'], '{kernel} with {ramdisk}', imageOf)('kernel', 'ramdisk');
export const digestOfBoot = number(['kernel', 'ramdisk'], 'the digests of {kernel} and {ramdisk}', (kernel, ramdisk) =>
  imageOf(attribute('kernelDigest', kernel).value, digestOfRamdisk(ramdisk)),
)('kernel', 'ramdisk');
const imageParts = compute(quantity('ramdisks'), '+', 1);
const kernelOf = number(['code'], 'the kernel in {code}', (code) => compute(code, 'div', imageParts));
const ramdiskOf = number(['code'], 'the ramdisk in {code}', (code) =>
  compute(compute(code, 'mod', imageParts), '-', 1),
);

/** The host's boot arguments, which only a guest in debug mode gets to see. */
export const argumentsKept = truth(both(attribute('treeArgued', 'tree').is(1), isDebug('kernel', 'ramdisk')));

const regime = (name: (typeof regimes)[number]): Num => value(regimes.indexOf(name));
interface RegimeAxes {
  readonly regime: 'RECORD' | 'EPHEMERAL';
  readonly saltSource: 'random' | 'instance id';
}
/** The rollback regime: the signed image allows what the host asks for, and there is one for all the rest. */
export const regimeOfBoot = (axes: RegimeAxes): Num => {
  if (axes.saltSource === 'random') return number([], 'the regime', () => regime('RECORD'))();
  const words = `the regime of {kernel} with {deferred}, or else ${axes.regime}`;
  return number(['kernel', 'deferred'], words, (kernel, deferred) => {
    const capability = attribute('kernelCapability', kernel);
    const isDeferred = both(equals(deferred, 1), capability.is('SECRETKEEPER'));
    const others = choose(capability.is('SERVICE'), regime('FIXED'), regime(axes.regime));
    return choose(isDeferred, regime('DEFERRED'), others);
  })('kernel', 'deferred');
};
const inRegimes = new Map(
  regimes.map((name) => [name, condition(['regime'], `{regime} [is] ${name}`, (one) => equals(one, regime(name)))]),
);
export const isRegime = (one: Num, name: ValueOf<'vmRegime'>): Bool => {
  const is = inRegimes.get(name);
  if (is === undefined) throw new Error(`unreachable: no regime ${name}`);
  return is(one);
};

/** The number of a sealing secret, out of what it is derived from: no two are derived alike. */
export const sealingSecret = number(
  ['parent', 'key', 'mode', 'regime', 'salt'],
  'the sealing secret of {parent}, {key}, {mode}, {regime} and {salt}',
  (parent, key, mode, one, salt) => {
    const ofKey = compute(compute(parent, '*', quantity('imageKeys')), '+', key);
    const ofMode = compute(compute(ofKey, '*', 2), '+', mode);
    const ofRegime = compute(compute(ofMode, '*', regimes.length), '+', one);
    return compute(compute(ofRegime, '*', quantity('salts')), '+', salt);
  },
);
export const saltOf = (secret: Ref): Num => compute(secret, 'mod', quantity('salts'));
export const parentIn = (secret: Ref): Num => {
  const upToRegime = compute(secret, 'div', quantity('salts'));
  const upToKey = compute(compute(upToRegime, 'div', regimes.length), 'div', 2);
  return compute(upToKey, 'div', quantity('imageKeys'));
};

export const stage = cell('stage');
export const vmParent = cell('vmParent');
export const vmChained = cell('vmChained');
export const vmCertified = cell('vmCertified');
export const vmTree = cell('vmTree');
export const vmCode = cell('vmCode');
export const vmRegime = cell('vmRegime');
export const vmDisk = cell('vmDisk');
export const vmInstance = cell('vmInstance');
export const vmNew = cell('vmNew');
export const vmArgued = cell('vmArgued');
export const vmPolicy = cell('vmPolicy');
export const vmShared = cell('vmShared');
export const vmLoaded = cell('vmLoaded');
export const vmSystem = cell('vmSystem');
export const vmExtra = cell('vmExtra');
export const vmMounted = cell('vmMounted');

export const comesAfter = (name: ValueOf<'stage'>): Bool => stage.is(name);
export const runsAtAll = condition([], 'the VM [is] on', () => stage.isNot('OFF'))();
/** The guest itself runs, whatever it has done so far. */
export const guestRuns = condition([], 'the guest [is] running', () =>
  stage.isOneOf(...stages.slice(stages.indexOf('LOADER'))),
)();

/** What the system and the boot configuration of what runs have to agree in. */
export const systemMatches = condition(
  ['system', 'code'],
  'the description of {system} [has] the digest in the boot configuration of {code}',
  (system, code) => attribute('systemVbmeta', system).is(attribute('ramdiskVbmeta', ramdiskOf(code)).value),
)('system', vmCode.value);
/** The vendor partition is a stage of its own, where there is one. */
export const hasVendor = condition(['system'], '{system} [has] a vendor partition', (system) =>
  attribute('systemVendor', system).isNot(none),
)('system');
export const systemIsRooted = condition(['system'], '{system} [has] the root digest in its description', (system) =>
  attribute('systemRooted', system).is(1),
)('system');
export const vendorMatches = condition(
  ['system', 'tree'],
  'the vendor partition of {system} [has] the digest that pvmfw passed on in {tree}',
  (system, tree) => attribute('systemVendor', system).is(attribute('treeVendor', tree).value),
)('system', vmTree.value);

/** What is verified of the payload. */
export const apkLacks = (flaw: 'signature' | 'content', phrase: string): Bool =>
  condition(['apk'], `{apk} ${phrase}`, (apk) => attribute('apkFlaw', apk).isNot(flaw))('apk');
export const extraLacks = (flaw: 'signature' | 'count', phrase: string): Bool =>
  condition(['extra'], `{extra} ${phrase}`, (extra) => attribute('extraFlaw', extra).isNot(flaw))('extra');
export const apexIsVerified = condition(['apex'], '{apex} [is] signed and read as signed', (apex) =>
  attribute('apexFlaw', apex).is('none'),
)('apex');
export const loadedIsVerified = condition(
  ['loaded'],
  '{loaded} [is] signed with a key that the guest loader trusts',
  (loaded) => attribute('loadedGenuine', loaded).is(1),
)('loaded');
export const keyOfApk = (apk: Ref): Num => attribute('apkKey', apk).value;
export const versionOfApk = (apk: Ref): Num => attribute('apkVersion', apk).value;
export const versionOfCode = (code: Ref): Num => attribute('kernelVersion', kernelOf(code)).value;

/** What lies in a part of the VM's memory where a stage has had secrets. */
export const left = (region: Ref): Cell<'left'> => cell('left', region);
