/**
 * `npm run prove [-- PROFILE…]`: the invariants of ownership are proved for any number of pages, frames, VMs, vCPUs and
 * CPUs, by two solvers that must agree. Prints what was asked and what is not proved; `--write` keeps the result.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { profiles } from '../../spec/profiles/all.ts';
import { allSolvers, isProved, prove } from '../../search/prove/prove.ts';
import type { Answer, Known } from '../../search/prove/prove.ts';
import { resultsPath } from '../../search/prove/results.ts';
import type { ProofResult } from '../../search/prove/results.ts';
import { SolverError } from '../../search/prove/solver.ts';
import { exitStatus, fail, print } from '../output.ts';

const usual = ['linux-7.3', 'linux-7.2', 'linux-6.12', 'android16-6.12', 'cids-strict', 'cids-cyclic', 'cids-split'];
/** Can be asked for by name: CVE-2023-21264 stands between it and a proof. */
const others = ['linux-6.1', 'cids-forgetful'];
const given = process.argv.slice(2);
const isKept = given.includes('--write');
const names = given.filter((one) => one !== '--write');
const unknown = names.find((name) => ![...usual, ...others].includes(name));
if (unknown !== undefined)
  fail(`nothing is proved for a profile ${unknown}; there are ${[...usual, ...others].join(', ')}`);
if (isKept && names.length > 0) fail('--write keeps the result for all profiles: name none');

function told({ condition, verdicts }: Answer): string {
  const { subject, at, asks } = condition;
  const said = Object.entries(verdicts).map(([solver, verdict]) => `${solver} ${verdict}`);
  return `  not proved: ${subject}, ${at}: “${asks}” (${said.join(', ')})`;
}

const results: ProofResult[] = [];
const known: Known = new Map();
print(`${'profile'.padEnd(18)}${'calls'.padStart(7)}${'conditions'.padStart(12)}${'proved'.padStart(8)}   seconds`);
for (const name of names.length > 0 ? names : usual) {
  const profile = profiles.get(name);
  if (profile === undefined) throw new Error(`unreachable: no profile ${name}`);
  const began = performance.now();
  const answers = await prove(profile, allSolvers, known).catch((error: unknown) =>
    error instanceof SolverError ? fail(error.message) : Promise.reject(error as Error),
  );
  const open = answers.filter((one) => !isProved(one));
  const result = {
    profile: name,
    calls: profile.rules.size,
    conditions: answers.length,
    proved: answers.length - open.length,
  };
  results.push(result);
  const numbers = [
    String(result.calls).padStart(7),
    String(result.conditions).padStart(12),
    String(result.proved).padStart(8),
  ];
  print(`${name.padEnd(18)}${numbers.join('')}   ${((performance.now() - began) / 1000).toFixed(1)}`);
  for (const one of open) print(told(one));
  if (open.length > 0) process.exitCode = exitStatus.violated;
}
if (isKept)
  writeFileSync(join(import.meta.dirname, '../..', resultsPath), `${JSON.stringify(results, undefined, 2)}\n`);
