/** The check of a clause that is a guard: it is left out wherever a call has it, and a property must then break. */
import { defaultEffort, distinctGuards, mutateGuard } from '../../search/guards/mutation.ts';
import type { DistinctGuard } from '../../search/guards/mutation.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import type {
  ClauseResult,
  ChapterProgress,
  ChapterResult,
  VerifyOptions,
  ViolationReport,
  Watcher,
} from './result.ts';

/** The guards of this clause that are to be left out, each under the first profile that has it. */
export function guardsFor({ clause, profile }: VerifyOptions): readonly DistinctGuard[] {
  if (clause === undefined) return [];
  const asked = [...new Set(suitesOf(profile).map((suite) => suite.profile))];
  return distinctGuards(asked).filter(({ without }) => without.clause === clause);
}

/** Why a guard of this clause has no counterexample, where it says so. */
export const waiverOf = ({ clause, profile }: VerifyOptions): string | undefined =>
  suitesOf(profile)
    .flatMap((suite) => [...suite.profile.rules.values()].flatMap(({ guards }) => guards))
    .flatMap((step) => (step.clause === clause && step.kind === 'must' ? [step.waiver] : []))
    .find((waiver) => waiver !== undefined);

export async function verifyGuards(
  options: VerifyOptions,
  _seconds: number | undefined,
  watcher: Watcher,
): Promise<ChapterResult> {
  const begun = performance.now();
  const guards = guardsFor(options);
  const missed: ViolationReport[] = [];
  const shown: string[] = [];
  let done = 0;
  const progress = (): ChapterProgress => ({
    chapter: 'guards',
    scopes: shown,
    runs: done,
    calls: done,
    share: done / guards.length,
    seconds: (performance.now() - begun) / 1000,
    violated: missed.length > 0,
  });
  for (const { profile, without } of guards) {
    if (watcher.stopped()) break;
    const scopes = suitesOf(options.profile).filter((suite) => suite.profile === profile && !suite.unsafe);
    const { found } = await mutateGuard(
      profile,
      scopes.map(({ scope }) => scope),
      without,
      defaultEffort,
    );
    done++;
    const where = `${profile.name}: ${without.call} without ${without.clause}`;
    if (found === undefined) missed.push({ lines: [`${without.clause} nothing breaks under ${where}`] });
    else {
      const { breaks, calls } = found.counterexample;
      const written = calls.map(({ call, args }) => `${call}(${Object.values(args).join(', ')})`).join(', ');
      shown.push(`${where}: ${breaks} breaks by ${written}`);
    }
    watcher.progress(progress());
  }
  const { clause = '' } = options;
  const verdict = missed.length > 0 ? 'broken' : done === 0 ? 'not reached' : 'holds';
  const result: ClauseResult = { clause, kinds: ['guard'], runs: done, calls: done, subjects: done, verdict };
  return { chapter: progress(), clauses: [result], machineViolations: missed };
}
