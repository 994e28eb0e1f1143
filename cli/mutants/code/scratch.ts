/** A copy of the repository in which the sources of the model hold all of their mutants. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instrument } from '../../../mutants/code/instrument.ts';
import type { CodeMutant } from '../../../mutants/code/instrument.ts';
import { root } from '../../generate/inputs.ts';

const parts = [
  'package.json',
  'tsconfig.base.json',
  'spec',
  'model',
  'properties',
  'search',
  'mutants',
  'targets',
  'cli',
];
const active = 'model/mutant.ts';
/** What makes evidence for tests, and what only tests read, is not the model. */
const leftAside = /^(forge|instance|vectors)\/|\.test\.ts$|^small-config\.ts$/;

const here = fileURLToPath(root);

export function mutantsOfModel(): {
  readonly mutants: readonly CodeMutant[];
  readonly files: ReadonlyMap<string, string>;
} {
  const names = readdirSync(join(here, 'model'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !leftAside.test(name))
    .sort();
  const mutants: CodeMutant[] = [];
  const files = new Map<string, string>();
  for (const name of names) {
    const file = `model/${name}`;
    const made = instrument(file, readFileSync(join(here, file), 'utf8'), mutants.length + 1);
    mutants.push(...made.mutants);
    const path = relative(dirname(file), active);
    files.set(file, `import { $mutant } from '${path.startsWith('.') ? path : `./${path}`}';\n${made.text}`);
  }
  return { mutants, files };
}

export function writeScratch(files: ReadonlyMap<string, string>): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'pvm-spec-mutants-'));
  for (const part of parts) cpSync(join(here, part), join(folder, part), { recursive: true });
  symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, active), 'export const $mutant = { active: 0 };\n');
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
