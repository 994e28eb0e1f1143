/** Reserved memory and trusted keys, two entries of the configuration behind pvmfw. */
import type { Reserved } from '../../spec/images/pvmfw-config.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat } from '../bytes.ts';
import { little } from './reader.ts';

const countSize = 4;
const itemSize = 20;

/** A count, as many rows of five numbers, and the bytes that they point into. */
export function readReserved(bytes: Bytes, at: number): Reserved {
  const count = little(bytes, 0, countSize);
  const table = countSize + count * itemSize;
  const room = bytes.length < countSize ? -1 : bytes.length - table;
  if (room < 0) return { at, room, items: [] };
  const data = bytes.subarray(table);
  const lastZero = data.lastIndexOf(0);
  const items = Array.from({ length: count }, (_, i) => {
    const row = countSize + i * itemSize;
    const [name, offset, size, kind] = [0, 4, 8, 12].map((field) => little(bytes, row + field, 4)) as [
      number,
      number,
      number,
      number,
    ];
    return { at: at + row, isNamed: name <= lastZero && kind <= lastZero, offset, size };
  });
  return { at, room, items };
}

/** One page or less for the VM of a name. */
export interface ReservedBlob {
  readonly vm: string;
  readonly compatible: string;
  readonly bytes: Bytes;
}

const number = (...values: readonly number[]): Bytes => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value, true);
  return new Uint8Array(view.buffer);
};

export function writeReserved(blobs: readonly ReservedBlob[]): Bytes {
  const [rows, data]: [Bytes[], Bytes[]] = [[], []];
  let end = 0;
  for (const { vm, compatible, bytes } of blobs) {
    const [name, kind] = [ascii(`${vm}\0`), ascii(`${compatible}\0`)];
    rows.push(number(end, end + name.length, bytes.length, end + name.length + bytes.length, 0));
    data.push(name, bytes, kind);
    end += name.length + bytes.length + kind.length;
  }
  return concat(number(blobs.length), ...rows, ...data);
}

const keyRowSize = 32;

/** The keys of a list; none of them where anything in it is not as it has to be. */
export function readKeys(bytes: Bytes): readonly Bytes[] {
  const count = little(bytes, 0, countSize);
  const data = bytes.subarray(countSize + count * keyRowSize);
  if (bytes.length < countSize + count * keyRowSize) return [];
  const keys: Bytes[] = [];
  for (let row = countSize; row < countSize + count * keyRowSize; row += keyRowSize) {
    const [size, offset] = [little(bytes, row, 2), little(bytes, row + 2, 2)];
    const isReserved = bytes.subarray(row + 4, row + keyRowSize).every((byte) => byte === 0);
    if (!isReserved || offset + size > data.length) return [];
    keys.push(data.subarray(offset, offset + size));
  }
  return keys;
}

export function writeKeys(keys: readonly Bytes[]): Bytes {
  let end = 0;
  const rows = keys.map((key) => {
    const row = new Uint8Array(keyRowSize);
    new DataView(row.buffer).setUint16(0, key.length, true);
    new DataView(row.buffer).setUint16(2, end, true);
    end += key.length;
    return row;
  });
  return concat(number(keys.length), ...rows, ...keys);
}
