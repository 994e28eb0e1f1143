/** Machine-readable reports of a run: our own JSON, JUnit and TAP for build servers, SARIF for code scanning. */
import { stripVTControlCharacters } from 'node:util';
import { junit } from '../junit.ts';
import type { TestCase } from '../junit.ts';
import { sarif } from '../sarif.ts';
import { tap } from '../tap.ts';
import { jsonText } from '../json-report.ts';
import { formatStep } from '../format.ts';
import { fileFor, fileOf } from './counterexamples.ts';
import { pairsOf } from './pairs.ts';
import { problemsOf } from './problems.ts';
import { againWhole, missedBy } from './result.ts';
import type { ClauseResult, VerifyResult } from './result.ts';
import { verifyReport } from './shape.ts';

export function asJson(result: VerifyResult): string {
  const { options, chapters, clauses, holes, violations, machineViolations, transcripts, interrupted, coverage } =
    result;
  return jsonText(verifyReport, {
    format: 'pvm-verify',
    seed: options.seed,
    interrupted,
    // Shards that were merged have no times.
    chapters: chapters.map(({ seconds, ...one }) => (seconds > 0 ? { ...one, seconds } : one)),
    clauses,
    holes: holes ?? null,
    missed: missedBy(result),
    pairs: pairsOf(coverage),
    violations: violations.map(({ profile, scope, property, minimized, again }) => ({
      profile,
      scope,
      clause: property.clause,
      property: property.statement,
      calls: minimized.calls,
      again,
    })),
    machineViolations: machineViolations.map(({ lines, counterexample }) => counterexample ?? { report: lines }),
    transcripts: transcripts.map(({ file, events, states, differences, malformed }) => ({
      file,
      events,
      states,
      differences: differences.length,
      malformed: malformed ?? null,
    })),
  });
}

const propertiesOf = ({ options }: VerifyResult) => ({ seed: options.seed, again: againWhole(options) });

export const asJunit = (result: VerifyResult): string => junit(casesOf(result), propertiesOf(result));
export const asTap = (result: VerifyResult): string => tap(casesOf(result), propertiesOf(result));
export const asSarif = (result: VerifyResult): string =>
  sarif({ problems: problemsOf(result), finished: !result.interrupted, properties: propertiesOf(result) });

/** One test case for each clause, each transcript, and the coverage: failures are what the exit status counts. */
function casesOf(result: VerifyResult): TestCase[] {
  const { chapters, clauses, transcripts, holes } = result;
  const missed = new Set(missedBy(result));
  return [
    ...clauses.map((row): TestCase => {
      const { clause, verdict, calls } = row;
      if (verdict === 'broken') return { suite: 'clauses', name: clause, ...failureOf(row, result) };
      const why = verdict === 'holds' ? undefined : `${verdict} in ${calls} calls`;
      return { suite: 'clauses', name: clause, [missed.has(clause) ? 'problem' : 'skipped']: why };
    }),
    ...transcripts.map(({ file, differences, malformed }) => ({
      suite: 'transcripts',
      name: file.split('/').at(-1) ?? file,
      problem: differences[0] ? `line ${differences[0].line} differs` : malformed?.problem,
    })),
    ...(holes === undefined
      ? []
      : [{ suite: 'coverage', name: 'every guard is reached', problem: holes.join('\n') || undefined }]),
    ...chapters.map(({ chapter, seconds }) => ({ suite: 'chapters', name: chapter, seconds })),
  ];
}

/** All that is known of a clause that is broken: the calls, the seed, the time, the file and the command. */
function failureOf({ clause, calls }: ClauseResult, result: VerifyResult): Pick<TestCase, 'problem' | 'seconds'> {
  const { seed } = result.options;
  const ofRules = result.violations
    .filter(({ property }) => property.clause === clause)
    .map((one) => ({
      seconds: one.seconds ?? 0,
      lines: [
        `${clause}: ${one.property.statement}`,
        `under ${one.check}, found in ${one.minimized.foundAt} calls, shrunk to ${one.minimized.calls.length}:`,
        ...one.minimized.calls.map((call) => `  ${formatStep(call)}`),
        `file: ${fileOf(one)}`,
        `again: ${one.again}`,
      ],
    }));
  const others = result.machineViolations
    .filter((one) => one.clause === clause)
    .map(({ lines, counterexample, again, seconds = 0 }) => ({
      seconds,
      lines: [
        ...lines.map(stripVTControlCharacters),
        ...(counterexample === undefined ? [] : [`file: ${fileFor(counterexample)}`]),
        `again: ${again ?? againWhole(result.options)}`,
      ],
    }));
  const found = [...ofRules, ...others];
  const seconds = Math.max(0, ...found.map((one) => one.seconds));
  const head = `${clause} is broken: ${calls} calls, seed ${seed}, ${seconds.toFixed(1)} s`;
  return { problem: [head, ...found.flatMap(({ lines }) => lines)].join('\n'), seconds };
}
