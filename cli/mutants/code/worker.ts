/** Runs in the copy: puts the mutants that it is told of in force one by one, and says what each is seen by. */
import { createInterface } from 'node:readline';
import { checksOf } from '../../../mutants/code/checks.ts';

interface Told {
  readonly number: number;
  readonly folder: string;
}
const file = new URL('../../../model/mutant.ts', import.meta.url).href;
const { $mutant } = (await import(file)) as { readonly $mutant: { active: number } };
const checks = checksOf();

/** What goes wrong with a mistake in force: a check says so, or stops. */
function seenBy({ number, folder }: Told): string | undefined {
  $mutant.active = number;
  try {
    for (const { name, run } of checks(folder)) {
      try {
        if (run() !== undefined) return name;
      } catch {
        return name;
      }
    }
    return undefined;
  } finally {
    $mutant.active = 0;
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line) as Told;
  process.stdout.write(`${JSON.stringify({ number: told.number, by: seenBy(told) ?? null })}\n`);
}
