/** All that tells a mutant from the rules, the cheapest first. */
import { readFileSync } from 'node:fs';
import { cells } from '../../mutants/rules/cells.ts';
import { counterexamples } from '../../mutants/rules/shown.ts';
import type { Cases } from '../../mutants/rules/cases.ts';
import type { Killer } from '../../mutants/rules/killer.ts';
import { canProve, equal } from '../../mutants/rules/equal.ts';
import { ends } from '../../mutants/rules/ends.ts';
import { casesOf, laws } from '../../mutants/rules/laws.ts';
import { model } from '../../mutants/rules/model.ts';
import { twins } from '../../mutants/rules/twins.ts';
import { recorded } from '../../mutants/rules/recorded.ts';
import type { Recording } from '../../mutants/rules/recorded.ts';
import { resultsPath } from '../../search/prove/results.ts';
import type { ProofResult } from '../../search/prove/results.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import { readFiles } from '../generate/evidence.ts';
import { root } from '../generate/inputs.ts';
import type { SourceFile } from '../generate/requirements.ts';
import { parseHeader, parseLine } from '../../targets/transcript/read.ts';
import { prose } from './prose.ts';

/** By which cases the laws and the model are asked: the same in every run, so that the result is too. */
export const caseSeed = 1;

export function killers(cases: readonly Cases[] = casesOf(caseSeed)): readonly Killer[] {
  return [
    prose(),
    model(caseSeed),
    twins(cases, caseSeed),
    counterexamples(['rules', 'boot', 'inside', 'device', 'android'].flatMap(counterexamplesIn)),
    laws(cases),
    cells(cases),
    recorded(readFiles(root, 'targets/transcript/recorded', '.jsonl').map(recordingIn)),
    ends(cases),
  ];
}

/** What can show that a mutant is no mistake at all; nothing where the solvers are not to be had. */
export function provers(): readonly Killer[] {
  if (!canProve()) return [];
  const results = JSON.parse(readFileSync(new URL(resultsPath, root), 'utf8')) as readonly ProofResult[];
  const whole = results.filter(({ conditions, proved }) => conditions === proved);
  return [equal(whole.flatMap(({ profile }) => profiles.get(profile) ?? []))];
}

const counterexamplesIn = (folder: string) =>
  readFiles(root, `counterexamples/${folder}`, '.json').map(({ path, text }) => {
    const file = parseCounterexample(text);
    if (typeof file === 'string') throw new Error(`unreachable: ${path}: ${file}`);
    return file;
  });

function recordingIn({ path, text }: SourceFile): Recording {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  return { name: path, header: parseHeader(header), lines: lines.map((line, i) => parseLine(i + 2, line)) };
}
