/**
 * The check of a clause that a verifier asks about evidence: faults against it are planted in the verifier, and it is left
 * out where evidence is forged. Each must show.
 */
import { evidenceFaults } from '../../mutants/evidence/all.ts';
import { detectEvidenceFault, EvidencePool } from '../../mutants/evidence/fault.ts';
import type { EvidenceFault } from '../../mutants/evidence/fault.ts';
import { appraise, without } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import { forgeries } from '../../search/evidence/forgeries/all.ts';
import type { Forgery } from '../../search/evidence/forgeries/forgery.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { verifyPlanted } from './planted.ts';
import type { Shown } from './planted.ts';
import type { ChapterResult, VerifyOptions, Watcher } from './result.ts';

/** Pieces of evidence after which a fault is given up. */
const most = 10_000;

type Plant = { readonly fault: EvidenceFault } | { readonly forgery: Forgery };

/** The faults of verifiers that break this clause, and the forgeries that its check denies. */
export const plantsFor = ({ clause, profile }: VerifyOptions): readonly Plant[] =>
  profile === undefined
    ? [
        ...evidenceFaults.filter(({ clauses }) => clauses.some((one) => one === clause)).map((fault) => ({ fault })),
        ...forgeries.filter((forgery) => forgery.clause === clause).map((forgery) => ({ forgery })),
      ]
    : [];

export function verifyChecks(
  options: VerifyOptions,
  _seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const pool = new EvidencePool(options.seed);
  const attempt = async (plant: Plant): Promise<Shown> =>
    'fault' in plant ? plantFault(plant.fault, pool) : leaveOut(plant.forgery);
  return verifyPlanted('verifiers', 'check', plantsFor(options), attempt, options, watcher);
}

async function plantFault(fault: EvidenceFault, pool: EvidencePool): Promise<Shown> {
  const detected = await detectEvidenceFault(fault, pool, most);
  if (detected === undefined) return { shows: false, line: `no evidence shows that ${fault.title}`, runs: most };
  const { draws, counterexample } = detected;
  return { shows: true, line: `${fault.title}: ${counterexample.made.join('; ')}`, runs: draws };
}

/** Forged evidence has to be denied by the clause, and without its check to be believed, or denied by another. */
export function leaveOut({ clause, description, options, make }: Forgery): Shown {
  const [bytes, asked] = [make('a device'), { ...defaultOptions, ...options }];
  const denied = decisionOf(appraise(bytes, asked));
  const left = decisionOf(appraise(bytes, asked, without(clause)));
  const shows = denied.clause === clause && left.clause !== clause;
  const then = left.verdict === 'denied' ? `denied by ${left.clause ?? ''} instead` : 'believed';
  const line = shows
    ? `left out, with evidence of which ${description}: it is ${then}`
    : `evidence of which ${description} is decided as ${formatDecision(denied)}, and without the check as ${formatDecision(left)}`;
  return { shows, line, runs: 1 };
}
