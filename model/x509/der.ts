/** DER, before a library reads it: definite lengths in their shortest form, nested no deeper than certificates are. */
import type { Bytes } from '../bytes.ts';

const deepest = 24;

/** Whether the bytes are one DER element and nothing else, as far as tags and lengths go. */
export function isDer(bytes: Bytes): boolean {
  return endOf(bytes, 0, bytes.length, 0) === bytes.length;
}

/** The end of the element that starts at `at`, or undefined if it is not DER within `limit`. */
function endOf(bytes: Bytes, at: number, limit: number, depth: number): number | undefined {
  if (depth > deepest || at + 2 > limit) return undefined;
  const tag = bytes[at]!;
  // No certificate has a tag number above 30, which would take more than one byte.
  if ((tag & 0x1f) === 0x1f) return undefined;
  const length = lengthAt(bytes, at + 1, limit);
  if (length === undefined || length.body + length.size > limit) return undefined;
  const end = length.body + length.size;
  if ((tag & 0x20) === 0) return end;
  let child = length.body;
  while (child < end) {
    const next = endOf(bytes, child, end, depth + 1);
    if (next === undefined) return undefined;
    child = next;
  }
  return end;
}

function lengthAt(
  bytes: Bytes,
  at: number,
  limit: number,
): { readonly size: number; readonly body: number } | undefined {
  const first = bytes[at]!;
  if (first < 0x80) return { size: first, body: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3 || at + 1 + count > limit) return undefined;
  let size = 0;
  for (let i = 1; i <= count; i++) size = size * 256 + bytes[at + i]!;
  const shortest = size < 0x80 ? 0 : size < 0x100 ? 1 : size < 0x1_0000 ? 2 : 3;
  return shortest === count ? { size, body: at + 1 + count } : undefined;
}
