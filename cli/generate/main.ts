// Writes every generated file; with --check it writes nothing and fails if one is out of date. Either way it prints one
// line for each problem, and fails if there is one.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evidenceLaws } from '../../properties/attestation/laws/all.ts';
import { allProperties } from '../../properties/chapters.ts';
import { laws } from '../../properties/machine/laws.ts';
import { suitesOf } from '../../properties/suites.ts';
import { Machine } from '../../spec/machine.ts';
import { flowVerifiers, verifiers } from '../../spec/attestation/verifiers.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { patchesIn } from '../../targets/linux-pkvm/kernel/patch.ts';
import { readResults, rowsOf } from '../strength/result.ts';
import { ProseError } from './clauses.ts';
import { propertyUses, readFiles } from './evidence.ts';
import { generate, staleFiles } from './generate.ts';

const root = new URL('../../', import.meta.url);
const faults = new URL('targets/linux-pkvm/faults/', root);
const read = (path: string): string | undefined => {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

const isFinding = ({ path }: { path: string }): boolean => path.startsWith('counterexamples/findings/');

function run(check: boolean): string[] {
  const shown = readFiles(root, 'counterexamples', '.json').filter(({ path }) => !path.endsWith('/tsconfig.json'));
  const { outputs, problems } = generate({
    prose: readFiles(root, 'docs/spec', '.md'),
    glossary: { path: 'docs/glossary.md', text: read('docs/glossary.md') ?? '' },
    sources: readFiles(root, 'spec', '.ts').filter(({ path }) => !path.endsWith('.generated.ts')),
    profiles: [...profiles.values()],
    verifiers: [...verifiers, ...flowVerifiers],
    properties: propertyUses(
      [
        ...suitesOf().flatMap(({ profile, named }) => allProperties(new Machine(profile, named.world))),
        ...evidenceLaws,
        ...Object.values(laws),
      ],
      readFiles(root, 'properties', '.ts'),
    ),
    counterexamples: shown.filter((file) => !isFinding(file)),
    findings: shown.filter(isFinding),
    planted: rowsOf(patchesIn(fileURLToPath(faults)), readResults(new URL('results.json', faults))),
  });
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
  if (!(error instanceof ProseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
