/** Arrays and maps, taken apart into the bytes of what they hold. */
import { isArray, isMap } from './decode.ts';
import { EncodingError } from './faults.ts';
import type { Rules } from './reader.ts';
import { Reader } from './reader.ts';

/** The items of an array, in order, or undefined if the bytes hold something else. Throws an EncodingError. */
export function itemsOf(bytes: Uint8Array, rules: Rules = {}): readonly Uint8Array[] | undefined {
  const reader = new Reader(bytes, rules);
  return isArray(reader.whole()) ? partsIn(bytes, reader) : undefined;
}

/** The keys and values of a map, in order, or undefined if the bytes hold something else. Throws an EncodingError. */
export function entriesOf(
  bytes: Uint8Array,
  rules: Rules = {},
): readonly (readonly [Uint8Array, Uint8Array])[] | undefined {
  const reader = new Reader(bytes, rules);
  if (!isMap(reader.whole())) return undefined;
  const parts = partsIn(bytes, reader);
  return parts.flatMap((key, at) => (at % 2 === 0 ? [[key, parts[at + 1]!] as const] : []));
}

/** The tag at the beginning, if there is one, and the bytes after it. Throws an EncodingError. */
export function tagOf(bytes: Uint8Array): { readonly tag: number | undefined; readonly body: Uint8Array } {
  const reader = new Reader(bytes, {});
  const tag = reader.tag();
  return { tag, body: tag === undefined ? bytes : bytes.slice(reader.at) };
}

/** The bytes cut before each outermost item and after the last; in one piece where they hold no array or map. */
export function partsOf(bytes: Uint8Array): readonly Uint8Array[] {
  try {
    const reader = new Reader(bytes, { anyKind: true, followed: true, longNumbers: true, repeatedKeys: 'last' });
    reader.whole();
    const [first, last] = [reader.cuts[0] ?? bytes.length, reader.cuts.at(-1) ?? bytes.length];
    return [bytes.slice(0, first), ...partsIn(bytes, reader), bytes.slice(last)].filter((part) => part.length > 0);
  } catch (error) {
    if (!(error instanceof EncodingError)) throw error;
    return [bytes];
  }
}

const partsIn = (bytes: Uint8Array, { cuts }: Reader): readonly Uint8Array[] =>
  cuts.slice(1).map((end, at) => bytes.slice(cuts[at], end));
