/** Tells what a run has come to: on the screen, as counterexamples, as reports, and as an exit status. */
import { exitStatus, fail, print } from '../output.ts';
import { pageOfRun } from '../report/verify.ts';
import { writePage } from '../report/write.ts';
import { save } from '../save.ts';
import { counterexamplesOf, fileFor } from './counterexamples.ts';
import { asJson, asJunit } from './formats.ts';
import { missedBy } from './result.ts';
import type { VerifyResult } from './result.ts';
import { summary, transcriptLine } from './text.ts';

export interface Reports {
  readonly json?: string;
  readonly junit?: string;
  readonly html?: string;
}

/** Two reports are not written over each other. */
export function checkReports(reports: Reports): void {
  const given = (['json', 'junit', 'html'] as const).filter((name) => reports[name] !== undefined);
  for (const [i, name] of given.entries()) {
    const other = given.slice(i + 1).find((one) => reports[one] === reports[name]);
    if (other !== undefined) fail(`--${name} and --${other} cannot both write ${reports[name] ?? ''}`);
  }
}

export function reportRun(result: VerifyResult, { json, junit, html }: Reports): number {
  const transcripts = transcriptLine(result);
  if (transcripts !== undefined) print(transcripts);
  // Printed before anything is written: what was found is not lost where a file cannot be written.
  print(summary(result).join('\n'));
  process.exitCode = statusOf(result);
  for (const one of counterexamplesOf(result)) save(fileFor(one), `${JSON.stringify(one, null, 2)}\n`);
  if (json !== undefined) save(json, asJson(result));
  if (junit !== undefined) save(junit, asJunit(result));
  if (html !== undefined) writePage(html, pageOfRun(result));
  return process.exitCode;
}

/** A run fails where something breaks or differs, and where something was not reached that has to be. */
function statusOf(result: VerifyResult): number {
  if (result.interrupted) return exitStatus.interrupted;
  const differs = result.transcripts.some((report) => report.differences.length > 0 || report.malformed !== undefined);
  const breaks = result.violations.length > 0 || result.machineViolations.length > 0;
  return differs || breaks || missedBy(result).length > 0 ? exitStatus.violated : exitStatus.holds;
}
