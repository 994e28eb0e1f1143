/** The headers of signed items (RFC 9052, 3.1), and the numbers that may stand in them. */
import type { Cbor, CborMap } from './cbor.ts';
import { decode, isArray, isBytes, isInteger, isMap, isText, need } from './cbor.ts';

export const headers = { alg: 1n, crit: 2n, contentType: 3n, kid: 4n, iv: 5n, partialIv: 6n, countersignature: 7n };

const rangesIn = (words: string): readonly (readonly [bigint, bigint])[] =>
  words.split(', ').map((range) => {
    const [first = '', last = first] = range.split(' to ');
    return [BigInt(first), BigInt(last)];
  });
const algorithms = rangesIn(
  '-65535, -260 to -257, -50 to -25, -18 to -10, -8 to -3, 0 to 7, 10 to 15, 24 to 26, 30 to 34',
);
const parameters = rangesIn('0 to 7, 9 to 12, 32 to 35, 256, 257');
const contentFormats = rangesIn(
  '0, 16 to 18, 40 to 42, 47, 50 to 52, 60 to 63, 96 to 98, 101, 102, 110 to 115, 256, 271, 280 to 287, 310, 311, 320, 322, 432, 10000, 10001, 11050, 11060, 11542 to 11544',
);
const isAmong = (ranges: typeof algorithms, value: Cbor | undefined): boolean =>
  isInteger(value) && ranges.some(([first, last]) => first <= value && value <= last);

/** An integer of 64 bits with its sign, or a text. */
export const isLabel = (value: Cbor | undefined): boolean =>
  isText(value) || (isInteger(value) && value >= -(2n ** 63n) && value < 2n ** 63n);
const isAlgorithm = (value: Cbor): boolean =>
  isText(value) || isAmong(algorithms, value) || (isInteger(value) && isLabel(value) && value < -65536n);
const isCritical = (value: Cbor): boolean =>
  isArray(value) && value.length > 0 && value.every((one) => isText(one) || isAmong(parameters, one));

/** A type and a subtype, or a number that stands for them. */
const isContentType = (value: Cbor): boolean =>
  isText(value) ? value.trim() === value && value.split('/').length === 2 : isAmong(contentFormats, value);

const isFilled = (value: Cbor): boolean => isBytes(value) && value.length > 0;

/** A protected header without parameters may be an empty byte string. */
export const headerIn = (bytes: Buffer): Cbor => decode(bytes.length === 0 ? Buffer.of(0xa0) : bytes);

const deepest = 16;

export function checkHeader(map: Cbor, depth = 0): asserts map is CborMap {
  need(depth <= deepest, 'too many countersignatures one within the other');
  need(isMap(map), 'a header is no map');
  need(
    map.entries.every(({ key }) => isLabel(key)),
    'a label is neither an integer of 64 bits nor a text',
  );
  const is = (label: bigint, holds: (value: Cbor) => boolean): boolean => {
    const value = map.get(label);
    return value === undefined || holds(value);
  };
  need(is(headers.alg, isAlgorithm), 'the algorithm has the wrong type');
  need(is(headers.crit, isCritical), 'the critical parameters have the wrong type');
  need(is(headers.contentType, isContentType), 'the content type has the wrong type');
  need(is(headers.kid, isFilled), 'the key identifier has the wrong type');
  need(is(headers.iv, isFilled), 'the IV has the wrong type');
  need(is(headers.partialIv, isFilled), 'the partial IV has the wrong type');
  need(!map.has(headers.iv) || !map.has(headers.partialIv), 'IV and partial IV');
  const counter = map.get(headers.countersignature);
  if (counter !== undefined) checkCountersignatures(counter, depth + 1);
}

/** One countersignature, or an array of them. */
function checkCountersignatures(value: Cbor, depth: number): void {
  need(isArray(value) && value.length > 0, 'no countersignature');
  for (const one of isArray(value[0]) ? value : [value]) {
    need(isArray(one) && one.length === 3, 'no countersignature');
    const [protectedBytes, unprotectedHeader = null, signature] = one;
    need(isBytes(protectedBytes) && isBytes(signature), 'no countersignature');
    checkHeader(headerIn(protectedBytes), depth);
    checkHeader(unprotectedHeader, depth);
  }
}
