/** What a configuration says of the pieces that boot, as numbers; facts that follow from several pieces are terms. */
import type { Attribute, Quantity } from '../given.ts';
import { capabilities, flaws, noBoot } from './config.ts';
import type { BootConfig } from './config.ts';
import { secretsOf } from './secrets.ts';
import type { Config } from '../config.ts';

const bootOf = (config: Config): BootConfig => config.boot ?? noBoot;
const counted = (words: string, read: (boot: BootConfig) => number): Quantity => ({
  words,
  read: (config) => read(bootOf(config)),
});

export const bootQuantities = {
  kernels: counted('the number of kernels', ({ kernels }) => kernels.length),
  ramdisks: counted('the number of ramdisks', ({ ramdisks }) => ramdisks.length),
  imageKeys: counted('the number of image keys', ({ trusted }) => trusted.length),
  instances: counted('the number of instance ids', ({ ids }) => ids),
  disks: counted('the number of instance images', ({ disks }) => disks),
  salts: counted('the number of salts', ({ ids, randomSalts }) => ids + randomSalts),
  randomSalts: counted('the number of random salts', ({ randomSalts }) => randomSalts),
  bearers: counted('the number of bearers of secrets', (boot) => 1 + boot.kept),
  secrets: counted('the number of sealing secrets', secretsOf),
  serviceVersion: counted('the version that pvmfw knows', (boot) => boot.serviceVersion),
} as const satisfies Record<string, Quantity>;

/** A property of the pieces of one list. */
function of<T>(list: (boot: BootConfig) => readonly T[]) {
  return (
    words: string,
    read: (piece: T) => number,
    more: Pick<Attribute, 'values' | 'flag'> & { readonly otherwise?: number } = {},
  ): Attribute => ({
    words,
    otherwise: -1,
    ...more,
    over: (config) => [list(bootOf(config)).length],
    read: (config, number = 0) => read(list(bootOf(config))[number] as T),
  });
}
const ofHandoff = of(({ handoffs }) => handoffs);
const ofTree = of(({ trees }) => trees);
const ofKernel = of(({ kernels }) => kernels);
const ofRamdisk = of(({ ramdisks }) => ramdisks);
const ofSystem = of(({ systems }) => systems);
const ofApk = of(({ apks }) => apks);

/** A piece without a flaw has the first of these. */
const flaw = (names: readonly string[], piece: { readonly flaw?: string }): number =>
  piece.flaw === undefined ? 0 : names.indexOf(piece.flaw);
const flag = { otherwise: 0, flag: true } as const;

export const bootAttributes = {
  handoffFlaw: ofHandoff('the flaw of {handoff}', (piece) => flaw(flaws.handoff, piece), { values: flaws.handoff }),
  handoffGiven: ofHandoff("the device's secrets [are] in {handoff}", ({ given }) => Number(given), flag),
  handoffDebug: ofHandoff('{handoff} [is] of a device in debug mode', ({ debug }) => Number(debug), flag),
  handoffChained: ofHandoff('there [is] a chain in {handoff}', ({ chained }) => Number(chained), flag),
  handoffPolicy: ofHandoff('there [is] a debug policy in {handoff}', ({ policy }) => Number(policy), flag),
  treeFlaw: ofTree('the flaw of {tree}', (piece) => flaw(flaws.tree, piece), { values: flaws.tree }),
  treeArgued: ofTree('there [are] boot arguments in {tree}', ({ argued }) => Number(argued), flag),
  treeVendor: ofTree('the digest of the vendor partition in {tree}', ({ vendor }) => vendor, { otherwise: -2 }),
  kernelFlaw: ofKernel('the flaw of {kernel}', (piece) => flaw(flaws.kernel, piece), { values: flaws.kernel }),
  kernelDigest: ofKernel('the digest of {kernel}', ({ digest }) => digest),
  kernelKey: ofKernel('the key of {kernel}', ({ key }) => key),
  kernelNormal: ofKernel('the digest of the ramdisk that {kernel} lists', ({ normal }) => normal),
  kernelDebug: ofKernel('the digest of the debug ramdisk that {kernel} lists', ({ debug }) => debug),
  kernelVersion: ofKernel('the security version of {kernel}', ({ securityVersion }) => securityVersion),
  kernelCapability: ofKernel('the capability of {kernel}', ({ capability }) => capabilities.indexOf(capability), {
    values: capabilities,
  }),
  isTrusted: of(({ trusted }) => trusted)('{key} [is] trusted', Number, flag),
  ramdiskDigest: ofRamdisk('the digest of {ramdisk}', ({ digest }) => digest),
  ramdiskMisplaced: ofRamdisk('{ramdisk} [is] misplaced', ({ misplaced }) => Number(misplaced), {
    otherwise: 1,
    flag: true,
  }),
  ramdiskVbmeta: ofRamdisk('the digest in the boot configuration in {ramdisk}', ({ vbmeta }) => vbmeta, {
    otherwise: -2,
  }),
  loadedGenuine: of(({ loaded }) => loaded)('{loaded} [is] genuine', ({ genuine }) => Number(genuine), flag),
  systemVbmeta: ofSystem('the digest of the description of {system}', ({ vbmeta }) => vbmeta, { otherwise: -2 }),
  systemRooted: ofSystem('{system} [has] the described root digest', ({ rooted }) => Number(rooted), flag),
  systemVendor: ofSystem('the digest of the vendor partition of {system}', ({ vendor }) => vendor, { otherwise: -2 }),
  apkFlaw: ofApk('the flaw of {apk}', (piece) => flaw(flaws.apk, piece), { values: flaws.apk }),
  apkKey: ofApk('the key of {apk}', ({ key }) => key),
  apkVersion: ofApk('the version of {apk}', ({ version }) => version),
  extraFlaw: of(({ extras }) => extras)('the flaw of {extra}', (piece) => flaw(flaws.extra, piece), {
    values: flaws.extra,
  }),
  apexFlaw: of(({ apexes }) => apexes)('the flaw of {apex}', (piece) => flaw(flaws.apex, piece), {
    values: flaws.apex,
  }),
} as const satisfies Record<string, Attribute>;
