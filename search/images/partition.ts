/** Partitions as a bootloader reads them, with a digest or a tree of hashes, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { ImageOptions } from '../../spec/images/image.ts';
import type { Bytes } from '../../model/bytes.ts';
import { ascii, unhex } from '../../model/bytes.ts';
import { writeChain, writeHash, writeHashtree } from '../../model/images/descriptors-write.ts';
import type { Treed } from '../../model/images/descriptors-write.ts';
import type { Piece } from '../../model/images/reader.ts';
import { testKeys } from '../../model/images/test-keys.ts';
import { avbKeyOf, writePartition, writeVbmeta } from '../../model/images/vbmeta-write.ts';
import type { Description } from '../../model/images/vbmeta-write.ts';
import type { Forgery, Sample } from './forgery.ts';
import { withBit, withNumber } from './edit.ts';
import { trusted } from './vbmeta.ts';

const format = 'signed partition';
const salt = unhex('d00df00d');
const block = 512;
const code = (scale: number): Bytes => ascii('boot code '.repeat(1 + scale));
const files = (scale: number): Bytes =>
  new Uint8Array(block * (2 + 8 * scale)).map((_, at) => (at * 7 + Math.floor(at / block)) % 256);

const digested = (scale: number, descriptors: readonly Bytes[] = [], more: Description = {}): Bytes =>
  writePartition(
    code(scale),
    writeVbmeta({ descriptors: [writeHash(code(scale), { partition: 'dtbo', salt }), ...descriptors], ...more }),
  );
function treed(scale: number, otherwise: Partial<Treed> = {}): Bytes {
  const image = files(scale);
  const { descriptor, tree } = writeHashtree(image, { partition: 'system', salt, block, ...otherwise });
  return writePartition(image, writeVbmeta({ descriptors: [descriptor] }), tree);
}

const sample = (description: string, make: (scale: number) => Bytes): Sample => ({
  format,
  description,
  make: (scale): Piece => ({ bytes: make(scale) }),
  options: trusted,
});
export const partitionSamples: readonly Sample[] = [
  sample('a partition with a digest', digested),
  sample('a partition with a tree of hashes', (scale) => treed(scale)),
  sample('a partition with a longer digest', (scale) =>
    writePartition(
      code(scale),
      writeVbmeta({ descriptors: [writeHash(code(scale), { partition: 'dtbo', salt, algorithm: 'sha512' })] }),
    ),
  ),
];

const forged = (
  clause: ClauseId,
  description: string,
  make: (scale: number) => Bytes,
  options: ImageOptions = trusted,
): Forgery => ({ ...sample(description, make), clause, options });

export const partitionForgeries: readonly Forgery[] = [
  forged('FOOTER-THERE', 'there is no footer', (scale) => digested(scale).slice(0, -64)),
  forged('FOOTER-BOUNDS', 'the description lies outside', (scale) => {
    const bytes = digested(scale);
    return withNumber(bytes, bytes.length - 44, bytes.length, 8);
  }),
  forged('VBMETA-HASH', 'the salt is changed afterwards', (scale) => {
    const bytes = digested(scale);
    return withBit(bytes, bytes.length - 64 - 1280 + 256 + 320 + 132 + 4);
  }),
  forged('VBMETA-TRUSTED', 'it is signed with a key of its own', (scale) =>
    digested(scale, [], { key: testKeys.stranger }),
  ),
  forged('VBMETA-ROLLBACK', 'it is older than what the device has seen', (scale) => digested(scale), {
    ...trusted,
    stored: { 0: '1' },
  }),
  forged('VBMETA-FLAGS', 'it turns hash trees off', (scale) => digested(scale, [], { flags: 1 })),
  forged('VBMETA-CHAIN-DEPTH', 'it names another partition', (scale) =>
    digested(scale, [writeChain('vendor', avbKeyOf(testKeys.vendor), 1)]),
  ),
  forged('PARTITION-DESCRIBED', 'nothing is described', (scale) => writePartition(code(scale), writeVbmeta({}))),
  forged('PARTITION-DESCRIBED', 'another partition is described with it', (scale) =>
    digested(scale, [writeHash(ascii('other'), { partition: 'other', salt })]),
  ),
  forged('PARTITION-DIGEST', 'the first byte is changed', (scale) => withBit(digested(scale), 0)),
  forged('PARTITION-DIGEST', 'the digest is of an algorithm that is not known', (scale) => {
    const descriptor = writeHash(code(scale), { partition: 'dtbo', salt });
    descriptor.set(ascii('sha257'), 24);
    return writePartition(code(scale), writeVbmeta({ descriptors: [descriptor] }));
  }),
  forged('PARTITION-TREE', 'a byte of the image is changed', (scale) => withBit(treed(scale), block)),
  forged('PARTITION-TREE', 'a byte of the tree is changed', (scale) => withBit(treed(scale), files(scale).length)),
  forged('PARTITION-TREE', 'a byte that fills up the tree is changed', (scale) =>
    withBit(treed(scale), files(scale).length + block * (scale < 2 ? 1 : 2) - 1),
  ),
  forged('PARTITION-TREE', 'the tree lies outside', (scale) => treed(scale, { treeOffset: 1 << 20 })),
  forged('PARTITION-TREE', 'the tree lies over the image', (scale) => treed(scale, { treeOffset: 0 })),
  forged('PARTITION-TREE', 'the root digest is the beginning of the right one', (scale) => {
    const { descriptor } = writeHashtree(files(scale), { partition: 'system', salt, block });
    return treed(scale, { root: descriptor.slice(190, 200) });
  }),
  forged('PARTITION-TREE', 'the tree is of a version that is not known', (scale) => treed(scale, { version: 0 })),
];
