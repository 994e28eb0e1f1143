/** The shortest encoding of a value, written by cbor-x: map keys as given, or sorted where the format wants it. */
import { Encoder } from 'cbor-x';
import { compareBytes } from '../bytes.ts';
import type { Cbor, CborMap } from './decode.ts';
import { isArray, isBytes, isMap } from './decode.ts';

export interface Layout {
  /** Map keys in bytewise order of their encodings, instead of the order in which the map has them. */
  readonly sorted?: boolean;
}

const writer = new Encoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false });
/** Beyond these the library writes a number as a float, and a bigint as an integer. */
const [most, least] = [0xffff_ffff, -0x1_0000_0000];
const [end, lowest] = [1n << 64n, -(1n << 63n)];

export const encode = (value: Cbor, layout: Layout = {}): Uint8Array =>
  Uint8Array.from(writer.encode(plain(value, layout)) as Uint8Array);

/** The value as the library writes it. */
function plain(value: Cbor, layout: Layout): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return integer(value);
  if (typeof value === 'string') return text(value);
  if (isBytes(value)) return Uint8Array.from(value);
  if (isArray(value)) return value.map((one) => plain(one, layout));
  if (isMap(value)) return map(value, layout);
  return value;
}

function map(value: CborMap, layout: Layout): ReadonlyMap<unknown, unknown> {
  const entries = [...value].map(([key, held]) => ({ key, held: plain(held, layout) }));
  if (!layout.sorted) return new Map(entries.map(({ key, held }) => [plain(key, layout), held]));
  const sorted = entries.map((entry) => ({ ...entry, bytes: encode(entry.key, layout) }));
  sorted.sort((a, b) => compareBytes(a.bytes, b.bytes));
  return new Map(sorted.map(({ key, held }) => [plain(key, layout), held]));
}

function integer(value: number | bigint): number | bigint {
  if (value >= least && value <= most) return Number(value);
  if (value >= end || value < lowest) throw new Error('unreachable: a number that the library writes with a tag');
  return BigInt(value);
}

function text(value: string): string {
  // A lone surrogate has no encoding.
  if (/\p{Surrogate}/u.test(value)) throw new Error('unreachable: a text with a lone surrogate');
  return value;
}
