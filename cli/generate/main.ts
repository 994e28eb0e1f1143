// Writes every generated file; with --check it writes nothing and fails if one is out of date. Either way it prints one
// line for each problem, and fails if there is one.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { PatchError } from '../../targets/linux-pkvm/kernel/patch.ts';
import { ProseError } from './clauses.ts';
import { generate, staleFiles } from './generate.ts';
import { readInputs, root } from './inputs.ts';
import { renderLives } from './lives-page.ts';
import type { SourceFile } from './requirements.ts';

const read = (path: string): string | undefined => {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

/** In folders whose pages are all generated, those that are not. */
const strayPages = (outputs: readonly SourceFile[]): string[] =>
  ['counterexamples', 'findings', 'guards', 'laws', 'matrix', 'profiles']
    .map((name) => `docs/${name}`)
    .flatMap((folder) => {
      const there = existsSync(new URL(folder, root)) ? readdirSync(new URL(folder, root)) : [];
      return there.map((name) => `${folder}/${name}`).filter((path) => !outputs.some((one) => one.path === path));
    });

async function run(check: boolean): Promise<string[]> {
  const { outputs: pages, problems } = generate(readInputs());
  const outputs = [...pages, ...(await renderLives())];
  const stale = staleFiles(outputs, read);
  const gone = strayPages(outputs);
  if (check)
    return [...stale, ...gone.map((path) => `${path}:1: is no page any more; run npm run generate`), ...problems];
  for (const path of gone) rmSync(new URL(path, root));
  for (const { path, text } of outputs) {
    if (read(path) === text) continue;
    mkdirSync(new URL('.', new URL(path, root)), { recursive: true });
    writeFileSync(new URL(path, root), text);
    console.log(`wrote ${path}`);
  }
  return problems;
}

try {
  const problems = await run(process.argv.includes('--check'));
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof ProseError || error instanceof PatchError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
