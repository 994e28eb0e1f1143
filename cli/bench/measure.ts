/** How the bench counts: in processor time of one core, and in numbers that can be read. */

export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

/** What this share of the list lies below. */
export const middle = (list: readonly number[], share: number): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length * share)] ?? NaN;

/** Things done in a second of processor time, once half as many were done for warming up: many functions are compiled. */
export function rate(work: (share: number) => number): number {
  work(0.5);
  const before = process.cpuUsage();
  const done = work(1);
  const { user, system } = process.cpuUsage(before);
  return done / ((user + system) / 1e6);
}

/** The same of things that wait. */
export async function rateOf(work: (share: number) => Promise<number>): Promise<number> {
  await work(0.5);
  const before = process.cpuUsage();
  const done = await work(1);
  const { user, system } = process.cpuUsage(before);
  return done / ((user + system) / 1e6);
}
