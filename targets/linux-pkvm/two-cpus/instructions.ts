/** What instructions of AArch64 do to memory: which synchronise, and where loads and stores go. */

const is = (word: number, mask: number, value: number): boolean => (word & mask) >>> 0 === value >>> 0;

/** Load and store exclusive, load-acquire, store-release, compare and swap. */
const isOrdered = (word: number): boolean => is(word, 0x3f000000, 0x08000000);
/** LDADD and its kind, SWP. */
const isAtomic = (word: number): boolean => is(word, 0x3b200c00, 0x38200000);
/** TLBI, in all its forms. */
const isTlbi = (word: number): boolean => is(word, 0xfff8f000, 0xd5088000);

/** A point at which the hypervisor synchronises with another CPU. */
export const synchronises = (word: number): boolean => isOrdered(word) || isAtomic(word) || isTlbi(word);

const isCompareAndSwap = (word: number): boolean => is(word, 0x00a00000, 0x00a00000);
const isOrderedLoad = (word: number): boolean => is(word, 0x00400000, 0x00400000) && !isCompareAndSwap(word);

/** What a CPU asks again while it waits for another: a load-acquire, exclusive or not. */
export const asksAgain = (word: number): boolean => isOrdered(word) && isOrderedLoad(word);

export const baseOf = (word: number): number => (word >>> 5) & 31;

/** The general registers; the last is the stack pointer. */
export interface General {
  x(number: number): bigint;
}

export interface Access {
  readonly address: bigint;
  readonly bytes: number;
  readonly writes: boolean;
}

const signed = (value: number, bits: number): bigint => BigInt.asIntN(bits, BigInt(value));
const sizeOf = (word: number): number => {
  const vector = is(word, 0x04800000, 0x04800000) ? 16 : 1;
  return vector === 16 && word >>> 30 === 0 ? 16 : 1 << (word >>> 30);
};

function pair(word: number, base: bigint): Access {
  const isVector = is(word, 0x04000000, 0x04000000);
  const each = isVector ? 4 << (word >>> 30) : word >>> 30 === 2 ? 8 : 4;
  const isPostIndexed = is(word, 0x01800000, 0x00800000);
  const offset = isPostIndexed ? 0n : signed((word >>> 15) & 0x7f, 7) * BigInt(each);
  return { address: base + offset, bytes: 2 * each, writes: is(word, 0x00400000, 0) };
}

/** The one register is extended and shifted to be added to the other. */
function indexed(word: number, registers: General): bigint {
  const number = (word >>> 16) & 31;
  const value = number === 31 ? 0n : registers.x(number);
  const option = (word >>> 13) & 7;
  const extended = option === 2 ? BigInt.asUintN(32, value) : option === 6 ? BigInt.asIntN(32, value) : value;
  const shift = is(word, 0x1000, 0x1000) ? BigInt(Math.log2(sizeOf(word))) : 0n;
  return extended << shift;
}

function single(word: number, registers: General, base: bigint): Access | undefined {
  const access = { bytes: sizeOf(word), writes: is(word, 0x00c00000, 0) };
  if (is(word, 0x3b000000, 0x39000000)) {
    return { ...access, address: base + BigInt(((word >>> 10) & 0xfff) * access.bytes) };
  }
  if (is(word, 0x3b200c00, 0x38200800)) return { ...access, address: base + indexed(word, registers) };
  if (!is(word, 0x3b200000, 0x38000000)) return undefined;
  const isPostIndexed = is(word, 0xc00, 0x400);
  return { ...access, address: base + (isPostIndexed ? 0n : signed((word >>> 12) & 0x1ff, 9)) };
}

const clearsLine = (word: number): boolean => is(word, 0xffffffe0, 0xd50b7420);
const lineBytes = 64;

/** Where an instruction loads or stores, given the registers before it; undefined where it does not. */
export function accessOf(word: number, registers: General): Access | undefined {
  if (clearsLine(word)) {
    const address = registers.x(word & 31) & ~BigInt(lineBytes - 1);
    return { address, bytes: lineBytes, writes: true };
  }
  const base = registers.x(baseOf(word));
  if (isOrdered(word)) return { address: base, bytes: 1 << (word >>> 30), writes: !isOrderedLoad(word) };
  if (isAtomic(word)) return { address: base, bytes: 1 << (word >>> 30), writes: true };
  if (is(word, 0x3a000000, 0x28000000)) return pair(word, base);
  return single(word, registers, base);
}

/** STR with an offset or an index, STUR, STLR. */
const storesWord = (word: number): boolean =>
  is(word, 0xffc00000, 0xf9000000) || is(word, 0xffe00000, 0xf8000000) || is(word, 0xfffffc00, 0xc89ffc00);
const zeroRegister = 31;

/** The 64 bits that an instruction stores from one register; undefined for all other stores. */
export function storedBy(word: number, registers: General): bigint | undefined {
  if (!storesWord(word)) return undefined;
  const from = word & 31;
  return from === zeroRegister ? 0n : registers.x(from);
}
