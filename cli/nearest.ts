/** What somebody may have meant who wrote a name that there is not. */

/** Letters to insert, leave out, change or swap with their neighbour. */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(
        Math.min(
          (rows[i - 1]?.[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (rows[i - 1]?.[j - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? Infinity;
}

/** The names that are closest, if any is close: one letter in four may be wrong, or the name go on. */
export function nearest(given: string, names: Iterable<string>, most = 3): string[] {
  const wanted = given.toLowerCase();
  const wrong = Math.max(1, Math.floor(wanted.length / 4));
  const from = (name: string): number => (name.startsWith(wanted) && wanted.length > 2 ? 0.5 : distance(wanted, name));
  return [...new Set(names)]
    .filter((name) => name.toLowerCase().startsWith(wanted) || Math.abs(name.length - given.length) <= wrong)
    .map((name) => ({ name, far: from(name.toLowerCase()) }))
    .filter(({ far }) => far <= wrong)
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name);
}
