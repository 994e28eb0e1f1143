import { expect, test } from 'vitest';
import {
  bytesOfKernel,
  bytesOfRamdisk,
  digestOfKernel,
  digestOfRamdisk,
  publicKeyOf,
} from '../../model/boot/images/kernel.ts';
import { verifiedImage, verifyKernel } from '../../model/boot/verified-boot.ts';
import { isNamed } from '../../model/boot/first-stage.ts';
import { readKernel } from '../../model/images/kernel.ts';
import { formatNamed } from '../../properties/images/formats.ts';
import { isDebug, noBoot } from '../../spec/boot/config.ts';
import type { KernelShape, RamdiskShape } from '../../spec/boot/config.ts';
import { kernelForgeries } from '../images/kernel-forgeries.ts';
import { kernelSamples } from '../images/kernel.ts';
import { images } from '../scopes/boot.ts';

const { boot = noBoot } = images.config;
const format = formatNamed('signed kernel');
const keys = boot.trusted.flatMap((isTrusted, key) => (isTrusted ? [publicKeyOf(key)] : []));
const pairs = boot.kernels.flatMap((kernel, at) =>
  [undefined, ...boot.ramdisks].map((ramdisk, place) => ({ kernel, ramdisk, numbers: [at, place - 1] as const })),
);

/** The clause of the bytes that stands for a flaw of a kernel. */
const clauses = {
  signature: 'VBMETA-SIGNATURE',
  'not enforced': 'AVB-ENFORCED',
  digest: 'AVB-KERNEL',
  descriptors: 'AVB-DESCRIPTORS',
  capabilities: 'AVB-CAPABILITIES',
  absent: undefined,
} as const;

/** What the bytes have to be denied by, by what the shapes say. */
function expected(kernel: KernelShape, ramdisk: RamdiskShape | undefined): string | undefined {
  const flaw = kernel.flaw && clauses[kernel.flaw];
  if (flaw === 'VBMETA-SIGNATURE' || flaw === 'AVB-ENFORCED') return flaw;
  if (boot.trusted[kernel.key] !== true) return 'AVB-KEY';
  if (flaw !== undefined) return flaw;
  const listed = [kernel.normal, kernel.debug].filter((digest) => digest >= 0);
  if ((ramdisk === undefined) !== (listed.length === 0)) return 'AVB-RAMDISK-LISTED';
  return ramdisk === undefined || listed.includes(ramdisk.digest) ? undefined : 'AVB-RAMDISK';
}

test.each(pairs)('$kernel.name with $ramdisk.name: shapes, checks and model agree on the bytes', (pair) => {
  const { kernel, ramdisk, numbers } = pair;
  const beside = ramdisk === undefined ? {} : { ramdisk: bytesOfRamdisk(ramdisk) };
  const verdict = format.judge({ bytes: bytesOfKernel(boot, kernel), beside }, { keys });
  const verified = verifiedImage(boot, numbers[0], numbers[1] < 0 ? undefined : numbers[1]);
  const clause = expected(kernel, ramdisk);
  expect(verdict.kind === 'refused' ? verdict.clause : undefined).toBe(clause);
  expect(verified === undefined).toBe(clause !== undefined);
  if (verified === undefined) return;
  expect(verified).toMatchObject({
    publicKey: publicKeyOf(kernel.key),
    securityVersion: kernel.securityVersion,
    isDebug: isDebug(kernel, ramdisk),
    kernelDigest: digestOfKernel(kernel.digest),
    ramdiskDigest: ramdisk && digestOfRamdisk(boot, ramdisk.digest),
  });
});

test.each([...kernelSamples, ...kernelForgeries])(
  '$description: the model of pvmfw decides as the checks do',
  (one) => {
    const { make, options = {} } = one;
    for (const scale of [0, 1]) {
      const piece = make(scale);
      const trusted = options.keys ?? [readKernel(piece).vbmeta.publicKey];
      const isAccepted = format.judge(piece, options).kind === 'accepted';
      expect(verifyKernel(piece.bytes, piece.beside?.ramdisk, trusted) !== undefined).toBe(isAccepted);
    }
  },
);

test('the first process names systems as their shapes do', () => {
  for (const system of boot.systems) {
    for (const ramdisk of boot.ramdisks) {
      for (const tree of boot.trees) {
        const isAsNamed = system.rooted && system.vbmeta === ramdisk.vbmeta && system.vendor === tree.vendor;
        expect(isNamed(system, bytesOfRamdisk(ramdisk), tree)).toBe(isAsNamed);
      }
    }
  }
});
