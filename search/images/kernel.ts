/** Kernels as pvmfw reads them, sound. */
import type { Bytes } from '../../model/bytes.ts';
import { ascii, unhex } from '../../model/bytes.ts';
import { writeHash, writeProperty } from '../../model/images/descriptors-write.ts';
import type { Piece } from '../../model/images/reader.ts';
import { writePartition, writeVbmeta } from '../../model/images/vbmeta-write.ts';
import type { Description } from '../../model/images/vbmeta-write.ts';
import type { Sample } from './forgery.ts';
import { trusted } from './vbmeta.ts';

export const format = 'signed kernel';
export const salt = unhex('1111');
/** What is executed. */
export const image = (scale: number): Bytes => ascii('kernel code '.repeat(1 + scale));
export const ramdisks = { normal: ascii('a ramdisk for production'), debug: ascii('a ramdisk for debugging') } as const;
/** The property that lists capabilities. */
export const capability = 'com.android.virt.cap';

/** The digest of it. */
export const ofKernel = (scale: number): Bytes => writeHash(image(scale), { partition: 'boot', salt });
/** The digests of both ramdisks. */
export const ofRamdisks = [
  writeHash(ramdisks.normal, { partition: 'initrd_normal', salt: unhex('2222') }),
  writeHash(ramdisks.debug, { partition: 'initrd_debug', salt: unhex('3333') }),
];
/** A kernel that lists what is given, beside itself. */
export const kernel = (scale: number, descriptors: readonly Bytes[] = [], more: Description = {}): Bytes =>
  writePartition(image(scale), writeVbmeta({ descriptors: [ofKernel(scale), ...descriptors], ...more }));
const alone = (scale: number): Piece => ({ bytes: kernel(scale) });
/** A kernel that lists both ramdisks, with one. */
export const booted = (scale: number, ramdisk: Bytes): Piece => ({
  bytes: kernel(scale, ofRamdisks),
  beside: { ramdisk },
});

const sample = (description: string, make: Sample['make']): Sample => ({ format, description, make, options: trusted });
/** A kernel with these properties. */
export const withProperty =
  (...pairs: readonly (readonly [key: string, value: string])[]) =>
  (scale: number): Piece => ({
    bytes: kernel(
      scale,
      pairs.map(([key, value]) => writeProperty(key, value)),
    ),
  });

export const kernelSamples: readonly Sample[] = [
  sample('a kernel without a ramdisk', alone),
  sample('a kernel with its ramdisk for production', (scale) => booted(scale, ramdisks.normal)),
  sample('a kernel with its ramdisk for debugging', (scale) => booted(scale, ramdisks.debug)),
  sample('a kernel that may attest', withProperty([capability, 'remote_attest'])),
  sample('a kernel with a rollback index', (scale) => ({ bytes: kernel(scale, [], { rollbackIndex: 5 }) })),
  sample('a kernel with two capabilities', withProperty([capability, 'remote_attest|secretkeeper_protection'])),
  sample(
    'a kernel with every capability',
    withProperty([capability, 'remote_attest|secretkeeper_protection|supports_uefi_boot|trusty_security_vm']),
  ),
  sample(
    'a kernel with a name and a page size',
    withProperty(['com.android.virt.page_size', '16'], ['com.android.virt.name', 'rkp_vm']),
  ),
  sample('a kernel with a property that nobody reads', withProperty(['com.android.virt.capital', 'unknown'])),
  sample('a kernel in a partition of whole blocks', (scale) => ({
    bytes: writePartition(image(scale), writeVbmeta({ descriptors: [ofKernel(scale)] }), undefined, 512),
  })),
];
