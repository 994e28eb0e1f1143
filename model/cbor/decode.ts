/** Values out of bytes that have passed the scan. */
import { Decoder } from 'cbor-x';
import type { Rules } from './scan.ts';
import { entriesOf, prepared, scan } from './scan.ts';

/** An integer is a number where that is exact, and a bigint beyond. */
export type Cbor = number | bigint | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap;
export type CborMap = ReadonlyMap<Cbor, Cbor>;

const decoder = new Decoder({
  // Maps stay maps: as objects, the keys 1 and "1" would be one.
  mapsAsObjects: false,
  // No sharing of structures between messages.
  useRecords: false,
  // Byte strings are copies: what is made of a file does not change with it.
  copyBuffers: true,
  tagUint8Array: false,
});

/** The value of an encoding. Throws an EncodingError, and nothing else. */
export function decode(received: Uint8Array, rules: Omit<Rules, 'anyKind' | 'followed'> = {}): Cbor {
  const bytes = prepared(received, rules);
  scan(bytes, rules);
  // why: the library writes a property on the array that it is given.
  const value = exact(decoder.decode(bytes.slice()) as Cbor);
  return rules.repeatedKeys === 'first' && isMap(value) ? firstValues(bytes, rules) : value;
}

/** The library takes the last value of a key; here the first counts, in the outermost map. */
const firstValues = (bytes: Uint8Array, rules: Rules): CborMap =>
  new Map(
    (entriesOf(bytes, rules) ?? []).toReversed().map(([key, value]) => [decode(key, rules), decode(value, rules)]),
  );

/** The library gives every integer of more than 32 bits as a bigint; those that a number can hold become numbers. */
function exact(value: Cbor): Cbor {
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : value;
  if (Array.isArray(value)) return (value as Cbor[]).map(exact);
  if (value instanceof Map) return new Map([...(value as CborMap)].map(([key, held]) => [exact(key), exact(held)]));
  return value;
}

const isSafe = (value: bigint): boolean =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);

export const isMap = (value: Cbor | undefined): value is CborMap => value instanceof Map;
export const isArray = (value: Cbor | undefined): value is readonly Cbor[] => Array.isArray(value);
export const isBytes = (value: Cbor | undefined): value is Uint8Array => value instanceof Uint8Array;
export const isInteger = (value: Cbor | undefined): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';
