/** A kernel with its description at its end, and the ramdisk that was loaded with it. */
import type { HashFacts } from '../../spec/images/descriptors.ts';
import type { KernelFacts } from '../../spec/images/kernel.ts';
import type { VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../bytes.ts';
import { hasDigest } from './digest.ts';
import { readAtFooter } from './footer.ts';
import type { Piece } from './reader.ts';

/** The digest that comes first under a name. */
export const hashUnder = ({ list }: VbmetaFacts, partition: string): HashFacts | undefined =>
  list.find((one): one is HashFacts => one.kind === 'hash' && one.partition === partition);

/** Whether bytes have the digest under a name, in their full length where that is asked. */
function isUnder(vbmeta: VbmetaFacts, partition: string, bytes: Bytes, whole: boolean): boolean {
  const found = hashUnder(vbmeta, partition);
  if (found?.algorithm !== 'sha256' || (whole && found.imageSize !== bytes.length)) return false;
  return hasDigest(found, bytes);
}

/** What pvmfw finds of a kernel and its ramdisk. Never throws. */
export function readKernel({ bytes, beside: { ramdisk } = {} }: Piece): KernelFacts {
  const { footer, vbmeta } = readAtFooter(bytes);
  return {
    footer,
    vbmeta,
    isKernel: isUnder(vbmeta, 'boot', bytes, false),
    ramdisk: ramdisk && {
      size: ramdisk.length,
      isNormal: isUnder(vbmeta, 'initrd_normal', ramdisk, true),
      isDebug: isUnder(vbmeta, 'initrd_debug', ramdisk, true),
    },
  };
}
