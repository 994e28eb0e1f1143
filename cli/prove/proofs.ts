/** The proofs of some profiles, as a table, and what is not proved. */
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Profile } from '../../spec/profile.ts';
import { inductionOf } from '../../search/prove/induction.ts';
import { fingerprintOf, isProved, prove } from '../../search/prove/prove.ts';
import type { Answer, Known } from '../../search/prove/prove.ts';
import { resultsPath } from '../../search/prove/results.ts';
import type { ProofResult } from '../../search/prove/results.ts';
import type { SolverName } from '../../search/prove/solver.ts';
import { exitStatus, print } from '../output.ts';
import { root } from '../generate/inputs.ts';
import { toldInduction } from './told.ts';

function lineOf({ condition, verdicts }: Answer): string {
  const { subject, at, asks } = condition;
  const said = Object.entries(verdicts).map(([solver, verdict]) => `${solver} ${verdict}`);
  return `  not proved: ${subject}, ${at}: “${asks}” (${said.join(', ')})`;
}

/** What is not proved, and for each call a state that shows why, where there is a small one. */
async function tellOpen(profile: Profile, open: readonly Answer[]): Promise<void> {
  for (const one of open) print(lineOf(one));
  for (const call of new Set(open.map(({ condition }) => condition.subject))) {
    const rule = profile.rules.get(call);
    const found = rule === undefined ? undefined : await inductionOf(profile, rule);
    if (found !== undefined && found !== 'strays')
      print(
        toldInduction(found)
          .map((line) => `    ${line}`)
          .join('\n'),
      );
  }
}

/** Returns the exit status. Throws a SolverError where a solver cannot be asked. */
export async function proveAll(
  profiles: readonly Profile[],
  solvers: readonly SolverName[],
  isKept: boolean,
): Promise<number> {
  const results: ProofResult[] = [];
  const known: Known = new Map();
  print(`${'profile'.padEnd(18)}${'calls'.padStart(7)}${'conditions'.padStart(12)}${'proved'.padStart(8)}   seconds`);
  for (const profile of profiles) {
    const began = performance.now();
    const answers = await prove(profile, solvers, known);
    const open = answers.filter((one) => !isProved(one));
    const [calls, conditions] = [profile.rules.size, answers.length];
    const proved = conditions - open.length;
    results.push({ profile: profile.name, calls, conditions, proved, asked: fingerprintOf(profile) });
    const numbers = `${String(calls).padStart(7)}${String(conditions).padStart(12)}${String(proved).padStart(8)}`;
    print(`${profile.name.padEnd(18)}${numbers}   ${((performance.now() - began) / 1000).toFixed(1)}`);
    await tellOpen(profile, open);
  }
  if (isKept) writeFileSync(new URL(resultsPath, root), `${JSON.stringify(results, undefined, 2)}\n`);
  const [only] = solvers;
  if (solvers.length === 1) print(`Said by ${only ?? ''} alone.`);
  return results.every(({ conditions, proved }) => conditions === proved) ? exitStatus.holds : exitStatus.violated;
}
