/** One call is made a little different, and with that others can be spared. */
import type { Call } from '../../spec/transition-system.ts';
import type { CanonicalNames } from './canonical.ts';

export function* replacing<C extends Call>(calls: readonly C[], names: CanonicalNames): Iterable<readonly C[]> {
  for (let at = calls.length - 1; at >= 0; at--) {
    for (const other of names.variantsOf(calls[at] as C, calls)) {
      for (const kept of keeping(calls.length, at)) yield kept.map((i) => (i === at ? other : (calls[i] as C)));
    }
  }
}

/**
 * The proper subsets of the numbers below `length` that hold `at`: the smallest first, and of four no more than two.
 */
function keeping(length: number, at: number): readonly (readonly number[])[] {
  const all = Array.from({ length }, (_, i) => i);
  const sets = Array.from({ length: 2 ** length - 1 }, (_, set) => all.filter((i) => ((set >> i) & 1) === 1));
  const most = length > 3 ? 2 : length - 1;
  return sets.filter((set) => set.includes(at) && set.length <= most).sort((a, b) => a.length - b.length);
}
