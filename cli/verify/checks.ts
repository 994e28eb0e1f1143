/** The check of a clause that a verifier asks about evidence: faults against it are planted in the verifier, and must show. */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import type { EvidenceFault } from '../../mutants/evidence/fault.ts';
import type { ChapterProgress, ChapterResult, VerifyOptions, ViolationReport, Watcher } from './result.ts';

/** Pieces of evidence after which a fault is given up. */
const most = 10_000;

/** The faults of verifiers that break this clause. */
export const faultsFor = ({ clause, profile }: VerifyOptions): readonly EvidenceFault[] =>
  profile === undefined ? evidenceFaults.filter(({ clauses }) => clauses.some((one) => one === clause)) : [];

export async function verifyChecks(
  options: VerifyOptions,
  _seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const faults = faultsFor(options);
  const pool = new EvidencePool(options.seed);
  const missed: ViolationReport[] = [];
  const shown: string[] = [];
  let [done, draws] = [0, 0];
  const progress = (): ChapterProgress => ({
    chapter: 'verifiers',
    scopes: shown,
    runs: draws,
    calls: draws,
    share: done / faults.length,
    seconds: (performance.now() - begun) / 1000,
    violated: missed.length > 0,
  });
  for (const fault of faults) {
    if (watcher.stopped()) break;
    const detected = await detectEvidenceFault(fault, pool, most);
    done++;
    draws += detected?.draws ?? most;
    if (detected === undefined)
      missed.push({ lines: [`${options.clause ?? ''} no evidence shows that ${fault.title}`] });
    else shown.push(`${fault.title}: ${detected.counterexample.made.join('; ')}`);
    watcher.progress(progress());
  }
  const { clause = '' } = options;
  const verdict = missed.length > 0 ? 'broken' : done === 0 ? 'not reached' : 'holds';
  const result = { clause, kinds: ['check'], runs: draws, calls: draws, subjects: done, verdict } as const;
  return { chapter: progress(), clauses: [result], machineViolations: missed };
}
