/** All that is generated from, read from the repository. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { guardsPath, resultsPath } from '../../search/prove/results.ts';
import type { GuardResults, ProofResult } from '../../search/prove/results.ts';
import { worldsPath } from '../../search/explore/results.ts';
import type { World } from '../../search/explore/results.ts';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import { allProperties } from '../../properties/chapters.ts';
import { laws } from '../../search/machine/laws.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import { flowVerifiers, verifiers } from '../../spec/evidence/verifiers.ts';
import { imageVerifiers } from '../../spec/images/verifiers.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { patchesIn } from '../../targets/linux-pkvm/kernel/patch.ts';
import { readAnswered } from '../answered/result.ts';
import { readResults as readCrossChecked, resultsFile } from '../cross-check/results.ts';
import { readCodeResult } from '../mutants/code/result.ts';
import { readBreakers } from '../mutants/laws/result.ts';
import { readSurvey } from '../mutants/result.ts';
import { readLastRun } from '../pairs/last-run.ts';
import { readResults } from '../strength/files.ts';
import { raceRowsIn } from '../strength/races/result.ts';
import { rowsOf } from '../strength/result.ts';
import { readStrength } from '../vectors/result.ts';
import { propertyUses, readFiles } from './evidence.ts';
import type { Inputs } from './generate.ts';

export const root = new URL('../../', import.meta.url);
const faults = new URL('mutants/kernel/', root);
const races = new URL('races/', faults);
export const ruleMutants = new URL('mutants/rules/', root);
export const codeMutants = new URL('mutants/code/', root);

const isFinding = ({ path }: { path: string }): boolean => path.startsWith('counterexamples/findings/');

const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

interface Judging {
  readonly where: string;
  readonly properties: readonly { readonly clause: string }[];
}

/** The clauses that are judged in each place. */
function clausesByPlace(all: readonly Judging[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { where, properties } of all) {
    const clauses = found.get(where) ?? new Set();
    for (const { clause } of properties) clauses.add(clause);
    found.set(where, clauses);
  }
  return found;
}

export function readInputs(): Inputs {
  const shown = readFiles(root, 'counterexamples', '.json').filter(({ path }) => !path.endsWith('/tsconfig.json'));
  const drawn = suitesOf().map(({ profile, scope }) => ({
    where: profile.name,
    properties: allProperties(new TransitionSystem(profile, scope.config)),
  }));
  const judged = new Set(drawn.flatMap(({ properties }) => properties));
  const [glossary] = readFiles(root, 'docs', '/glossary.md');
  return {
    prose: readFiles(root, 'docs/spec', '.md'),
    glossary: glossary ?? { path: 'docs/glossary.md', text: '' },
    sources: readFiles(root, 'spec', '.ts').filter(({ path }) => !path.endsWith('.generated.ts')),
    // why: a package has no machinery to be checked, and needs none of it; nor has it what was cross-checked.
    machinery: () => [...readFiles(root, 'search', '.ts'), ...readFiles(root, 'docs', '/assurance.md')],
    profiles: [...profiles.values()],
    verifiers: [...verifiers, ...flowVerifiers, ...imageVerifiers],
    properties: propertyUses(
      [...judged, ...evidenceLaws, ...Object.values(laws)],
      readFiles(root, 'properties', '.ts'),
    ),
    judged: [...judged],
    counterexamples: shown.filter((file) => !isFinding(file)),
    plain: ['.log', '.pem'].flatMap((ending) => readFiles(root, 'counterexamples', ending)),
    findings: shown.filter(isFinding),
    leftOut: () => json(guardsPath) as GuardResults,
    proofs: () => json(resultsPath) as ProofResult[],
    planted: rowsOf(patchesIn(fileURLToPath(faults)), readResults(new URL('results.json', faults))),
    races: raceRowsIn(races),
    twoCpus: readFiles(root, 'docs', '/two-cpus.md')[0] ?? { path: 'docs/two-cpus.md', text: '' },
    lastRun: readLastRun,
    assurance: readFiles(root, 'docs', '/assurance.md')[0] ?? { path: 'docs/assurance.md', text: '' },
    runs: () => ({
      sampled: clausesByPlace([
        ...drawn,
        { where: 'the reference model', properties: Object.values(laws) },
        { where: 'evidence', properties: evidenceLaws },
      ]),
      worlds: json(worldsPath) as World[],
      crossChecked: readCrossChecked(readFileSync(new URL(resultsFile, root), 'utf8')),
      proofs: json(resultsPath) as ProofResult[],
      profiles: [...profiles.values()],
    }),
    crossChecked: () => readCrossChecked(readFileSync(new URL(resultsFile, root), 'utf8')),
    ruleMutants: () => readSurvey(ruleMutants),
    codeMutants: () => readCodeResult(codeMutants),
    answered: readAnswered,
    vectors: readStrength,
    lawBreakers: () => readBreakers(ruleMutants),
  };
}
