/** Values out of bytes. */
import type { EncodingFault } from '../../spec/evidence/facts.ts';
import { sameBytes } from '../bytes.ts';
import { EncodingError } from './faults.ts';
import type { Rules } from './reader.ts';
import { Reader } from './reader.ts';

/** An integer is a number where that is exact, and a bigint beyond. */
export type Cbor = number | bigint | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<Cbor, Cbor>;

/** The value of an encoding. Throws an EncodingError, and nothing else. */
export const decode = (bytes: Uint8Array, rules: Rules = {}): Cbor => new Reader(bytes, rules).whole();

export type Decoded = { readonly value: Cbor } | { readonly fault: EncodingFault };

/** The same, with what is wrong as a value. Never throws. */
export function tryDecode(bytes: Uint8Array, rules: Rules = {}): Decoded {
  try {
    return { value: decode(bytes, rules) };
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return { fault: error.fault };
  }
}

/** Whether two values have one encoding: maps with their keys in the same order. */
export function isSameValue(one: Cbor, other: Cbor): boolean {
  if (isBytes(one)) return isBytes(other) && sameBytes(one, other);
  if (isMap(one)) return isMap(other) && isSameValue([...one].flat(), [...other].flat());
  if (!isArray(one)) return one === other;
  return isArray(other) && one.length === other.length && one.every((item, at) => isSameValue(item, other[at] ?? null));
}

export const isMap = (value: Cbor | undefined): value is CborMap => value instanceof Map;
export const isArray = (value: Cbor | undefined): value is readonly Cbor[] => Array.isArray(value);
export const isBytes = (value: Cbor | undefined): value is Uint8Array => value instanceof Uint8Array;
export const isInteger = (value: Cbor | undefined): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';
