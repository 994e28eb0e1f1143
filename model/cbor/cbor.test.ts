import { decode as cborgDecode } from 'cborg';
import { cdeDecodeOptions, decode as cbor2Decode } from 'cbor2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unhex } from '../bytes.ts';
import type { Cbor } from './decode.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { EncodingError } from './faults.ts';
import type { Rules } from './scan.ts';
import { entriesOf, itemsOf, limits, scan } from './scan.ts';

function faultOf(digits: string, rules: Rules = {}): string {
  try {
    scan(unhex(digits), rules);
    return 'none';
  } catch (error) {
    if (error instanceof EncodingError) return error.fault;
    throw error;
  }
}

describe('the bytes are refused', () => {
  test.each([
    ['', 'truncated'],
    ['18', 'truncated'],
    ['1817', 'longer than needed'],
    ['1900ff', 'longer than needed'],
    ['1a0000ffff', 'longer than needed'],
    ['1b00000000ffffffff', 'longer than needed'],
    ['5803010203', 'longer than needed'],
    ['9f01ff', 'indefinite length'],
    ['bf0102ff', 'indefinite length'],
    ['5f4101ff', 'indefinite length'],
    ['1c', 'malformed'],
    ['ff', 'malformed'],
    ['f81f', 'malformed'],
    ['0000', 'trailing bytes'],
    ['4201', 'truncated'],
    ['5bffffffffffffffff', 'truncated'],
    ['9bffffffffffffffff', 'truncated'],
    ['bb7fffffffffffffff', 'truncated'],
    ['61ff', 'bad text'],
    ['62c080', 'bad text'],
    ['63eda080', 'bad text'],
    ['64f4908080', 'bad text'],
    ['63efbbbf', 'bad text'],
    ['a201000100', 'repeated key'],
    ['a2613100613100', 'repeated key'],
    ['a2410000410000', 'repeated key'],
    ['a18000', 'unexpected kind'],
    ['c000', 'unexpected kind'],
    ['f7', 'unexpected kind'],
    ['f93c00', 'unexpected kind'],
  ])('%s: %s', (digits, fault) => {
    expect(faultOf(digits)).toBe(fault);
  });

  test('when they nest too deep, before the stack does', () => {
    expect(faultOf('81'.repeat(60_000) + '00')).toBe('too deep');
    expect(faultOf('81'.repeat(limits.depth) + '00')).toBe('none');
  });

  test('when they are too many', () => {
    expect(faultOf('40'.repeat(limits.bytes + 1))).toBe('too large');
  });

  test('when keys are out of order, where order is asked for', () => {
    const unsorted = 'a220000100';
    expect(faultOf(unsorted)).toBe('none');
    expect(faultOf(unsorted, { sorted: true })).toBe('unsorted keys');
    expect(faultOf('a201002000', { sorted: true })).toBe('none');
  });
});

describe('values come out whole', () => {
  test.each<[string, Cbor]>([
    ['1bffffffffffffffff', 18446744073709551615n],
    ['3bffffffffffffffff', -18446744073709551616n],
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['1b0020000000000000', 9007199254740992n],
    ['3a00474456', -4670551],
  ])('%s', (digits, value) => {
    expect(decode(unhex(digits))).toEqual(value);
  });

  test('a number and a text that looks like it are two keys', () => {
    expect(decode(unhex('a20102613103'))).toEqual(
      new Map<Cbor, Cbor>([
        [1, 2],
        ['1', 3],
      ]),
    );
  });

  test('byte strings do not change with what they were read from', () => {
    const bytes = unhex('4101');
    const value = decode(bytes);
    bytes.fill(0);
    expect(value).toEqual(Uint8Array.of(1));
  });

  test('arrays and maps can be taken apart into their bytes', () => {
    expect(itemsOf(unhex('820141ff'))).toEqual([unhex('01'), unhex('41ff')]);
    expect(entriesOf(unhex('a1018102'))).toEqual([[unhex('01'), unhex('8102')]]);
    expect(itemsOf(unhex('01'))).toBeUndefined();
    expect(entriesOf(unhex('01'))).toBeUndefined();
  });
});

const integers = fc.bigInt({ min: -(1n << 64n), max: (1n << 64n) - 1n }).map(asCbor);

/** As decode gives it: a number where that is exact. */
function asCbor(value: bigint): Cbor {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

// A byte order mark in front is refused, as it could not be told from a text without.
const texts = fc.string({ unit: 'binary', maxLength: 90 }).map((text) => text.replace(/^\ufeff+/, ''));

const values: fc.Arbitrary<Cbor> = fc.letrec<{ value: Cbor; key: Cbor }>((tie) => ({
  key: fc.oneof(integers, texts),
  value: fc.oneof(
    { maxDepth: 4 },
    integers,
    fc.constantFrom<Cbor>(true, false, null),
    fc.uint8Array({ maxLength: 300 }),
    texts,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(tie('key'), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  ),
})).value;

describe('encode and decode', () => {
  test('are inverse', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (value, sorted) => {
        const bytes = encode(value, { sorted });
        expect(decode(bytes, { sorted })).toEqual(value);
      }),
      { numRuns: 2_000 },
    );
  });

  test('accept what a second library encodes deterministically, and nothing that it would not', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat({ max: 0x7fff_ffff })), (value, choices) => {
        for (const bytes of mutationsOf(encode(value, { sorted: true }), choices)) {
          const ours = attempt(() => decode(bytes, { sorted: true }));
          const theirs = attempt(() => strict(bytes));
          if (ours === undefined) refused++;
          else {
            accepted++;
            // Whatever passes here is the one deterministic encoding of its value for both.
            expect(theirs?.value, hexOf(bytes)).toEqual(ours.value);
            expect(encode(ours.value, { sorted: true }), hexOf(bytes)).toEqual(bytes);
          }
          if (ours === undefined && theirs !== undefined) expect(isOurs(theirs.value), hexOf(bytes)).toBe(false);
        }
      }),
      { numRuns: 1_500 },
    );
    expect(accepted).toBeGreaterThan(1_000);
    expect(refused).toBeGreaterThan(1_000);
  });

  test('agree with a third library on values in any order of keys', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        const options = { useMaps: true, strict: true, rejectDuplicateMapKeys: true, allowBigInt: true };
        expect(cborgDecode(bytes, options)).toEqual(decode(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function attempt<T>(read: () => T): { readonly value: T } | undefined {
  try {
    return { value: read() };
  } catch {
    return undefined;
  }
}

/** The second library under the rules of RFC 8949, 4.2.1, with maps and exact integers. */
function strict(bytes: Uint8Array): unknown {
  const options = { ...cdeDecodeOptions, preferMap: true, rejectDuplicateKeys: true, rejectUndefined: true };
  return cbor2Decode(bytes, options);
}

/** Values of the kinds that evidence has; tags, floats and the like are refused here and may be read there. */
function isOurs(value: unknown): value is Cbor {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value === 'bigint') return value >= -(1n << 64n) && value < 1n << 64n;
  if (typeof value === 'string') return !value.startsWith('\ufeff');
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isOurs);
  if (value instanceof Map) {
    return [...value].every(
      ([key, held]) => (typeof key !== 'object' || key instanceof Uint8Array) && isOurs(key) && isOurs(held),
    );
  }
  return false;
}

/** The bytes as they are, and then with a few changes of the kinds that attackers and accidents make. */
function* mutationsOf(bytes: Uint8Array, choices: Iterator<number>): Generator<Uint8Array> {
  const draw = (below: number): number => (choices.next().value as number) % below;
  yield bytes;
  for (let i = 0; i < 8; i++) {
    const at = draw(bytes.length);
    const changed = Uint8Array.from(bytes);
    switch (draw(6)) {
      case 0:
        changed[at] = (changed[at] as number) ^ (1 << draw(8));
        yield changed;
        break;
      case 1:
        changed[at] = draw(256);
        yield changed;
        break;
      case 2:
        yield bytes.slice(0, at);
        break;
      case 3:
        yield Uint8Array.of(...bytes, draw(256));
        break;
      case 4:
        yield Uint8Array.of(...bytes.slice(0, at), draw(256), ...bytes.slice(at));
        break;
      default:
        yield widened(bytes, at);
    }
  }
}

/** The head at some place, one size longer than it needs to be, if a short head stands there. */
function widened(bytes: Uint8Array, at: number): Uint8Array {
  const head = bytes[at] as number;
  const low = head & 0x1f;
  if (low >= 24) return bytes;
  return Uint8Array.of(...bytes.slice(0, at), (head & 0xe0) | 24, low, ...bytes.slice(at + 1));
}
