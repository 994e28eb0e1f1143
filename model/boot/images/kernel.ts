/** Kernels and ramdisks of a configuration as bytes: a flaw is what an attacker would have made of the image. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { BootConfig, KernelShape, RamdiskShape } from '../../../spec/boot/config.ts';
import type { Bytes } from '../../bytes.ts';
import { ascii, concat, hex, unhex } from '../../bytes.ts';
import { writeHash, writeProperty } from '../../images/descriptors-write.ts';
import { testKeys } from '../../images/test-keys.ts';
import { avbKeyOf, layOut, seal, writePartition, writeVbmeta } from '../../images/vbmeta-write.ts';
import type { Description } from '../../images/vbmeta-write.ts';
import type { RsaPrivateKey } from '../../rsa.ts';
import { writeBootconfig } from './bootconfig.ts';
import { once } from './once.ts';
import { vbmetaOfSystem } from './system.ts';

const signers = [testKeys.maker, testKeys.vendor, testKeys.stranger] as const;
const signer = (key: number): RsaPrivateKey => {
  const found = signers[key];
  if (found === undefined) throw new Error(`unreachable: images have ${signers.length} signers, not one ${key}`);
  return found;
};

const [kernelSalt, ramdiskSalt] = [unhex('1111'), unhex('2222')];
const codeOf = (digest: number): Bytes => ascii(`the code of kernel ${digest}`);
const saltedDigest = (salt: Bytes, bytes: Bytes): string => hex(sha256(concat(salt, bytes)));

/** A ramdisk with a boot configuration that names the description of a system. */
function contentOf(digest: number, vbmeta: number): Bytes {
  const description = vbmetaOfSystem(vbmeta);
  return writeBootconfig(ascii(`the files of ramdisk ${digest}`), {
    'androidboot.vbmeta.digest': hex(sha256(description)),
    'androidboot.vbmeta.size': String(description.length),
  });
}
export const bytesOfRamdisk = once(({ digest, vbmeta }: RamdiskShape): Bytes => contentOf(digest, vbmeta));

/** The content with a digest; where no ramdisk has it, one that names no system that there is. */
const ramdiskWith = ({ ramdisks }: BootConfig, digest: number): Bytes => {
  const found = ramdisks.find((one) => one.digest === digest);
  return found === undefined ? ascii(`the files of ramdisk ${digest}`) : bytesOfRamdisk(found);
};

const capabilityNames = { SECRETKEEPER: 'secretkeeper_protection', SERVICE: 'remote_attest' } as const;

function capabilitiesOf({ flaw, capability }: KernelShape): readonly Bytes[] {
  const known = capability === 'NONE' ? [] : [capabilityNames[capability]];
  const listed = flaw === 'capabilities' ? [...known, 'unheard_of'] : known;
  return listed.length === 0 ? [] : [writeProperty('com.android.virt.cap', listed.join('|'))];
}

function descriptionOf(pieces: BootConfig, kernel: KernelShape): Description {
  const { flaw, normal, debug, digest, key, securityVersion } = kernel;
  const listed = [
    ['initrd_normal', normal],
    ['initrd_debug', debug],
  ] as const;
  return {
    key: signer(key),
    rollbackIndex: securityVersion,
    flags: flaw === 'not enforced' ? 2 : 0,
    descriptors: [
      writeHash(codeOf(digest), { partition: 'boot', salt: kernelSalt }),
      ...listed.flatMap(([partition, ramdisk]) =>
        ramdisk < 0 ? [] : [writeHash(ramdiskWith(pieces, ramdisk), { partition, salt: ramdiskSalt })],
      ),
      ...(flaw === 'descriptors' ? [writeHash(ascii('another'), { partition: 'vendor_boot', salt: kernelSalt })] : []),
      ...capabilitiesOf(kernel),
    ],
  };
}

/** A partition with the kernel, its description and a footer. */
export function bytesOfKernel(pieces: BootConfig, kernel: KernelShape): Bytes {
  const [code, description] = [codeOf(kernel.digest), descriptionOf(pieces, kernel)];
  const vbmeta = kernel.flaw === 'signature' ? seal(layOut(description), testKeys.stranger) : writeVbmeta(description);
  const executed = kernel.flaw === 'digest' ? code.with(0, (code[0] ?? 0) ^ 1) : code;
  return writePartition(executed, vbmeta);
}

/** What the numbers of a configuration stand for in what is verified and recorded. */
export const digestOfKernel = (digest: number): string => saltedDigest(kernelSalt, codeOf(digest));
export const digestOfRamdisk = (pieces: BootConfig, digest: number): string =>
  saltedDigest(ramdiskSalt, ramdiskWith(pieces, digest));
export const publicKeyOf = (key: number): string => hex(avbKeyOf(signer(key)));
