/** The counterexamples of rules that come with the project. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCounterexample } from '../search/counterexamples/file.ts';
import type { Counterexample } from '../search/counterexamples/file.ts';

const folder = join(import.meta.dirname, '../counterexamples/rules');
let known: readonly Counterexample[] | undefined;

/** All of them, read once. */
export function knownSequences(): readonly Counterexample[] {
  known ??= readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const read = parseCounterexample(readFileSync(join(folder, name), 'utf8'));
      if (typeof read === 'string') throw new Error(`unreachable: counterexamples/rules/${name}: ${read}`);
      return read;
    });
  return known;
}
