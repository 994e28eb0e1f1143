/** Values out of bytes. */
import type { Rules } from './reader.ts';
import { Reader } from './reader.ts';

/** An integer is a number where that is exact, and a bigint beyond. */
export type Cbor = number | bigint | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<Cbor, Cbor>;

/** The value of an encoding. Throws an EncodingError, and nothing else. */
export const decode = (bytes: Uint8Array, rules: Rules = {}): Cbor => new Reader(bytes, rules).whole();

export const isMap = (value: Cbor | undefined): value is CborMap => value instanceof Map;
export const isArray = (value: Cbor | undefined): value is readonly Cbor[] => Array.isArray(value);
export const isBytes = (value: Cbor | undefined): value is Uint8Array => value instanceof Uint8Array;
export const isInteger = (value: Cbor | undefined): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';
