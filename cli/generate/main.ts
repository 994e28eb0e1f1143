// Writes every generated file; with --check it writes nothing and fails if one is out of date. Either way it prints one
// line for each problem, and fails if there is one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PatchError } from '../../targets/linux-pkvm/kernel/patch.ts';
import { ProseError } from './clauses.ts';
import { generate, staleFiles } from './generate.ts';
import { readInputs, root } from './inputs.ts';

const read = (path: string): string | undefined => {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

function run(check: boolean): string[] {
  const { outputs, problems } = generate(readInputs());
  const stale = staleFiles(outputs, read);
  if (check) return [...stale, ...problems];
  for (const { path, text } of outputs) {
    if (read(path) === text) continue;
    writeFileSync(new URL(path, root), text);
    console.log(`wrote ${path}`);
  }
  return problems;
}

try {
  const problems = run(process.argv.includes('--check'));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof ProseError || error instanceof PatchError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
