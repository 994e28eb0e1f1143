/** Machine-readable reports of a run: our own JSON, and JUnit for build servers. */
import { junit } from '../junit.ts';
import type { JunitCase } from '../junit.ts';
import { demandsAll } from './result.ts';
import type { VerifyResult } from './result.ts';

export function asJson(result: VerifyResult): string {
  const { options, chapters, clauses, holes, violations, machineViolations, transcripts, interrupted } = result;
  const report = {
    format: 'pvm-verify',
    version: 1,
    seed: options.seed,
    interrupted,
    chapters,
    clauses,
    holes,
    violations: violations.map(({ suite, minimized }) => ({
      profile: suite.profile.name,
      scope: suite.scope.name,
      clause: minimized.violation.property.clause,
      property: minimized.violation.property.statement,
      calls: minimized.calls,
    })),
    machineViolations: machineViolations.map(({ lines, counterexample }) => counterexample ?? { report: lines }),
    transcripts: transcripts.map(({ file, events, states, differences, malformed }) => ({
      file,
      events,
      states,
      differences: differences.length,
      malformed: malformed ?? null,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** One test case for each clause, each transcript, and the coverage: failures are what the exit status counts. */
export function asJunit(result: VerifyResult): string {
  const isDemanded = demandsAll(result.options);
  const missed = result.holes.join('; ') || undefined;
  const cases: JunitCase[] = [
    ...result.clauses.map(({ clause, verdict, calls }) => {
      const isFailure = verdict === 'broken' || (verdict === 'not reached' && isDemanded);
      const why = verdict === 'holds' ? undefined : `${verdict} in ${calls} calls`;
      return { suite: 'clauses', name: clause, [isFailure ? 'problem' : 'skipped']: why };
    }),
    ...result.transcripts.map(({ file, differences, malformed }) => ({
      suite: 'transcripts',
      name: file.split('/').at(-1) ?? file,
      problem: differences[0] ? `line ${differences[0].line} differs` : malformed?.problem,
    })),
    { suite: 'coverage', name: 'every guard is reached', [isDemanded ? 'problem' : 'skipped']: missed },
  ];
  return junit(cases);
}
