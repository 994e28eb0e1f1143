/** Bytes that stand for things with a number, and the numbers of bytes that are found. */
import { sha512 } from '@noble/hashes/sha2.js';
import type { Bytes } from '../bytes.ts';
import { ascii, concat, hex } from '../bytes.ts';
import type { Origin, Samples } from './disks.ts';
import { partOf } from './disks.ts';
import type { Mode } from './crypt.ts';
import { sealSector } from './crypt.ts';
import { chunkSize } from './fs-verity.ts';

/** Sectors and blocks are the smallest that dm-crypt and dm-verity have, so that many can be looked at. */
export const smallSector = 512;

export function noise(seed: string, length: number): Bytes {
  const count = Math.ceil(length / 64);
  return concat(...Array.from({ length: count }, (_, i) => sha512(ascii(`${seed} ${i}`)))).subarray(0, length);
}

const kept = <K extends readonly (string | number)[], V>(make: (...of: K) => V): ((...of: K) => V) => {
  const known = new Map<string, V>();
  return (...of) => {
    const key = of.join(' ');
    const value = known.get(key) ?? make(...of);
    known.set(key, value);
    return value;
  };
};

const plainOf = kept((datum: number): Bytes => noise(`datum ${datum}`, smallSector));
const chunkOf = kept((datum: number): Bytes => noise(`datum ${datum}`, chunkSize));
const blockOf = kept((partition: number, block: number, content: number, size: number): Bytes =>
  noise(`partition ${partition} block ${block} content ${content}`, size),
);

export interface Known extends Samples {
  readonly sealed: (key: number, sector: number, datum: number) => Bytes;
  /** Key, sector and datum of a part of a sector as it lies on the disk, and whether a bit of it is flipped. */
  readonly placed: (part: Bytes, at: number) => Placed | undefined;
}
export interface Placed {
  readonly key: number | undefined;
  readonly sector: number | undefined;
  readonly datum: number;
  readonly flipped: boolean;
}

/** All that can lie on a disk which these keys seal for these sectors. */
export function samplesOf(parts: {
  readonly mode: Mode;
  readonly keys: readonly Bytes[];
  readonly sectors: number;
  readonly data: number;
  readonly mark: Bytes;
  readonly blockSize: (partition: number) => number;
}): Known {
  const { mode, keys, sectors, data, mark } = parts;
  const sealed = kept((key: number, sector: number, datum: number) =>
    sealSector(mode, keys[key]!, sector, plainOf(datum)),
  );
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const firsts: (Placed & { readonly bytes: Bytes })[] = [
    { key: undefined, sector: undefined, datum: 0, flipped: false, bytes: new Uint8Array(smallSector) },
    ...upTo(data).flatMap((datum) =>
      upTo(keys.length).flatMap((key) =>
        upTo(sectors).map((sector) => ({ key, sector, datum, flipped: false, bytes: sealed(key, sector, datum) })),
      ),
    ),
  ];
  const known = [0, 1].map((at) => {
    const found = new Map<string, Placed>();
    const add = (bytes: Bytes, { key, sector, datum }: Placed): void => {
      found.set(hex(bytes), { key, sector, datum, flipped: false });
      found.set(hex(bytes.with(0, bytes[0]! ^ 1)), { key, sector, datum, flipped: true });
    };
    for (const one of firsts) add(partOf(one.bytes, at), one);
    if (at === 0) add(mark, { key: undefined, sector: undefined, datum: 1, flipped: false });
    return found;
  });
  const numbers = [0, 1].map((at) => new Map(upTo(data).map((datum) => [hex(partOf(plainOf(datum), at)), datum])));
  const placed = (part: Bytes, at: number): Placed | undefined => known[at]?.get(hex(part));
  return {
    fileSystem: 2,
    plain: plainOf,
    chunk: chunkOf,
    block: (partition, block, content) => blockOf(partition, block, content, parts.blockSize(partition)),
    datumOf: (part, at) => numbers[at]?.get(hex(part)) ?? 0,
    chunkNumber: (chunk) => upTo(data).find((datum) => chunkOf(datum).every((byte, i) => byte === chunk[i])) ?? 0,
    originOf: (part, at): Origin => {
      const found = placed(part, at);
      return { key: found?.key === undefined ? undefined : keys[found.key], datum: found?.datum ?? 0 };
    },
    sealed,
    placed,
  };
}
