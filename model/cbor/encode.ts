/** The shortest encoding of a value: map keys as given, or sorted where the format wants it. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { bigEndian, compareBytes, concat } from '../bytes.ts';
import type { Cbor } from './decode.ts';
import { isArray, isBytes, isMap } from './decode.ts';
import { major } from './reader.ts';

export interface Layout {
  /** Map keys in bytewise order of their encodings, instead of the order in which the map has them. */
  readonly sorted?: boolean;
}

export function encode(value: Cbor, layout: Layout = {}): Uint8Array {
  if (value === false) return Uint8Array.of(0xf4);
  if (value === true) return Uint8Array.of(0xf5);
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === 'number' || typeof value === 'bigint') return encodeInteger(BigInt(value));
  if (typeof value === 'string') {
    const text = utf8(value);
    return concat(head(major.text, BigInt(text.length)), text);
  }
  if (isBytes(value)) return concat(head(major.bytes, BigInt(value.length)), value);
  if (isArray(value))
    return concat(head(major.array, BigInt(value.length)), ...value.map((one) => encode(one, layout)));
  if (isMap(value)) return encodeMap(value, layout);
  throw new Error('unreachable: not a CBOR value');
}

function encodeMap(map: ReadonlyMap<Cbor, Cbor>, layout: Layout): Uint8Array {
  const entries = [...map].map(([key, held]) => ({ key: encode(key, layout), held: encode(held, layout) }));
  if (layout.sorted) entries.sort((a, b) => compareBytes(a.key, b.key));
  return concat(head(major.map, BigInt(map.size)), ...entries.flatMap(({ key, held }) => [key, held]));
}

const encodeInteger = (value: bigint): Uint8Array =>
  value < 0n ? head(major.negative, -1n - value) : head(major.unsigned, value);

function head(kind: number, count: bigint): Uint8Array {
  if (count < 0n || count > 0xffff_ffff_ffff_ffffn) throw new Error('unreachable: a number of more than 64 bits');
  if (count < 24n) return Uint8Array.of((kind << 5) | Number(count));
  const step = count < 0x100n ? 0 : count < 0x1_0000n ? 1 : count < 0x1_0000_0000n ? 2 : 3;
  return concat(Uint8Array.of((kind << 5) | (24 + step)), bigEndian(count, 1 << step));
}

function utf8(text: string): Uint8Array {
  // A lone surrogate has no encoding.
  if (/\p{Surrogate}/u.test(text)) throw new Error('unreachable: a text with a lone surrogate');
  return utf8ToBytes(text);
}
