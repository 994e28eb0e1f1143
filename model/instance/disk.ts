/**
 * Disks of 512-byte blocks, and the partition of that name on one: as pvmfw reads a GUID partition table (UEFI 2.10,
 * 5.3), which is without looking at any checksum.
 */

export type Bytes = Uint8Array;

export const blockSize = 512;
const headerBlock = 1;
const entriesBlock = 2;
const entrySize = 128;
const nameAt = 56;
const nameSize = 72;

/** Blocks of a disk, from the first to the last one. */
export interface Partition {
  readonly first: number;
  readonly last: number;
}

const viewOf = (bytes: Bytes): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const signature = 0x5452415020494645n; // "EFI PART"
const header = {
  signature: { at: 0, value: signature },
  revision: { at: 8, value: 0x10000 },
  headerSize: { at: 12, value: 92 },
  currentBlock: { at: 24, value: BigInt(headerBlock) },
  entriesBlock: { at: 72, value: BigInt(entriesBlock) },
  entrySize: { at: 84, value: entrySize },
} as const;
const countAt = 80;

function hasHeader(table: DataView): boolean {
  return Object.values(header).every(({ at, value }) =>
    typeof value === 'bigint' ? table.getBigUint64(at, true) === value : table.getUint32(at, true) === value,
  );
}

/** The partition with this name, or undefined where there is none or no table. */
export function findPartition(disk: Bytes, name: string): Partition | undefined {
  const start = headerBlock * blockSize;
  if (disk.length < start + blockSize) return undefined;
  const table = viewOf(disk.subarray(start, start + blockSize));
  if (!hasHeader(table)) return undefined;
  const count = table.getUint32(countAt, true);
  for (let number = 0; number < count; number++) {
    const at = entriesBlock * blockSize + number * entrySize;
    if (at + entrySize > disk.length) return undefined;
    const entry = viewOf(disk.subarray(at, at + entrySize));
    if (!isNamed(entry, name)) continue;
    return { first: Number(entry.getBigUint64(32, true)), last: Number(entry.getBigUint64(40, true)) };
  }
  return undefined;
}

/** The name fills its field: what comes after it is zero. */
function isNamed(entry: DataView, name: string): boolean {
  for (let i = 0; i < nameSize / 2; i++) {
    const unit = i < name.length ? name.charCodeAt(i) : 0;
    if (entry.getUint16(nameAt + 2 * i, true) !== unit) return false;
  }
  return true;
}

/** An empty disk with one partition of that name and that many blocks. */
export function makeDisk(name: string, blocks: number): Bytes {
  const first = 34;
  const disk = new Uint8Array((first + blocks) * blockSize);
  const table = viewOf(disk.subarray(headerBlock * blockSize));
  for (const { at, value } of Object.values(header)) {
    if (typeof value === 'bigint') table.setBigUint64(at, value, true);
    else table.setUint32(at, value, true);
  }
  table.setUint32(countAt, 1, true);
  const entry = viewOf(disk.subarray(entriesBlock * blockSize));
  entry.setBigUint64(32, BigInt(first), true);
  entry.setBigUint64(40, BigInt(first + blocks - 1), true);
  for (let i = 0; i < name.length; i++) entry.setUint16(nameAt + 2 * i, name.charCodeAt(i), true);
  return disk;
}

/** The bytes of a partition, in place. */
export const bytesOf = (disk: Bytes, { first, last }: Partition): Bytes =>
  disk.subarray(first * blockSize, (last + 1) * blockSize);
