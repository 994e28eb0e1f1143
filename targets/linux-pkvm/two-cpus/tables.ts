/** Page tables of the architecture, read out of memory: 4 KiB granules, four levels. */
import { pageBytes } from './memory.ts';
import type { Memory, Range } from './memory.ts';

const entries = 512;
export const entryBytes = 8;
const lastLevel = 3;
const addressMask = 0xfffffffff000n;
const forbidsExecution = 1n << 54n;

export interface Readable {
  read(range: Range): Buffer;
}

/** A piece of an address space that one entry maps. */
export interface Mapping {
  readonly virtual: bigint;
  readonly physical: number;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

const bytesAt = (level: number): bigint => 1n << BigInt(39 - 9 * level);
const isTable = (entry: bigint, level: number): boolean => level < lastLevel && (entry & 2n) !== 0n;
const mappedBy = (entry: bigint, virtual: bigint, level: number): Mapping => ({
  virtual,
  physical: Number(entry & addressMask),
  bytes: Number(bytesAt(level)),
  isExecutable: (entry & forbidsExecution) === 0n,
});

/** The address of a root table in a register such as TTBR0_EL2, without what else the register holds. */
export const rootIn = (register: bigint): bigint => register & addressMask;

/** All that a table maps, in order of addresses. */
export function* mappings(memory: Memory, table: bigint, from = 0n, level = 0): Generator<Mapping> {
  const page = memory.read({ address: Number(table), bytes: pageBytes });
  for (let i = 0; i < entries; i++) {
    const entry = page.readBigUInt64LE(i * entryBytes);
    if ((entry & 1n) === 0n) continue;
    const virtual = from + BigInt(i) * bytesAt(level);
    if (isTable(entry, level)) yield* mappings(memory, entry & addressMask, virtual, level + 1);
    else yield mappedBy(entry, virtual, level);
  }
}

/** Where an address lies in physical memory now; undefined where nothing is mapped. */
export function translate(memory: Readable, table: bigint, address: bigint, level = 0): number | undefined {
  const index = Number((address / bytesAt(level)) & BigInt(entries - 1));
  const entry = memory.read({ address: Number(table) + index * entryBytes, bytes: entryBytes }).readBigUInt64LE();
  if ((entry & 1n) === 0n) return undefined;
  if (isTable(entry, level)) return translate(memory, entry & addressMask, address, level + 1);
  return Number(entry & addressMask) + Number(address & (bytesAt(level) - 1n));
}
