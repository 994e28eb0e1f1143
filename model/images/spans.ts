/** Stretches of an image. */
import type { Bytes } from '../bytes.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export const spanned = (bytes: Bytes, { from, to }: Span): Bytes => bytes.subarray(from, to);

export const moved = ({ from, to }: Span, by: number): Span => ({ from: from + by, to: to + by });

/** What is left of a whole outside of parts of it, in order. */
export function outside(parts: readonly Span[], whole: Span): readonly Span[] {
  const left: Span[] = [];
  let at = whole.from;
  for (const { from, to } of parts.toSorted((one, other) => one.from - other.from)) {
    if (from > at) left.push({ from: at, to: Math.min(from, whole.to) });
    at = Math.max(at, to);
  }
  return [...left, { from: at, to: whole.to }].filter((one) => one.from < one.to);
}
