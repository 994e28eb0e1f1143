/** Memory, images and certificates of a VM as bytes, and the numbers and labels that a state has for them. */
import type { Device, Release, Secret, Vm } from '../../model/boot/device.ts';
import type { Layer } from '../../model/dice/certificate.ts';
import type { Bytes } from '../../model/bytes.ts';
import { once } from '../../model/boot/images/once.ts';
import type { Measured } from '../../model/boot/measure.ts';
import { authorityOf, layerOf, layerOfLoaded, layerOfVendor, measuredIn } from '../../model/boot/measure.ts';
import type { Memory, Region } from '../../model/boot/memory.ts';
import { emptyMemory, frames, putHandover } from '../../model/boot/memory.ts';
import type { Leftover, Started } from '../../model/boot/secrets.ts';
import { cdisOf, ofPayload, saltOf, secretsOf } from '../../model/boot/secrets.ts';
import type { Code } from '../../model/boot/stages.ts';
import { codeOf, verifiedImage } from '../../model/boot/verified-boot.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import { none } from '../../spec/config.ts';
import { regions, stages } from '../../spec/fields.ts';
import { asImage, imageNumber } from './boot-numbers.ts';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

/** Each name with the lowest number that has it. */
const byName = (all: readonly (string | undefined)[]): ReadonlyMap<string, number> =>
  new Map(all.flatMap((name, number) => (name === undefined ? [] : [[name, number] as const])).reverse());

const textOf = once((bytes: Bytes) => ({ text: String.fromCharCode(...bytes) }));
const texts = once((boot: BootConfig) => ({
  kernels: byName(boot.kernels.map((_, kernel) => textOf(codeOf(boot, kernel, undefined).kernel).text)),
  ramdisks: byName(
    boot.ramdisks.map((_, at) => {
      const { ramdisk } = codeOf(boot, 0, at);
      return ramdisk && textOf(ramdisk).text;
    }),
  ),
}));

/** The images that the bytes at the entry of a VM are, or none that the device knows. */
export function numberOfCode(boot: BootConfig, { kernel, ramdisk }: Code): number {
  const { kernels, ramdisks } = texts(boot);
  const [found, beside] = [kernels.get(textOf(kernel).text), ramdisk && ramdisks.get(textOf(ramdisk).text)];
  const isKnown = found !== undefined && (ramdisk === undefined || beside !== undefined);
  return isKnown ? imageNumber(boot, found, beside) : none;
}
export const codeNumbered = (boot: BootConfig, image: number): Code => {
  const { kernel, ramdisk } = asImage(boot, image);
  return codeOf(boot, kernel, ramdisk);
};

const anyHidden = { regime: 'RECORD', salt: new Uint8Array() } as const;
const layers = once((boot: BootConfig): readonly (Layer | undefined)[] =>
  upTo(boot.kernels.length * (boot.ramdisks.length + 1)).map((image) => {
    const { kernel, ramdisk } = asImage(boot, image);
    const verified = verifiedImage(boot, kernel, ramdisk);
    return verified && layerOf(verified, anyHidden);
  }),
);
const nameOf = ({ codeHash, authorityHash }: Measured): string => `${codeHash} ${authorityHash}`;
const measuredNumbers = once((boot: BootConfig) =>
  byName(layers(boot).map((layer) => layer && nameOf(measuredIn(layer)))),
);

/** The images of which a certificate speaks, or none that pvmfw would start. */
export const numberOfMeasured = (boot: BootConfig, measured: Measured): number =>
  measuredNumbers(boot).get(nameOf(measured)) ?? none;
export const measuredNumbered = (boot: BootConfig, image: number): Measured | undefined => {
  const layer = layers(boot)[image];
  return layer && measuredIn(layer);
};

const startedIn = once<BootConfig, (secret: Secret) => Map<number, Started | undefined>>(() => once(() => new Map()));

/** What pvmfw has started, by the secret of it and its images. */
export function startedFrom(boot: BootConfig, secret: Secret, image: number): Started | undefined {
  const known = startedIn(boot)(secret);
  if (!known.has(image)) known.set(image, makeStarted(boot, secret, image));
  return known.get(image);
}
function makeStarted(boot: BootConfig, secret: Secret, image: number): Started | undefined {
  const { kernel, ramdisk } = asImage(boot, image);
  const verified = verifiedImage(boot, kernel, ramdisk);
  if (verified === undefined) return undefined;
  const { parent, publicKey, isDebug, regime, salt } = secret;
  const layer = layerOf({ ...verified, isDebug }, { regime, salt: saltOf(boot, salt) });
  return { parent, layer: { ...layer, authorityHash: authorityOf(publicKey) } };
}

const hasReached = ({ stage }: Vm, other: Vm['stage']): boolean => stages.indexOf(stage) >= stages.indexOf(other);

/** So many of the certificates that a VM at its stage has; nothing if it has no more of them. */
export function chainOf(device: Device, vm: Vm, count: number): readonly Layer[] | undefined {
  const vendor = hasReached(vm, 'SYSTEM') ? layerOfVendor(device, vm) : undefined;
  const all = [
    vm.entry.layer,
    ...(device.release.hasLoader && hasReached(vm, 'KERNEL') ? [layerOfLoaded(device, vm)] : []),
    ...(vendor === undefined ? [] : [vendor]),
    ...(hasReached(vm, 'SECRET') ? [ofPayload(device, vm).layer] : []),
  ];
  return count < 0 || count > all.length ? undefined : all.slice(0, count);
}

/** Memory in which there is what its labels say; nothing if the guest lacks a handover that it needs. */
export function memoryOf(device: Device, labels: Readonly<Record<Region, Leftover>>): Memory | undefined {
  const [{ vm }, memory] = [device, emptyMemory()];
  if (vm === undefined) return memory;
  const needsHandover = !hasReached(vm, 'SECRET');
  if (needsHandover && !['NEXT', 'GIVEN'].includes(labels.handover)) return undefined;
  if (needsHandover || labels.handover === 'NEXT') putHandover(memory.handover, cdisOf(vm.entry));
  const secrets = secretsOf(device, vm);
  for (const region of regions) {
    const label = labels[region];
    if (label === 'NOTHING' || (region === 'handover' && label === 'NEXT')) continue;
    const [secret] = secrets[label];
    if (secret !== undefined) memory[region].set(secret, region === 'handover' ? frames.guest : frames.firmware);
  }
  return memory;
}

/** Regimes that a release does not have give the same bytes as one that it has. */
export const hasRegime = ({ usual }: Release, { regime }: Secret): boolean =>
  regime === usual || !['RECORD', 'EPHEMERAL'].includes(regime);
