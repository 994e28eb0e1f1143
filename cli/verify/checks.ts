/** The check of a clause that a verifier asks about evidence: faults against it are planted in the verifier, and must show. */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import type { EvidenceFault } from '../../mutants/evidence/fault.ts';
import { verifyPlanted } from './planted.ts';
import type { Shown } from './planted.ts';
import type { ChapterResult, VerifyOptions, Watcher } from './result.ts';

/** Pieces of evidence after which a fault is given up. */
const most = 10_000;

/** The faults of verifiers that break this clause. */
export const faultsFor = ({ clause, profile }: VerifyOptions): readonly EvidenceFault[] =>
  profile === undefined ? evidenceFaults.filter(({ clauses }) => clauses.some((one) => one === clause)) : [];

export function verifyChecks(
  options: VerifyOptions,
  _seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const pool = new EvidencePool(options.seed);
  const plant = async (fault: EvidenceFault): Promise<Shown> => {
    const detected = await detectEvidenceFault(fault, pool, most);
    if (detected === undefined) return { shows: false, line: `no evidence shows that ${fault.title}`, runs: most };
    const { draws, counterexample } = detected;
    return { shows: true, line: `${fault.title}: ${counterexample.made.join('; ')}`, runs: draws };
  };
  return verifyPlanted('verifiers', 'check', faultsFor(options), plant, options, watcher);
}
