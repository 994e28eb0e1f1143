/** Which mistakes in the rules break laws that no counterexample breaks, as it is kept beside the mutants. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Breaker, Breakers } from '../../../mutants/rules/breaker.ts';

const fileIn = (folder: URL): URL => new URL('laws.json', folder);

export const readBreakers = (folder: URL): Breakers =>
  new Map(Object.entries(JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Record<string, Breaker>));

export function keepBreakers(folder: URL, found: Breakers): void {
  const sorted = [...found].sort(([one], [other]) => one.localeCompare(other));
  writeFileSync(fileIn(folder), `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`);
}
