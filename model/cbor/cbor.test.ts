import { describe, expect, test } from 'vitest';
import { unhex } from '../bytes.ts';
import type { Cbor } from './decode.ts';
import { decode } from './decode.ts';
import { EncodingError } from './faults.ts';
import type { Rules } from './reader.ts';
import { entriesOf, itemsOf } from './parts.ts';
import { limits } from './reader.ts';

function faultOf(digits: string, rules: Rules = {}): string {
  try {
    decode(unhex(digits), rules);
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
