/** The disks of a system as bytes: its description, the partition of its files, and one of the vendor's. */
import type { SystemShape } from '../../../spec/boot/config.ts';
import type { Bytes } from '../../bytes.ts';
import { concat, hex, unhex } from '../../bytes.ts';
import { writeHashtree } from '../../images/descriptors-write.ts';
import { testKeys } from '../../images/test-keys.ts';
import { writePartition, writeVbmeta } from '../../images/vbmeta-write.ts';
import { treeOf } from '../../storage/merkle.ts';

const block = 512;
const salt = unhex('d00df00d');
const shape = { dataBlock: block, hashBlock: block, salt } as const;

/** Two blocks of files, as another number makes them others. */
const filesOf = (number: number, fill: number): Bytes => new Uint8Array(2 * block).fill(fill + number);
const [ofSystem, ofVendor] = [16, 128];

const treedOf = (number: number) => writeHashtree(filesOf(number, ofSystem), { partition: 'system', salt, block });

/** The description of the system with a number, as its disk has it. */
export const vbmetaOfSystem = (number: number): Bytes => writeVbmeta({ descriptors: [treedOf(number).descriptor] });

/** The root digest of the vendor partition with a number. */
export const rootOfVendor = (number: number): string => hex(treeOf(filesOf(number, ofVendor), shape).root);

export interface SystemDisks {
  readonly vbmeta: Bytes;
  readonly system: Bytes;
  /** A partition with a description of its own. */
  readonly vendor: Bytes | undefined;
}

export function disksOf({ vbmeta, rooted, vendor }: SystemShape): SystemDisks {
  const [files, { tree }] = [filesOf(vbmeta, ofSystem), treedOf(vbmeta)];
  return {
    vbmeta: vbmetaOfSystem(vbmeta),
    system: concat(rooted ? files : files.with(block, 0), tree),
    vendor: vendor < 0 ? undefined : vendorOf(vendor),
  };
}

function vendorOf(number: number): Bytes {
  const files = filesOf(number, ofVendor);
  const { descriptor, tree } = writeHashtree(files, { partition: 'microdroid-vendor', salt, block });
  return writePartition(files, writeVbmeta({ key: testKeys.vendor, descriptors: [descriptor] }), tree);
}
