/** The faults of verifiers: hunts for each in drawn evidence, and writes the simplest that shows it. */
import { readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceFaults } from '../../counterexamples/evidence/all.ts';
import { flawOfEvidence, huntEvidence, poolOf } from '../../properties/attestation/fault.ts';
import type { EvidenceFault, Hunted } from '../../properties/attestation/fault.ts';
import { print } from '../output.ts';

const folder = join(import.meta.dirname, '../../counterexamples/evidence');
const seeds = [1, 2];
/** Pieces of evidence after which a hunt is given up. */
const most = 4000;

const columns = (fault: string, clause: string, draws: string, bytes: string): string =>
  `${fault.padEnd(33)}${clause.padEnd(23)}${draws.padStart(14)}${bytes.padStart(9)}`;

/** Hunts for the wanted faults, or for all if none is wanted; gives those that were not found with every seed. */
export function huntEvidenceFaults(wanted: ReadonlySet<string>): readonly string[] {
  const chosen = evidenceFaults.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  if (chosen.length === 0) return [];
  print(`\n${columns('fault of a verifier', 'clause', 'found after', 'bytes')}`);
  const pools = seeds.map((seed) => poolOf(seed, most));
  return chosen.filter((fault) => !isAlwaysFound(fault, pools)).map(({ id }) => id);
}

function isAlwaysFound(fault: EvidenceFault, pools: readonly ReturnType<typeof poolOf>[]): boolean {
  const found = pools.flatMap((pool) => huntEvidence(fault, pool) ?? []);
  const [best] = found
    .filter(({ counterexample }) => flawOfEvidence(fault, counterexample) === undefined)
    .sort((a, b) => sizeOf(a) - sizeOf(b));
  if (best === undefined) {
    print(columns(fault.id, 'not found', '', ''));
    return false;
  }
  const { counterexample } = best;
  const draws = found.map((one) => one.draws).join(', ');
  print(columns(fault.id, counterexample.breaks, draws, String(sizeOf(best))));
  for (const name of readdirSync(folder)) if (name.startsWith(`${fault.id}.`)) unlinkSync(join(folder, name));
  writeFileSync(join(folder, `${counterexample.name}.json`), `${JSON.stringify(counterexample, null, 2)}\n`);
  return found.length === pools.length;
}

const sizeOf = ({ counterexample }: Hunted): number => counterexample.evidence.join('').length / 2;
