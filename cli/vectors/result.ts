/** What the corpus was found to be worth, as it is kept. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Strength } from '../../mutants/vectors/strength.ts';

const file = new URL('../../mutants/vectors/results.json', import.meta.url);

export const readStrength = (): Strength => JSON.parse(readFileSync(file, 'utf8')) as Strength;

/** One mistake to a line. */
export function keepStrength({ cases, tried }: Strength): void {
  const lines = tried.map((one) => `    ${JSON.stringify(one)}`);
  writeFileSync(file, `{\n  "cases": ${cases},\n  "tried": [\n${lines.join(',\n')}\n  ]\n}\n`);
}
