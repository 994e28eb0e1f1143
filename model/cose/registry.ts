/** Numbers that IANA has given out for COSE, and what may stand in their places. */
import type { Cbor } from '../cbor/decode.ts';
import { isArray, isBytes, isInteger } from '../cbor/decode.ts';

const upTo = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

const algorithms: ReadonlySet<Cbor> = new Set<Cbor>([
  ...[-65_535, -260, -259, -258, -257, ...upTo(-50, -25), ...upTo(-18, -10), ...upTo(-8, -3)],
  ...[...upTo(0, 7), ...upTo(10, 15), ...upTo(24, 26), ...upTo(30, 34)],
]);
const headerParameters: ReadonlySet<Cbor> = new Set<Cbor>([...upTo(0, 7), ...upTo(9, 12), ...upTo(32, 35), 256, 257]);
const keyTypes: ReadonlySet<Cbor> = new Set<Cbor>(upTo(1, 7));
const contentFormats: ReadonlySet<Cbor> = new Set<Cbor>([
  ...[0, 16, 17, 18, 40, 41, 42, 47, 50, 51, 52, ...upTo(60, 63), 96, 97, 98, 101, 102, ...upTo(110, 115)],
  ...[256, 271, ...upTo(280, 287), 310, 311, 320, 322, 432, 10_000, 10_001, 11_050, 11_060, ...upTo(11_542, 11_544)],
]);

/** Algorithms below it are anybody's. */
const firstPrivate = -65_536;
const [leastLabel, greatestLabel] = [-(1n << 63n), (1n << 63n) - 1n];

/** An integer of 64 bits with its sign, or a text. */
export const isLabel = (value: Cbor | undefined): boolean =>
  typeof value === 'string' || (isInteger(value) && value >= leastLabel && value <= greatestLabel);

const isKnown =
  (registered: ReadonlySet<Cbor>) =>
  (value: Cbor | undefined): boolean =>
    typeof value === 'string' || (value !== undefined && registered.has(value));

export const isAlgorithm = (value: Cbor | undefined): boolean =>
  isKnown(algorithms)(value) || (isLabel(value) && isInteger(value) && value < firstPrivate);
export const isKeyType = isKnown(keyTypes);

/** Parameters that are to be understood, by numbers that mean some or by texts. */
export const isCriticalList = (value: Cbor): boolean =>
  isArray(value) && value.length > 0 && value.every(isKnown(headerParameters));

/** A number that means a format, or a type and a subtype (RFC 9052, table 3). */
export const isContentType = (value: Cbor): boolean =>
  typeof value === 'string' ? value.trim() === value && value.split('/').length === 2 : contentFormats.has(value);

export const isFilledBytes = (value: Cbor): boolean => isBytes(value) && value.length > 0;
