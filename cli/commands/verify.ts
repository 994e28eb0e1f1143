/** `pvm-spec verify`: the main job. */
import type { Command } from 'commander';
import { profiles } from '../../spec/profiles/all.ts';
import { exitStatus, fail, print } from '../output.ts';
import { save } from '../save.ts';
import { counterexamplesOf, fileFor } from '../verify/counterexamples.ts';
import { asJson, asJunit } from '../verify/formats.ts';
import { readOptions } from '../verify/options.ts';
import type { Given } from '../verify/options.ts';
import { defaultRuns, missedBy } from '../verify/result.ts';
import type { VerifyResult } from '../verify/result.ts';
import { verify } from '../verify/run.ts';
import { Screen } from '../verify/screen.ts';
import { summary, transcriptLine } from '../verify/text.ts';
import { fuzzTarget } from './hunt.ts';

export function verifyCommand(command: Command): void {
  command
    .option('--seed <number>', 'draw the same sequences again')
    .option('--runs <number>', `sequences in each scope (${defaultRuns} if not given)`)
    .option('--time <seconds>', 'fuzz for this long; with --runs, until the first of the two')
    .option('--clause <id>', 'judge only this clause')
    .option('--profile <name>', `one of ${[...profiles.keys()].join(', ')}`)
    .option(
      '--check <name>',
      'run only this check, as a failure names it: linux-7.3/pages, model, evidence/ATTEST-EVERY-BYTE, …',
    )
    .option('--path <path>', 'go straight to where that check failed with this seed')
    .option(
      '--verbose <level>',
      'how much fast-check reports of a failure: 0, 1 (what failed) or 2 (all that was tried)',
    )
    .option('--target <name>', 'hold a target against the spec instead, as `hunt` does: linux-pkvm or stdio:COMMAND')
    .option('--json <file>', 'write a report as JSON')
    .option('--junit <file>', 'write a report as JUnit XML')
    .action(async (given: Given) => {
      if (given.target !== undefined) {
        const beside = ['clause', 'runs', 'check', 'path'].find((name) => name in given);
        if (beside !== undefined) fail(`--${beside} is not for a target; \`pvm-spec hunt\` has the options of one`);
        process.exitCode = await fuzzTarget(given.target, given);
        return;
      }
      const options = readOptions(given);
      const watcher = new Screen();
      const result = await verify(options, watcher);
      watcher.done();
      const transcripts = transcriptLine(result);
      if (transcripts !== undefined) print(transcripts);
      // Printed before anything is written: what was found is not lost where a file cannot be written.
      print(summary(result).join('\n'));
      process.exitCode = statusOf(result);
      for (const one of counterexamplesOf(result)) save(fileFor(one), `${JSON.stringify(one, null, 2)}\n`);
      if (given.json !== undefined) save(given.json, asJson(result));
      if (given.junit !== undefined) save(given.junit, asJunit(result));
    });
}

/** A run fails where something breaks or differs, and where something was not reached that has to be. */
function statusOf(result: VerifyResult): number {
  if (result.interrupted) return exitStatus.interrupted;
  const differs = result.transcripts.some((report) => report.differences.length > 0 || report.malformed !== undefined);
  const breaks = result.violations.length > 0 || result.machineViolations.length > 0;
  return differs || breaks || missedBy(result).length > 0 ? exitStatus.violated : exitStatus.holds;
}
