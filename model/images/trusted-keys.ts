/** The list of keys that the configuration behind pvmfw has besides the one that is built in. */
import type { Bytes } from '../bytes.ts';
import { concat } from '../bytes.ts';
import { little, little32 } from './reader.ts';

const countSize = 4;
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
  return concat(little32(keys.length), ...rows, ...keys);
}
