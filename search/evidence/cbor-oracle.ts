/** A second CBOR library as oracle: what we read, it reads alike, and whatever passes is the one encoding of its value. */
import { cdeDecodeOptions, decode as cbor2Decode } from 'cbor2';
import fc from 'fast-check';
import { compareBytes, hex } from '../../model/bytes.ts';
import type { Cbor } from '../../model/cbor/decode.ts';
import { decode, isArray, isMap, isSameValue } from '../../model/cbor/decode.ts';
import { encode } from '../../model/cbor/encode.ts';

/** Below it are integers that are read, and that the library behind the encoder writes with a tag. */
const lowest = -(1n << 63n);
const integers = fc.bigInt({ min: lowest, max: (1n << 64n) - 1n }).map(asCbor);

/** As decode gives it: a number where that is exact. */
function asCbor(value: bigint): Cbor {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

// A byte order mark in front is refused, as it could not be told from a text without.
const texts = fc.string({ unit: 'binary', maxLength: 90 }).map((text) => text.replace(/^\ufeff+/, ''));

export const values: fc.Arbitrary<Cbor> = fc.letrec<{ value: Cbor; key: Cbor }>((tie) => ({
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

/** How many mutated encodings both refuse or read alike, and how many bytes they have. */
export interface Agreed {
  accepted: number;
  refused: number;
  bytes: number;
}

/** Mutates the encoding of each drawn value, and fails with the bytes on which the two libraries disagree. */
export function askOracle(runs: number, seed: number): Agreed {
  const agreed: Agreed = { accepted: 0, refused: 0, bytes: 0 };
  const property = fc.property(values, fc.infiniteStream(fc.nat({ max: 0x7fff_ffff })), (value, choices) => {
    for (const bytes of mutationsOf(encode(value, { sorted: true }), choices)) {
      agreed.bytes += bytes.length;
      if (!agrees(bytes, agreed)) throw new Error(`the libraries disagree about ${hex(bytes)}`);
    }
  });
  fc.assert(property, { numRuns: runs, seed });
  return agreed;
}

function agrees(bytes: Uint8Array, agreed: Agreed): boolean {
  const ours = attempt(() => decode(bytes, { sorted: true }));
  const theirs = attempt(() => strict(bytes));
  if (ours === undefined) {
    agreed.refused++;
    return theirs === undefined || !isOurs(theirs.value);
  }
  agreed.accepted++;
  if (theirs === undefined || !isOurs(theirs.value)) return false;
  if (isTooLow(ours.value)) return isSameValue(ours.value, theirs.value);
  const again = [ours.value, theirs.value].map((value) => encode(value, { sorted: true }));
  return again.every((written) => compareBytes(written, bytes) === 0);
}

function isTooLow(value: Cbor): boolean {
  if (isMap(value)) return [...value].flat().some(isTooLow);
  return isArray(value) ? value.some(isTooLow) : typeof value === 'bigint' && value < lowest;
}

function attempt<T>(read: () => T): { readonly value: T } | undefined {
  try {
    return { value: read() };
  } catch {
    return undefined;
  }
}

/** Tagged bignums are another form of integers, which the reader refuses as it refuses all tags. */
const refuseTag = (): never => {
  throw new Error('a tag');
};

/** The second library under the rules of RFC 8949, 4.2.1, with maps and exact integers, and without floats and bignums. */
function strict(bytes: Uint8Array): unknown {
  return cbor2Decode(bytes, {
    ...cdeDecodeOptions,
    preferMap: true,
    rejectDuplicateKeys: true,
    rejectUndefined: true,
    rejectFloats: true,
    tags: new Map([
      [2, refuseTag],
      [3, refuseTag],
    ]),
  });
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
