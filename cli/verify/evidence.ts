/** The chapter of `verify` that judges evidence and derivations: chains and requests, sound and forged, under every law. */
import fc from 'fast-check';
import { evidenceLaws } from '../../search/evidence/laws.ts';
import type { EvidenceLaw } from '../../properties/evidence/law.ts';
import { seedFor } from '../../search/judge/hunt.ts';
import { defaultRuns } from './result.ts';
import type { Breached, ChapterProgress, ChapterResult, ClauseResult, VerifyOptions, Watcher } from './result.ts';

/** Each law is tried in so many rounds, each with a seed of its own, and in a whole run half as often as in the tests. */
const rounds = 5;

export async function verifyEvidence(
  options: VerifyOptions,
  seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const chosen = evidenceLaws.filter(({ clause }) => options.clause === undefined || options.clause === clause);
  const draws = new Map<EvidenceLaw, number>(chosen.map((law) => [law, 0]));
  const breaches: Breached[] = [];
  const broken = new Set<EvidenceLaw>();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const share = (round: number): number => (seconds === undefined ? round / rounds : Math.min(1, elapsed() / seconds));
  const progress = (part: number): ChapterProgress => {
    const runs = [...draws.values()].reduce((total, one) => total + one, 0);
    const worlds = ['chains', 'requests', 'handovers', 'derivations'];
    return {
      chapter: 'evidence',
      worlds,
      runs,
      calls: runs,
      share: part,
      seconds: elapsed(),
      violated: broken.size > 0,
    };
  };
  for (let round = 0; share(round) < 1 && broken.size === 0 && chosen.length > 0; round++) {
    for (const [i, law] of chosen.entries()) {
      if (watcher.stopped()) break;
      const numRuns = Math.max(1, Math.ceil((law.runs * options.runs) / defaultRuns / rounds / 2));
      const found = fc.check(law.property, { seed: seedFor(options.seed, 300 + i, round), numRuns });
      draws.set(law, (draws.get(law) ?? 0) + found.numRuns);
      if (found.failed) {
        broken.add(law);
        breaches.push({ lines: sayBreach(law, found) });
      }
      watcher.progress(progress(share(round)));
      await new Promise(setImmediate);
    }
    if (watcher.stopped()) break;
  }
  const clauses = chosen.map((law): ClauseResult => {
    const runs = draws.get(law) ?? 0;
    const holds = law.kind === 'permitted' ? 'exhibited' : 'holds';
    return { clause: law.clause, kinds: [law.kind], runs, calls: runs, verdict: broken.has(law) ? 'violated' : holds };
  });
  return { chapter: progress(1), clauses, breaches };
}

function sayBreach(
  { clause, says }: EvidenceLaw,
  { counterexample, numShrinks, seed }: fc.RunDetails<unknown[]>,
): string[] {
  const shrunk = (counterexample ?? []).map((value) => `    ${fc.stringify(value)}`);
  return [`${clause} ${says}`, `  not so, after ${numShrinks} shrinks of seed ${seed}, for:`, ...shrunk];
}
