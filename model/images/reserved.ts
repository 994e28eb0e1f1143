/** Reserved memory: what the configuration behind pvmfw has for single VMs, and where one of them finds its own. */
import type { Reserved } from '../../spec/images/config-pieces.ts';
import type { Bytes } from '../bytes.ts';
import { ascii, concat } from '../bytes.ts';
import { little, little32 } from './reader.ts';

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
  /** The guest is asked not to map it. */
  readonly isUnmapped?: boolean;
}

export function writeReserved(blobs: readonly ReservedBlob[]): Bytes {
  const [rows, data]: [Bytes[], Bytes[]] = [[], []];
  let end = 0;
  for (const { vm, compatible, bytes, isUnmapped = false } of blobs) {
    const [name, kind] = [ascii(`${vm}\0`), ascii(`${compatible}\0`)];
    const numbers = [end, end + name.length, bytes.length, end + name.length + bytes.length, Number(isUnmapped)];
    rows.push(...numbers.map(little32));
    data.push(name, bytes, kind);
    end += name.length + bytes.length + kind.length;
  }
  return concat(little32(blobs.length), ...rows, ...data);
}

/** Blobs on pages of their own, in the order of the list, and what the guest's tree says of each. */
export interface Handed {
  readonly memory: Bytes;
  readonly regions: readonly Region[];
}
export interface Region {
  readonly compatible: string;
  readonly start: bigint;
  readonly size: number;
  readonly isUnmapped: boolean;
}

const page = 0x1000;

/** What a VM of this name gets of a list that is as it has to be, on pages from an address on; without a name, nothing. */
export function handedTo(vm: string | undefined, list: Bytes, from: bigint): Handed {
  const rows = countSize + little(list, 0, countSize) * itemSize;
  const data = list.subarray(rows);
  const textAt = (at: number): string =>
    Array.from(data.subarray(at, data.indexOf(0, at)), (byte) => String.fromCharCode(byte)).join('');
  const own: { readonly blob: Bytes; readonly compatible: string; readonly flags: number }[] = [];
  for (let row = countSize; row < rows; row += itemSize) {
    const field = (at: number): number => little(list, row + 4 * at, 4);
    if (vm === undefined || textAt(field(0)) !== vm) continue;
    own.push({
      blob: data.subarray(field(1), field(1) + field(2)),
      compatible: textAt(field(3)),
      flags: field(4),
    });
  }
  const memory = new Uint8Array(page * own.length);
  for (const [i, { blob }] of own.entries()) memory.set(blob, page * i);
  const regions = own.map(({ blob, compatible, flags }, i) => ({
    compatible,
    start: from + BigInt(page * i),
    size: blob.length,
    isUnmapped: (flags & 1) === 1,
  }));
  return { memory, regions };
}
