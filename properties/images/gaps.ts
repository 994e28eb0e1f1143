/** What lies between ranges that are covered. */
import type { Range } from '../../spec/images/vbmeta.ts';
import { outside } from '../../model/images/spans.ts';
import type { Free } from './format.ts';

/** The bytes from one offset up to another that are in none of the ranges. */
export function gaps(from: number, to: number, covered: readonly Range[], why: string): readonly Free[] {
  const parts = covered.filter(({ size }) => size > 0).map(({ offset, size }) => ({ from: offset, to: offset + size }));
  return outside(parts, { from, to }).map((one) => ({ ...one, why }));
}
