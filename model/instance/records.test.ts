import { describe, expect, test } from 'vitest';
import { blockSize, bytesOf, findPartition, makeDisk } from './disk.ts';
import type { Bytes } from './disk.ts';
import { findEntry, formatImage, identifiers, partitionName, perform } from './image.ts';
import { openMicrodroid, openPvmfw, pvmfwBodySize, writeMicrodroid, writePvmfw } from './records.ts';

const bytes = (length: number, seed: number): Bytes => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
const device = bytes(32, 1);
const instance = bytes(32, 2);
const body = bytes(pvmfwBodySize, 3);
const payload = bytes(300, 4);
const nonce = bytes(12, 5);

function newImage(): Bytes {
  const disk = makeDisk(partitionName, 8);
  const partition = findPartition(disk, partitionName);
  if (partition === undefined) throw new Error('unreachable: the disk has the partition');
  const image = bytesOf(disk, partition);
  formatImage(image);
  return image;
}

/** An image after a first boot, and where the entries lie. */
function recorded() {
  const image = newImage();
  perform(image, writePvmfw(image, device, body, nonce) ?? []);
  perform(image, writeMicrodroid(image, instance, payload, nonce) ?? []);
  const at = (identifier: Bytes) => {
    const found = findEntry(image, identifier);
    if (found.kind !== 'entry') throw new Error('unreachable: the entry was written');
    return found;
  };
  return { image, pvmfw: at(identifiers.pvmfw), microdroid: at(identifiers.microdroid) };
}

/** The image with one bit of one byte turned. */
function turned(image: Bytes, at: number, bit: number): Bytes {
  const copy = image.slice();
  copy[at]! ^= 1 << bit;
  return copy;
}

const bits = [0, 1, 2, 3, 4, 5, 6, 7];

test('what was recorded is found again, and lies where it should', () => {
  const { image, pvmfw, microdroid } = recorded();
  expect(openPvmfw(image, device)).toEqual({ kind: 'recorded', body });
  expect(openMicrodroid(image, instance)).toEqual({ kind: 'recorded', body: payload });
  expect(pvmfw).toEqual({ kind: 'entry', at: blockSize, size: pvmfwBodySize + 28 });
  expect(microdroid).toEqual({ kind: 'entry', at: 3 * blockSize, size: payload.length + 28 });
});

test('an image that nobody has booted from is new to both', () => {
  expect(openPvmfw(newImage(), device)).toEqual({ kind: 'new' });
  expect(openMicrodroid(newImage(), instance)).toEqual({ kind: 'new' });
});

describe('INSTANCE-TAMPERED: one turned bit', () => {
  const { image, pvmfw, microdroid } = recorded();

  test("anywhere in what pvmfw has sealed ends pvmfw's stage", () => {
    for (let i = 0; i < pvmfw.size; i++) {
      for (const bit of bits) {
        expect(openPvmfw(turned(image, pvmfw.at + blockSize + i, bit), device).kind).toBe('damaged');
      }
    }
  });

  test('anywhere in what Microdroid has sealed, or in its header, never passes for what it recorded', () => {
    for (let i = 0; i < blockSize + microdroid.size; i++) {
      for (const bit of bits) {
        const opened = openMicrodroid(turned(image, microdroid.at + i, bit), instance);
        expect(opened.kind === 'recorded').toBe(false);
      }
    }
  });

  test("in the rest of pvmfw's header changes nothing, for nothing is authenticated there", () => {
    for (let i = 24; i < blockSize; i++) {
      expect(openPvmfw(turned(image, pvmfw.at + i, 0), device).kind).toBe('recorded');
    }
  });

  test('in the magic number or the version ends both', () => {
    for (let i = 0; i < 21; i++) {
      for (const bit of bits) {
        expect(openPvmfw(turned(image, i, bit), device).kind).toBe('damaged');
        expect(openMicrodroid(turned(image, i, bit), instance).kind).toBe('damaged');
      }
    }
  });
});

describe('power fails', () => {
  test('RECORD-CRASH: while pvmfw writes, and its entry is as good as none', () => {
    for (const count of [0, 1]) {
      const image = newImage();
      perform(image, writePvmfw(image, device, body, nonce) ?? [], count);
      expect(openPvmfw(image, device)).toEqual({ kind: 'new' });
    }
  });

  test('GUEST-RECORD-CRASH: while Microdroid writes, and its entry never opens', () => {
    for (const count of [1, 2, 3]) {
      const image = newImage();
      perform(image, writePvmfw(image, device, body, nonce) ?? []);
      perform(image, writeMicrodroid(image, instance, payload, nonce) ?? [], count);
      expect(openMicrodroid(image, instance)).toEqual({ kind: 'damaged' });
    }
  });
});

test('an entry of another secret does not open', () => {
  const { image } = recorded();
  expect(openPvmfw(image, instance).kind).toBe('damaged');
  expect(openMicrodroid(image, device).kind).toBe('damaged');
});

describe('a hostile image is neither followed out of bounds nor for ever', () => {
  test.each([0n, 1n, 27n, 2n ** 63n, 2n ** 64n - 1n])('with a length of %i', (size) => {
    const { image, pvmfw, microdroid } = recorded();
    for (const { at } of [pvmfw, microdroid])
      new DataView(image.buffer, image.byteOffset + at).setBigUint64(16, size, true);
    expect(openPvmfw(image, device).kind).toBe('damaged');
    expect(openMicrodroid(image, instance).kind).toBe('damaged');
  });

  test('without room for an entry', () => {
    const image = newImage();
    for (let at = blockSize; at < image.length; at += blockSize) image[at] = 1;
    expect(openPvmfw(image, device).kind).toBe('damaged');
    expect(writePvmfw(image, device, body, nonce)).toBeUndefined();
    expect(writeMicrodroid(image, instance, payload, nonce)).toBeUndefined();
  });

  test('without a partition of that name', () => {
    expect(findPartition(makeDisk('vm-instances', 4), partitionName)).toBeUndefined();
    expect(findPartition(new Uint8Array(100), partitionName)).toBeUndefined();
    expect(findPartition(new Uint8Array(4096), partitionName)).toBeUndefined();
  });
});
