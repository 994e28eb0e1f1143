/**
 * The chapter of `verify` that judges evidence and derivations: chains and requests, sound and forged, under every law.
 */
import fc from 'fast-check';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import type { EvidenceLaw } from '../../properties/evidence/law.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { againAt, defaultRuns, isChosen, verdictOn } from './result.ts';
import type {
  ChapterProgress,
  ChapterResult,
  ClauseResult,
  VerifyOptions,
  ViolationReport,
  Watcher,
} from './result.ts';

/** In a whole run each law is tried half as often as in the tests. */
const runsForOne = 1 / 2;

interface EvidenceCheck {
  /** `evidence/` and the clause, with a number where it has several laws. */
  readonly name: string;
  readonly law: EvidenceLaw;
}

export const evidenceChecks = (): readonly EvidenceCheck[] =>
  evidenceLaws.map((law, i) => {
    const before = evidenceLaws.slice(0, i).filter(({ clause }) => clause === law.clause).length;
    return { name: `evidence/${law.clause}${before === 0 ? '' : `.${before + 1}`}`, law };
  });

export async function verifyEvidence(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const chosen = evidenceChecks().filter(
    ({ name, law }) => isChosen(name, options) && (options.clause ?? law.clause) === law.clause,
  );
  const draws = new Map<EvidenceLaw, number>();
  const machineViolations: ViolationReport[] = [];
  const broken = new Set<EvidenceLaw>();
  let cut = false;
  const progress = (share: number): ChapterProgress => {
    const runs = [...draws.values()].reduce((total, one) => total + one, 0);
    const scopes = ['chains', 'requests', 'handovers', 'derivations', 'key attestations', 'kernel logs'];
    return { chapter: 'evidence', scopes, runs, calls: runs, share, seconds: elapsed(), violated: broken.size > 0 };
  };
  for (const [i, { name, law }] of chosen.entries()) {
    if (watcher.stopped()) break;
    const most = Math.min(0x7fffffff, Math.max(1, Math.ceil(((law.runs * options.runs) / defaultRuns) * runsForOne)));
    const asked = {
      seed: seedFor(options.seed, name),
      ...(options.path !== undefined && { path: options.path }),
      verbose: options.verbose,
    };
    const found = checkInTime(law, { ...asked, numRuns: most }, seconds && (1000 * seconds) / chosen.length);
    cut ||= !found.failed && found.numRuns < most;
    draws.set(law, found.numRuns);
    if (found.failed) {
      broken.add(law);
      const path = found.counterexamplePath ?? '0';
      machineViolations.push({
        clause: law.clause,
        lines: formatViolation(law, found),
        again: againAt(name, options, path),
        seconds: elapsed(),
      });
    }
    watcher.progress(progress((i + 1) / chosen.length));
    await new Promise(setImmediate);
  }
  const clauses = chosen.map(({ law }): ClauseResult => {
    const runs = draws.get(law) ?? 0;
    return {
      clause: law.clause,
      kinds: [law.kind],
      runs,
      calls: runs,
      subjects: runs,
      verdict: verdictOn(broken.has(law), runs),
    };
  });
  return { chapter: { ...progress(1), cut }, clauses, machineViolations };
}

/** As often as there is time for, but once at the least: the first draw may take longer than a law has. */
function checkInTime(
  { property }: EvidenceLaw,
  asked: fc.Parameters<unknown[]>,
  milliseconds: number | undefined,
): fc.RunDetails<unknown[]> {
  if (milliseconds === undefined) return fc.check(property, asked);
  const found = fc.check(property, { ...asked, interruptAfterTimeLimit: milliseconds });
  return found.numRuns === 0 && found.interrupted ? fc.check(property, { ...asked, numRuns: 1 }) : found;
}

function formatViolation(
  { clause, statement }: EvidenceLaw,
  { counterexample, numShrinks, seed }: fc.RunDetails<unknown[]>,
): string[] {
  const shrunk = (counterexample ?? []).map((value) => `    ${fc.stringify(value)}`);
  return [`${clause} ${statement}`, `  not so, after ${numShrinks} shrinks of seed ${seed}, for:`, ...shrunk];
}
