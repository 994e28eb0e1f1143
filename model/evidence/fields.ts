/** Fields of a decoded map, as facts: absent, of the wrong type, or given. */
import type { Field } from '../../spec/evidence/facts.ts';
import { hex } from '../bytes.ts';
import type { Cbor, CborMap } from '../cbor/decode.ts';
import { isBytes, isInteger } from '../cbor/decode.ts';

/** A field that `read` makes a value of; undefined from it means the wrong type. */
export function field<T>(map: CborMap, label: Cbor, read: (value: Cbor) => T | undefined): Field<T> {
  const held = map.get(label);
  if (held === undefined) return { kind: 'absent' };
  const value = read(held);
  return value === undefined ? { kind: 'mistyped' } : { kind: 'given', value };
}

export const asText = (value: Cbor): string | undefined => (typeof value === 'string' ? value : undefined);
export const asHex = (value: Cbor): string | undefined => (isBytes(value) ? hex(value) : undefined);
export const asNull = (value: Cbor): true | undefined => (value === null ? true : undefined);

/** An integer from `least` to `most`, as decimal digits, for it may be more than a number holds. */
const asInteger =
  (least: bigint, most: bigint) =>
  (value: Cbor): string | undefined =>
    isInteger(value) && BigInt(value) >= least && BigInt(value) <= most ? String(value) : undefined;

export const asUnsigned64 = asInteger(0n, (1n << 64n) - 1n);
export const asSigned64 = asInteger(-(1n << 63n), (1n << 63n) - 1n);
export const asUnsigned32 = asInteger(0n, (1n << 32n) - 1n);
