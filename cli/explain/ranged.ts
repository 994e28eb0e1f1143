/** Names in few words. */

/** Names that end in numbers which follow each other, three and more of them as a range. */
export function ranged(names: readonly string[]): string {
  const number = (name: string | undefined): number => Number(/^P(\d+)$/.exec(name ?? '')?.[1] ?? NaN);
  const runs: string[][] = [];
  for (const name of names) {
    const run = runs.at(-1);
    if (run !== undefined && number(run.at(-1)) === number(name) - 1) run.push(name);
    else runs.push([name]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0] ?? ''} to ${run.at(-1) ?? ''}`] : run)).join(', ');
}
