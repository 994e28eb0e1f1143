/** The faults of verifiers: searches for each in drawn evidence, and keeps the smallest that shows it. */
import { ofEvidence } from '../../mutants/kinds.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import type { Detected, EvidenceFault } from '../../mutants/evidence/fault.ts';
import type { EvidenceCounterexample } from '../../mutants/evidence/file.ts';
import { print } from '../output.ts';
import { keepSmallest } from './files.ts';

const seeds = [1, 2];
/** Pieces of evidence after which a campaign is given up. */
const most = 10_000;

export const columns = (fault: string, clause: string, draws: string, bytes: string): string =>
  `${fault.padEnd(33)}${clause.padEnd(23)}${draws.padStart(14)}${bytes.padStart(9)}`;

/** Searches for the wanted faults, or for all if none is wanted; gives those that were not found with every seed. */
export async function detectEvidenceFaults(wanted: ReadonlySet<string>): Promise<readonly string[]> {
  const chosen = ofEvidence.faults.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  if (chosen.length === 0) return [];
  print(columns('fault of a verifier', 'clause', 'found after', 'bytes'));
  const pools = seeds.map((seed) => new EvidencePool(seed));
  const missed: string[] = [];
  for (const fault of chosen) if (!(await isAlwaysFound(fault, pools))) missed.push(fault.id);
  print('');
  return missed;
}

async function isAlwaysFound(fault: EvidenceFault, pools: readonly EvidencePool[]): Promise<boolean> {
  const found: Detected[] = [];
  for (const pool of pools) {
    const detected = await detectEvidenceFault(fault, pool, most);
    if (detected !== undefined) found.push(detected);
  }
  const ends = found.map(({ counterexample }) => counterexample);
  const best = keepSmallest(ofEvidence, fault, ends, sizeOf);
  const draws = found.map((one) => one.draws).join(', ');
  print(best ? columns(fault.id, best.breaks, draws, String(sizeOf(best))) : columns(fault.id, 'not found', '', ''));
  return found.length === pools.length;
}

const sizeOf = ({ evidence }: EvidenceCounterexample): number => evidence.join('').length / 2;
