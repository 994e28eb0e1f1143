/** Kernels as pvmfw reads them, forged; among them all that its own tests try. */
import { footerFields, footerSize } from '../../spec/images/footer.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, concat, hex, unhex } from '../../model/bytes.ts';
import { writeChain, writeHash } from '../../model/images/descriptors-write.ts';
import type { Piece } from '../../model/images/reader.ts';
import { testKeys } from '../../model/images/test-keys.ts';
import { avbKeyOf, writePartition, writeVbmeta } from '../../model/images/vbmeta-write.ts';
import { largest, withBit, withBytes, withNumber } from './edit.ts';
import { forgedWith } from './forgery.ts';
import type { Forgery } from './forgery.ts';
import {
  booted,
  capability,
  format,
  image,
  kernel,
  ofKernel,
  ofRamdisks,
  ramdisks,
  salt,
  withProperty,
} from './kernel.ts';
import { anyKey, trusted, vbmetaForgeries } from './vbmeta.ts';

const stray = writeHash(ascii('vendor'), { partition: 'vendor_boot', salt });

const forged = forgedWith(format, trusted);
const footerAt = ({ length }: Bytes, name: keyof typeof footerFields): number =>
  length - footerSize + footerFields[name];
const inFooter =
  (name: keyof typeof footerFields, value: (bytes: Bytes) => number | bigint, size = 8) =>
  (scale: number): Piece => {
    const bytes = kernel(scale);
    return { bytes: withNumber(bytes, footerAt(bytes, name), value(bytes), size) };
  };
/** With one descriptor. */
const sizeOfVbmeta = 1280;
const vbmetaAt = (scale: number): number => Math.ceil(image(scale).length / 64) * 64;
/** Behind header, hash and signature, and behind the descriptor. */
const keyBehind = 256 + 320 + 176;

const ofFooter: readonly Forgery[] = [
  forged('FOOTER-THERE', 'there is no footer', (scale) => ({ bytes: image(scale) })),
  forged(
    'FOOTER-THERE',
    'the footer is of version 2',
    inFooter('major', () => 2, 4),
  ),
  forged('FOOTER-THERE', 'the footer is cut off', (scale) => ({ bytes: kernel(scale).slice(0, -1) })),
  forged(
    'FOOTER-BOUNDS',
    'the description begins where the partition ends',
    inFooter('offset', ({ length }) => length),
  ),
  forged(
    'FOOTER-BOUNDS',
    'the description begins at the largest offset',
    inFooter('offset', () => largest),
  ),
  forged(
    'FOOTER-BOUNDS',
    'the offset is right in its lower half alone',
    inFooter('offset', (bytes) => 2n ** 32n + BigInt(bytes.length - footerSize - sizeOfVbmeta)),
  ),
  forged('FOOTER-BOUNDS', 'the footer is changed where it gives the size', (scale) => {
    const bytes = kernel(scale);
    return { bytes: withBit(bytes, bytes.length - footerSize + 30) };
  }),
  forged('FOOTER-BOUNDS', 'the description is larger than any', (scale) => {
    const bytes = kernel(scale);
    return { bytes: withNumber(bytes, footerAt(bytes, 'size'), 65_537, 8) };
  }),
  forged(
    'VBMETA-HEADER',
    'the footer points into the kernel',
    inFooter('offset', () => 0),
  ),
  forged('VBMETA-HEADER', 'the description is changed in its second byte', (scale) => ({
    bytes: withBit(kernel(scale), vbmetaAt(scale) + 1),
  })),
];

const ofKeys: readonly Forgery[] = [
  forged('AVB-KEY', 'pvmfw trusts an empty key', (scale) => booted(scale, ramdisks.normal), { keys: [''] }),
  forged('AVB-KEY', 'pvmfw trusts a key of zeros', (scale) => booted(scale, ramdisks.normal), {
    keys: ['00'.repeat(512)],
  }),
  forged('AVB-KEY', 'pvmfw trusts another key', (scale) => booted(scale, ramdisks.normal), {
    keys: [hex(avbKeyOf(testKeys.vendor))],
  }),
  forged('AVB-KEY', 'it is signed with a key of its own', (scale) => ({
    bytes: kernel(scale, [], { key: testKeys.stranger }),
  })),
  forged(
    'VBMETA-KEY',
    'the key is overwritten with zeros, which pvmfw trusts',
    (scale) => ({
      bytes: withBytes(kernel(scale), vbmetaAt(scale) + keyBehind, new Uint8Array(520)),
    }),
    { keys: ['00'.repeat(520)] },
  ),
  forged('VBMETA-KEY', 'the key is overwritten with zeros', (scale) => ({
    bytes: withBytes(kernel(scale), vbmetaAt(scale) + keyBehind, new Uint8Array(520)),
  })),
  forged('VBMETA-HASH', 'verification is turned off in a kernel that was signed', (scale) => ({
    bytes: withNumber(kernel(scale), vbmetaAt(scale) + 120, 2, 4),
  })),
  forged('AVB-ENFORCED', 'it is signed with verification turned off', (scale) => ({
    bytes: kernel(scale, [], { flags: 2 }),
  })),
];

/** A digest beside that of the kernel, in a kernel that is well signed. */
const described =
  (descriptors: (scale: number) => readonly Bytes[]) =>
  (scale: number): Piece => ({
    bytes: writePartition(image(scale), writeVbmeta({ descriptors: descriptors(scale) })),
  });
const otherwise = (said: Partial<Parameters<typeof writeHash>[1]>) =>
  described((scale) => [writeHash(image(scale), { partition: 'boot', salt, ...said })]);

const ofDigests: readonly Forgery[] = [
  forged('AVB-SIGNED', 'it names a description elsewhere', (scale) => ({
    bytes: kernel(scale, [writeChain('vendor_boot', avbKeyOf(testKeys.vendor), 1)]),
  })),
  forged('AVB-KERNEL', 'the kernel is changed in its second byte', (scale) => ({ bytes: withBit(kernel(scale), 1) })),
  forged('AVB-KERNEL', 'the digest is the beginning of the right one', (scale) =>
    otherwise({ digest: unhex(hex(writeHash(image(scale), { partition: 'boot', salt })).slice(2 * 138, 2 * 154)) })(
      scale,
    ),
  ),
  forged('AVB-KERNEL', 'the digest is empty', otherwise({ digest: new Uint8Array() })),
  forged('AVB-KERNEL', 'the digest is one without the salt', (scale) =>
    otherwise({
      digest: unhex(hex(writeHash(image(scale), { partition: 'boot', salt: new Uint8Array() })).slice(272, 336)),
    })(scale),
  ),
  forged('AVB-KERNEL', 'the image ends behind the partition', otherwise({ imageSize: 1 << 20 })),
  forged('AVB-KERNEL', 'the digest is of another algorithm', otherwise({ algorithm: 'sha512' })),
  forged(
    'AVB-KERNEL',
    'there is no digest of the kernel',
    described(() => []),
  ),
  forged('AVB-KERNEL', 'the digest is that of the whole partition without its last bytes', (scale) =>
    otherwise({ imageSize: image(scale).length + 1 })(scale),
  ),
  forged('AVB-DESCRIPTORS', 'there is a digest of something else, and no ramdisk', (scale) => ({
    bytes: kernel(scale, [stray]),
  })),
  forged('AVB-DESCRIPTORS', 'there is a digest of something else, and a ramdisk', (scale) => ({
    bytes: kernel(scale, [...ofRamdisks, stray]),
    beside: { ramdisk: ramdisks.normal },
  })),
  forged('AVB-DESCRIPTORS', 'there is a second digest of the kernel', (scale) => ({
    bytes: kernel(scale, [writeHash(ascii('another kernel'), { partition: 'boot', salt })]),
  })),
  forged('AVB-DESCRIPTORS', 'there are two digests of the ramdisk for production', (scale) => ({
    bytes: kernel(scale, [...ofRamdisks, writeHash(ascii('x'), { partition: 'initrd_normal', salt })]),
    beside: { ramdisk: ramdisks.normal },
  })),
];

const ofProperties: readonly Forgery[] = [
  forged('AVB-CAPABILITIES', 'a capability is not known', withProperty([capability, 'foo_vm'])),
  forged('AVB-CAPABILITIES', 'a capability is listed twice', withProperty([capability, 'remote_attest|remote_attest'])),
  forged('AVB-CAPABILITIES', 'a capability contains one that is known', withProperty([capability, 'no_remote_attest'])),
  forged(
    'AVB-CAPABILITIES',
    'a capability is the beginning of one',
    withProperty([capability, 'remote_attest|secretkeeper']),
  ),
  forged(
    'AVB-CAPABILITIES',
    'the list of capabilities ends with a separator',
    withProperty([capability, 'remote_attest|']),
  ),
  forged(
    'KERNEL-PROPERTY-ONCE',
    'capabilities are listed in two properties',
    withProperty([capability, 'remote_attest'], [capability, 'secretkeeper_protection']),
  ),
  forged('KERNEL-PAGE-SIZE', 'the page size is 6 KiB', withProperty(['com.android.virt.page_size', '6'])),
  forged('KERNEL-PAGE-SIZE', 'the page size is 0', withProperty(['com.android.virt.page_size', '0'])),
  forged('KERNEL-PAGE-SIZE', 'the page size is no number', withProperty(['com.android.virt.page_size', '0x10'])),
];

const ofRamdisk: readonly Forgery[] = [
  forged('AVB-RAMDISK-LISTED', 'the ramdisk is withheld', (scale) => ({ bytes: kernel(scale, ofRamdisks) })),
  forged('AVB-RAMDISK-LISTED', 'a ramdisk is added', (scale) => ({
    bytes: kernel(scale),
    beside: { ramdisk: ascii("the host's") },
  })),
  forged('AVB-RAMDISK', 'the ramdisk is another file', (scale) => booted(scale, image(scale))),
  forged('AVB-RAMDISK', 'something is appended to the ramdisk', (scale) =>
    booted(scale, concat(ramdisks.normal, ascii('androidboot.vbmeta.digest=1111'))),
  ),
  forged('AVB-RAMDISK', 'the ramdisk is cut off', (scale) => booted(scale, ramdisks.normal.slice(0, -1))),
  forged('AVB-RAMDISK', 'the ramdisk is changed', (scale) => booted(scale, withBit(ramdisks.debug, 0))),
];

export const kernelForgeries: readonly Forgery[] = [
  ...ofFooter,
  ...vbmetaForgeries.map((one) =>
    forged(
      one.clause,
      one.description,
      (scale) => ({ bytes: writePartition(image(scale), one.make({ descriptors: [ofKernel(scale)] })) }),
      one.anyKey ? anyKey : trusted,
    ),
  ),
  ...ofKeys,
  ...ofDigests,
  ...ofProperties,
  ...ofRamdisk,
];
