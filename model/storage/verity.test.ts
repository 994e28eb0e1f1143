import { readFileSync } from 'node:fs';
import { sha512 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex, sameBytes, unhex } from '../bytes.ts';
import { readChunk, readMeasured, writeChunk } from './authfs.ts';
import { chunkSize, measure, shape as chunks } from './fs-verity.ts';
import { treeOf } from './merkle.ts';
import { formatImage, readBlock, readSuperblock } from './verity.ts';
import type { Image, Trusted } from './verity.ts';

const size = 512;
const uuid = unhex('00112233445566778899aabbccddeeff');
const options = { uuid, dataBlock: size, hashBlock: size, salt: unhex('0011223344556677') };
const dataOf = (blocks: number): Bytes =>
  concat(
    ...Array.from({ length: blocks }, (_, i) => {
      const digest = sha512(ascii(`block ${i}`));
      return concat(...Array.from({ length: size / digest.length }, () => digest));
    }),
  );
const trustedOf = ({ hashes, root }: Image): Trusted => {
  const superblock = readSuperblock(hashes);
  if (superblock === undefined) throw new Error('unreachable: no superblock');
  return { superblock, root };
};
const vectors = (name: string): Buffer => readFileSync(new URL(`../vectors/verity/${name}`, import.meta.url));
const known = JSON.parse(vectors('known.json').toString()) as {
  readonly rootHash: string;
  readonly fsVerity: readonly { readonly length: number; readonly digest: string }[];
};

test('an image is byte for byte what veritysetup has written', () => {
  const { hashes, root } = formatImage(dataOf(300), options);
  expect(hex(root)).toBe(known.rootHash);
  expect(sameBytes(hashes, vectors('hashes.img'))).toBe(true);
});

test('an image of veritysetup is read, each block of it', () => {
  const image = { data: dataOf(300), hashes: Uint8Array.from(vectors('hashes.img')), root: unhex(known.rootHash) };
  const trusted = trustedOf(image);
  for (let block = 0; block < 300; block++)
    expect(readBlock(trusted, image, block)).toEqual(image.data.slice(block * size, (block + 1) * size));
  expect(readBlock(trusted, image, 300)).toBe('EIO');
});

test('digests of files are those of fsverity', () => {
  for (const { length, digest } of known.fsVerity)
    expect(hex(measure(new Uint8Array(length).fill('a'.charCodeAt(0))))).toBe(digest);
});

/** What each block reads as with one byte changed: itself, or an error; never anything else. */
function readings(trusted: Trusted, sound: Image, changed: Pick<Image, 'data' | 'hashes'>): ('same' | 'EIO')[] {
  return Array.from({ length: trusted.superblock.dataBlocks }, (_, block) => {
    const read = readBlock(trusted, changed, block);
    if (read === 'EIO') return 'EIO';
    if (!sameBytes(read, sound.data.slice(block * size, (block + 1) * size)))
      throw new Error(`block ${block} is wrong`);
    return 'same';
  });
}

describe.each([1, 2, 3, 17])('an image of %i blocks', (blocks) => {
  const sound = formatImage(dataOf(blocks), options);
  const trusted = trustedOf(sound);
  const flipped = (bytes: Bytes, at: number): Bytes => bytes.with(at, bytes[at]! ^ (1 << (at % 8)));

  test('a byte of the data that changes makes its own block unreadable, and no other', () => {
    for (let at = 0; at < sound.data.length; at += blocks > 3 ? 37 : 1) {
      const errors = readings(trusted, sound, { ...sound, data: flipped(sound.data, at) });
      expect(errors.map((error, block) => (error === 'EIO') === (block === Math.floor(at / size)))).not.toContain(
        false,
      );
    }
  });

  test('a byte of the tree that changes, padding as well, makes all blocks below it unreadable', () => {
    for (let at = size; at < sound.hashes.length; at += blocks > 3 ? 7 : 1) {
      const errors = readings(trusted, sound, { ...sound, hashes: flipped(sound.hashes, at) });
      const node = Math.floor(at / size) - 1;
      const below = blocks <= 16 || node === 0 ? errors : node === 1 ? errors.slice(0, 16) : errors.slice(16);
      expect(below).not.toContain('same');
      expect(errors.filter((error) => error === 'EIO')).toHaveLength(below.length);
    }
  });

  test('a tree that the host makes anew hangs from another root', () => {
    const data = flipped(sound.data, 0);
    expect(readBlock(trusted, formatImage(data, options), 0)).toBe('EIO');
  });
});

test('the host cannot shorten the way by a superblock of its own: what counts is that which was signed', () => {
  const sound = formatImage(dataOf(17), options);
  const trusted = trustedOf(sound);
  // The root node as an image of one block: its digest is the root digest.
  const short = { data: sound.hashes.slice(size, 2 * size), hashes: sound.hashes };
  expect(readBlock({ ...trusted, superblock: { ...trusted.superblock, dataBlocks: 1 } }, short, 0)).toEqual(short.data);
  expect(readBlock(trusted, short, 0)).toBe('EIO');
});

test('a superblock that is not understood is none', () => {
  const { hashes } = formatImage(dataOf(2), options);
  const changed = [0, 8, 12, 32, 64, 68, 79].map((at) => readSuperblock(hashes.with(at, 0xa5)));
  expect(changed).toEqual(changed.map(() => undefined));
  expect(readSuperblock(hashes.subarray(0, 511))).toBeUndefined();
});

test('a measured file: each change of a chunk, a node, the length or the root is an I/O error', () => {
  const file = new Uint8Array(130 * chunkSize - 5).map((_, i) => i % 251);
  const { levels, root } = treeOf(file, chunks);
  const cut = (bytes: Bytes): Bytes[] =>
    Array.from({ length: Math.ceil(bytes.length / chunkSize) }, (_, i) => {
      const chunk = new Uint8Array(chunkSize);
      chunk.set(bytes.subarray(i * chunkSize, (i + 1) * chunkSize));
      return chunk;
    });
  const served = { chunks: cut(file), levels: levels.map(cut), length: file.length, root };
  const trusted = measure(file);
  for (const at of [0, 1, 127, 128, 129]) expect(readMeasured(trusted, served, at)).toEqual(served.chunks[at]);
  const flip = (blocks: readonly Bytes[], at: number): Bytes[] =>
    blocks.map((one, i) => (i === at ? one.with(9, ~one[9]!) : one));
  const wrong = [
    { ...served, chunks: flip(served.chunks, 128) },
    { ...served, levels: [flip(served.levels[0]!, 1), served.levels[1]!] },
    { ...served, levels: [served.levels[0]!, flip(served.levels[1]!, 0)] },
    { ...served, levels: [served.levels[0]!] },
    { ...served, length: served.length + 1 },
    { ...served, root: served.root.with(0, ~served.root[0]!) },
  ];
  expect(wrong.map((one) => readMeasured(trusted, one, 128))).toEqual(wrong.map(() => 'EIO'));
  expect(readMeasured(trusted, wrong[0]!, 127)).toEqual(served.chunks[127]);
});

test('a file that is being written: only what was written last is read, of each chunk', () => {
  const [old, now] = [1, 2].map((byte) => new Uint8Array(chunkSize).fill(byte)) as [Bytes, Bytes];
  const file = { leaves: [] as Bytes[] };
  const stored: Bytes[] = [];
  writeChunk(file, stored, 1, old);
  writeChunk(file, stored, 1, now);
  writeChunk(file, stored, 2, old);
  expect(readChunk(file, stored, 1)).toEqual(now);
  expect(readChunk(file, stored.with(1, old), 1)).toBe('EIO');
  expect(readChunk(file, stored.with(1, now.with(7, 0)), 1)).toBe('EIO');
  expect(readChunk(file, stored.with(1, stored[2]!), 1)).toBe('EIO');
  expect(readChunk(file, [now, now], 0)).toBe('EIO');
});
