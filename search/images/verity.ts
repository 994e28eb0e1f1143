/** Trees of hashes of dm-verity, sound and forged. */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Bytes } from '../../model/bytes.ts';
import { concat, hex, unhex } from '../../model/bytes.ts';
import type { Piece } from '../../model/images/reader.ts';
import { formatImage } from '../../model/storage/verity.ts';
import type { Image } from '../../model/storage/verity.ts';
import type { Forgery, Sample } from './forgery.ts';
import { withBit } from './edit.ts';

const format = 'verity tree';
const block = 512;
const [saltAt, countAt] = [88, 72];
const shape = { uuid: unhex('00112233445566778899aabbccddeeff'), dataBlock: block, hashBlock: block };
const files = (blocks: number): Bytes =>
  new Uint8Array(block * blocks).map((_, at) => (at * 7 + Math.floor(at / block)) % 256);
const images = new Map<string, Image>();
/** Made once for each size and salt, and copied where it is changed. */
function made(scale: number, salt = '0011223344556677'): Image {
  const name = `${scale} ${salt}`;
  const image = images.get(name) ?? formatImage(files(17 + 100 * scale), { ...shape, salt: unhex(salt) });
  images.set(name, image);
  return { ...image, hashes: image.hashes.slice() };
}

/** The root digest does not depend on the scale of a sample, so samples with one are of one size. */
const roots = { tree: hex(made(0).root), unsalted: hex(made(0, '').root) };

export const veritySamples: readonly Sample[] = [
  {
    format,
    description: 'a tree',
    options: { root: roots.tree },
    make: (scale) => ({ bytes: concat(made(0).hashes, new Uint8Array(block * scale)) }),
  },
  {
    format,
    description: 'a tree with its data',
    options: { root: roots.tree },
    make: () => ({ bytes: made(0).hashes, beside: { data: made(0).data } }),
  },
  {
    format,
    description: 'a tree without a salt',
    options: { root: roots.unsalted },
    make: () => ({ bytes: made(0, '').hashes }),
  },
];

const forged = (clause: ClauseId, description: string, make: (scale: number) => Piece, root?: string): Forgery => ({
  format,
  clause,
  description,
  make,
  ...(root === undefined ? {} : { options: { root } }),
});

export const verityForgeries: readonly Forgery[] = [
  forged('VERITY-SUPERBLOCK', 'the superblock is cut off', (scale) => ({
    bytes: made(scale).hashes.slice(0, block - 1),
  })),
  forged('VERITY-SUPERBLOCK', 'the block size is no power of two', (scale) => ({
    bytes: withBit(made(scale).hashes, 64),
  })),
  forged('VERITY-WHOLE', 'the lowest level is cut off', (scale) => ({ bytes: made(scale).hashes.slice(0, -1) })),
  forged('VERITY-WHOLE', 'there are more blocks than any tree has', (scale) => {
    const { hashes } = made(scale);
    hashes.set(new Uint8Array(6).fill(0xff), countAt);
    return { bytes: hashes };
  }),
  forged('VERITY-ROOT', 'the tree is one over other data', (scale) => ({ bytes: made(scale + 1).hashes }), roots.tree),
  forged('VERITY-ROOT', 'the salt is another', () => ({ bytes: withBit(made(0).hashes, saltAt) }), roots.tree),
  forged('VERITY-ROOT', 'the root digest is the beginning of the right one', () => made0(), roots.tree.slice(0, 16)),
  forged('VERITY-TREE', 'a block of the lowest level is changed', (scale) => {
    const { hashes } = made(scale);
    return { bytes: withBit(hashes, hashes.length - 1) };
  }),
  forged('VERITY-DATA', 'a block of the data is changed', (scale) => {
    const { hashes, data } = made(scale);
    return { bytes: hashes, beside: { data: withBit(data, data.length - 1) } };
  }),
  forged('VERITY-DATA', 'the data has a block more', (scale) => {
    const { hashes, data } = made(scale);
    return { bytes: hashes, beside: { data: concat(data, new Uint8Array(block)) } };
  }),
];

function made0(): Piece {
  return { bytes: made(0).hashes };
}
