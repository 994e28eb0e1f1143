/** The files of counterexamples to faults: the smallest that was ever found stays, with the story as it is told now. */
import { readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFile, writtenText } from '../../search/counterexamples/format.ts';
import { kebab } from '../../search/judge/counterexample.ts';
import type { Kind } from '../../mutants/kinds.ts';
import type { NamedFault } from '../../mutants/fault.ts';

const root = join(import.meta.dirname, '../../counterexamples');

/** Keeps the smallest of what is there and what was found, of those that show most; nothing if none shows the fault. */
export function keepSmallest<F extends NamedFault, C extends { readonly name: string }>(
  { folder, format, flawOf, weaknessOf = () => 0 }: Kind<F, C>,
  fault: F,
  found: readonly C[],
  size: (one: C) => number,
): C | undefined {
  const files = readdirSync(join(root, folder)).filter((name) => name.startsWith(`${fault.id}.`));
  const known = files
    .map((name) => parseFile(format, readFileSync(join(root, folder, name), 'utf8')))
    .filter((one): one is C => typeof one !== 'string');
  const sound = [...known, ...found].filter((one) => flawOf(fault, one) === undefined);
  const weight = new Map(sound.map((one) => [one, weaknessOf(fault, one) * 1000 + size(one)]));
  const [best] = sound.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0));
  if (best === undefined) return undefined;
  for (const name of files) unlinkSync(join(root, folder, name));
  const name = `${fault.id}.${kebab(fault.loses)}`;
  const text = writtenText(format, { ...best, name, story: fault.story }, '../../docs/schemas/');
  writeFileSync(join(root, folder, `${name}.json`), text);
  return best;
}
