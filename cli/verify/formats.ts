/** Machine-readable reports of a run: our own JSON, and JUnit for build servers. */
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

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

interface JunitCase {
  readonly suite: string;
  readonly name: string;
  readonly problem?: string | undefined;
  readonly skipped?: string | undefined;
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
  const failures = cases.filter((one) => one.problem !== undefined).length;
  const body = cases.map(({ suite, name, problem, skipped }) => {
    const open = `    <testcase classname="pvm-spec.${suite}" name="${escape(name)}"`;
    if (problem !== undefined) return `${open}><failure message="${escape(problem)}"/></testcase>`;
    return skipped === undefined ? `${open}/>` : `${open}><skipped message="${escape(skipped)}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="pvm-spec" tests="${cases.length}" failures="${failures}">`,
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
