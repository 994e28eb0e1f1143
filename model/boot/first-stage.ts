/** What the first process finds on the disks of the system, and what the ramdisk and the device tree name, on bytes. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { SystemShape, TreeShape } from '../../spec/boot/config.ts';
import type { HashtreeFacts } from '../../spec/images/descriptors.ts';
import type { VbmetaFacts } from '../../spec/images/vbmeta.ts';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { hasTree } from '../images/digest.ts';
import { readAtFooter } from '../images/footer.ts';
import { bytesOfVbmeta, readVbmeta } from '../images/vbmeta.ts';
import { readBootconfig } from './images/bootconfig.ts';
import { treesOfDevice } from './images/handoff.ts';
import { once } from './images/once.ts';
import { disksOf } from './images/system.ts';
import { guestOf, treeOf } from './images/tree.ts';

/** What was found of a system: its description by length and digest, and what is mounted by its root digests. */
interface Found {
  readonly vbmeta: string;
  readonly isReadable: boolean;
  /** The root digest of the vendor partition that is there. */
  readonly vendor: string | undefined;
}

const treeIn = ({ list }: VbmetaFacts, partition: string): HashtreeFacts | undefined =>
  list.find((one): one is HashtreeFacts => one.kind === 'hash tree' && one.partition === partition);

const isReadable = (descriptor: HashtreeFacts | undefined, partition: Bytes): boolean =>
  descriptor !== undefined && hasTree(descriptor, partition);

const measured = (size: string, digest: string): string => `${size} bytes: ${digest}`;

const found = once((shape: SystemShape): Found => {
  const { vbmeta, system, vendor } = disksOf(shape);
  const facts = readVbmeta(vbmeta);
  const description = bytesOfVbmeta(vbmeta, facts);
  const root = vendor && treeIn(readAtFooter(vendor).vbmeta, 'microdroid-vendor');
  return {
    vbmeta: measured(String(description.length), hex(sha256(description))),
    isReadable: isReadable(treeIn(facts, 'system'), system) && (vendor === undefined || isReadable(root, vendor)),
    vendor: root?.digest,
  };
});

/** What the boot configuration in the ramdisk says of the description. */
const wanted = once((ramdisk: Bytes): string => {
  const values = readBootconfig(ramdisk);
  const [size, digest] = ['size', 'digest'].map((name) => values.get(`androidboot.vbmeta.${name}`));
  return measured(size ?? 'no', digest ?? 'none');
});

/** The root digest in the tree that the guest was given. */
const vendorIn = once((shape: TreeShape) => {
  const tree = treeOf(shape, { kernel: 'there', ramdisk: 'apart' }, { trees: treesOfDevice });
  return { root: guestOf(tree, false, undefined).vendor };
});

/** Whether a system is the one that the ramdisk names, with the vendor partition that the device tree names. */
export function isNamed(
  system: SystemShape | undefined,
  ramdisk: Bytes | undefined,
  tree: TreeShape | undefined,
): boolean {
  if (system === undefined || ramdisk === undefined || tree === undefined) return false;
  const { vbmeta, isReadable: isRead, vendor } = found(system);
  return isRead && vbmeta === wanted(ramdisk) && vendor === vendorIn(tree).root;
}

/** The root digest of the vendor partition that the device tree names, if it names one. */
export const vendorRootIn = (tree: TreeShape | undefined): string | undefined => tree && vendorIn(tree).root;
