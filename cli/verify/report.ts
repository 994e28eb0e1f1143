/** Tells what a run has come to: on the screen, as counterexamples, as reports, and as an exit status. */
import { counterexampleFormat } from '../../search/counterexamples/file.ts';
import { writtenText } from '../../search/counterexamples/format.ts';
import { exitStatus, print } from '../output.ts';
import { pageOfRun } from '../report/verify.ts';
import { pageText } from '../report/write.ts';
import { saveReports } from '../reports.ts';
import type { Reports } from '../reports.ts';
import { save } from '../save.ts';
import { counterexamplesOf, fileFor } from './counterexamples.ts';
import { asJson, asJunit, asSarif, asTap } from './formats.ts';
import { missedBy } from './result.ts';
import type { VerifyResult } from './result.ts';
import { summary, transcriptLine } from './text.ts';

export function reportRun(result: VerifyResult, reports: Reports): number {
  const transcripts = transcriptLine(result);
  if (transcripts !== undefined) print(transcripts);
  // Printed before anything is written: what was found is not lost where a file cannot be written.
  print(summary(result).join('\n'));
  process.exitCode = statusOf(result);
  for (const one of counterexamplesOf(result)) save(fileFor(one), writtenText(counterexampleFormat, one));
  saveReports(reports, {
    json: () => asJson(result),
    junit: () => asJunit(result),
    tap: () => asTap(result),
    sarif: () => asSarif(result),
    html: (file) => pageText(file, pageOfRun(result)),
  });
  return process.exitCode;
}

/** A run fails where something breaks or differs, and where something was not reached that has to be. */
function statusOf(result: VerifyResult): number {
  if (result.interrupted) return exitStatus.interrupted;
  const differs = result.transcripts.some((report) => report.differences.length > 0 || report.malformed !== undefined);
  const breaks = result.violations.length > 0 || result.machineViolations.length > 0;
  return differs || breaks || missedBy(result).length > 0 ? exitStatus.violated : exitStatus.holds;
}
