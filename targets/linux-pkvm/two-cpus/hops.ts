/** The way along points that a CPU has come by before, with as few stops as that takes. */

/**
 * Points in order, of which a CPU that stands at one comes to the next without coming by it earlier. What a CPU may come by
 * more often than it was stopped is only the point at which it stood last.
 */
export function hopsAlong<T>(points: readonly T[]): T[] {
  /** By how many points have been passed: the fewest hops, and where the last of them begins. */
  const best: { readonly hops: number; readonly from: number }[] = [{ hops: 0, from: 0 }];
  for (let to = 1; to <= points.length; to++) {
    let [hops, start] = [Infinity, to - 1];
    for (let from = to - 1; from >= 0; from--) {
      const standsThere = points[from - 1] === points[to - 1];
      if (standsThere && from < to - 1) break;
      const before = best[from]?.hops ?? Infinity;
      if (before + 1 < hops) [hops, start] = [before + 1, from];
      if (standsThere) break;
    }
    best.push({ hops, from: start });
  }
  const way: T[] = [];
  for (let at = points.length; at > 0; at = best[at]?.from ?? 0) way.unshift(points[at - 1] as T);
  return way;
}
