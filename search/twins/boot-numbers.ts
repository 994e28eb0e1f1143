/** Secrets and images of a device as the numbers that a state has for them. */
import { modes, parents, regimes, secretNumber, secretTerm } from '../../spec/boot/secrets.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import type { Secret } from '../../model/boot/device.ts';

export const secretOf = (boot: BootConfig, number: number): Secret => {
  const { parent, key, mode, regime, salt } = secretTerm(boot, number);
  const named = { parent: parents[parent] ?? 'FOREIGN', regime: regimes[regime] ?? 'RECORD' };
  return { ...named, key, salt, isDebug: modes[mode] === 'DEBUG' };
};
export const numberOf = (boot: BootConfig, { parent, key, isDebug, regime, salt }: Secret): number =>
  secretNumber(boot, {
    parent: parents.indexOf(parent),
    key,
    mode: Number(isDebug),
    regime: regimes.indexOf(regime),
    salt,
  });

/** Kernel and ramdisk, or the digests of both, as one number. */
export const asImage = (boot: BootConfig, image: number): { kernel: number; ramdisk: number | undefined } => {
  const parts = boot.ramdisks.length + 1;
  const ramdisk = (image % parts) - 1;
  return { kernel: Math.floor(image / parts), ramdisk: ramdisk < 0 ? undefined : ramdisk };
};
export const imageNumber = (boot: BootConfig, kernel: number, ramdisk: number | undefined): number =>
  kernel * (boot.ramdisks.length + 1) + (ramdisk ?? -1) + 1;
