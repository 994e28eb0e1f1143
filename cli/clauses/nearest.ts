/** What somebody may have meant who wrote a name that there is not. */

/** Letters that have to be added, left out, changed, or swapped with the next. */
function distance(a: string, b: string): number {
  let [before, above]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}

/** The candidate that is nearest, if one is near: one letter in four may be wrong. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const given = word.toLowerCase();
  let most = Math.max(1, Math.floor(given.length / 4));
  let found: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - given.length) > most) continue;
    const far = distance(given, candidate.toLowerCase());
    if (far > most || (found !== undefined && far === most)) continue;
    found = candidate;
    most = far;
  }
  return found;
}

/** Why a name is refused, in one line, with what may have been meant. */
export function noClause(id: string, ids: Iterable<string>): string {
  const meant = nearest(id, ids);
  const hint = meant === undefined ? '`pvm-spec clauses` lists them' : `did you mean ${meant}?`;
  return `no clause ${id}; ${hint}`;
}
