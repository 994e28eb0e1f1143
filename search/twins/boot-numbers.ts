/** Secrets and images of a device as the numbers that a state has for them. */
import { modes, parents, regimes, secretNumber, secretTerm } from '../../spec/boot/secrets.ts';
import type { BootConfig } from '../../spec/boot/config.ts';
import { none } from '../../spec/config.ts';
import type { Secret } from '../../model/boot/device.ts';
import { digestOfKernel, digestOfRamdisk, publicKeyOf } from '../../model/boot/images/kernel.ts';
import { once } from '../../model/boot/images/once.ts';
import { sealOf } from '../../model/boot/secrets.ts';

/** Things by their numbers, and what stands for each in bytes; a number of nothing stands for itself. */
interface Names {
  readonly of: (number: number) => string;
  readonly numberOf: (name: string) => number;
}
function names(count: number, make: (number: number) => string): Names {
  const all = Array.from({ length: count }, (_, number) => make(number));
  const numbers = new Map(all.map((name, number) => [name, number]));
  return { of: (number) => all[number] ?? String(number), numberOf: (name) => numbers.get(name) ?? Number(name) };
}
const among = (numbers: readonly number[]): number => Math.max(-1, ...numbers) + 1;

export const keys = once((boot: BootConfig): Names => names(boot.trusted.length, publicKeyOf));
export const kernelDigests = once(({ kernels }: BootConfig): Names =>
  names(among(kernels.map(({ digest }) => digest)), digestOfKernel),
);
export const ramdiskDigests = once((boot: BootConfig): Names =>
  names(among(boot.ramdisks.map(({ digest }) => digest)), (digest) => digestOfRamdisk(boot, digest)),
);

const secretsIn = once<BootConfig, Map<number, Secret>>(() => new Map());

export function secretOf(boot: BootConfig, number: number): Secret {
  const [known, found] = [secretsIn(boot), secretsIn(boot).get(number)];
  if (found !== undefined) return found;
  const { parent, key, mode, regime, salt } = secretTerm(boot, number);
  const named = { parent: parents[parent] ?? 'FOREIGN', regime: regimes[regime] ?? 'RECORD' };
  const inputs = { ...named, publicKey: keys(boot).of(key), salt, isDebug: modes[mode] === 'DEBUG' };
  const secret = { ...inputs, seal: sealOf(boot, inputs) };
  known.set(number, secret);
  return secret;
}

/** The number of a secret; none if its bytes are not those that its inputs give. */
export function numberOf(boot: BootConfig, { seal, parent, publicKey, isDebug, regime, salt }: Secret): number {
  const number = secretNumber(boot, {
    parent: parents.indexOf(parent),
    key: keys(boot).numberOf(publicKey),
    mode: Number(isDebug),
    regime: regimes.indexOf(regime),
    salt,
  });
  return secretOf(boot, number).seal === seal ? number : none;
}

/** Kernel and ramdisk, or the digests of both, as one number. */
export const asImage = (boot: BootConfig, image: number): { kernel: number; ramdisk: number | undefined } => {
  const parts = boot.ramdisks.length + 1;
  const ramdisk = (image % parts) - 1;
  return { kernel: Math.floor(image / parts), ramdisk: ramdisk < 0 ? undefined : ramdisk };
};
export const imageNumber = (boot: BootConfig, kernel: number, ramdisk: number | undefined): number =>
  kernel * (boot.ramdisks.length + 1) + (ramdisk ?? -1) + 1;
