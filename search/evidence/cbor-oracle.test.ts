import { decode as cborgDecode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';
import { askOracle, values } from './cbor-oracle.ts';

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
    const { accepted, refused } = askOracle(1_500, 1);
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
