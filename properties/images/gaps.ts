/** What lies between ranges that are covered. */
import type { Range } from '../../spec/images/vbmeta.ts';
import type { Free } from './format.ts';

/** The bytes from one offset up to another that are in none of the ranges. */
export function gaps(from: number, to: number, covered: readonly Range[], why: string): readonly Free[] {
  const free: Free[] = [];
  let next = from;
  for (const { offset, size } of covered.toSorted((one, other) => one.offset - other.offset)) {
    if (size === 0) continue;
    if (offset > next) free.push({ from: next, to: Math.min(offset, to), why });
    next = Math.max(next, offset + size);
  }
  if (next < to) free.push({ from: next, to, why });
  return free.filter((one) => one.from < one.to);
}
