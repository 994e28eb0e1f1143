/** `pvm-spec verify`: the main job. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import * as fc from 'fast-check';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { noClause } from '../clauses/nearest.ts';
import { exitStatus, fail, print } from '../output.ts';
import { save } from '../save.ts';
import { asJson, asJunit } from '../verify/formats.ts';
import { waiverOf } from '../verify/guards.ts';
import { defaultRuns, demandsAll } from '../verify/result.ts';
import type { ChapterProgress, SuiteViolation, VerifyOptions, VerifyResult, Watcher } from '../verify/result.ts';
import { checkNames, isJudged, verify } from '../verify/run.ts';
import { chapterLine, fitted, summary, transcriptLine } from '../verify/text.ts';
import { nameOf } from '../counterexample.ts';
import { fuzzTarget } from './hunt.ts';

const verbosities = [fc.VerbosityLevel.None, fc.VerbosityLevel.Verbose, fc.VerbosityLevel.VeryVerbose];

interface Given {
  readonly seed?: string;
  readonly runs?: string;
  readonly time?: string;
  readonly clause?: string;
  readonly profile?: string;
  readonly check?: string;
  readonly path?: string;
  readonly verbose?: string;
  readonly target?: string;
  readonly json?: string;
  readonly junit?: string;
}

export function verifyCommand(command: Command): void {
  command
    .option('--seed <number>', 'draw the same sequences again')
    .option('--runs <number>', `sequences in each scope (${defaultRuns} if not given)`)
    .option('--time <seconds>', 'fuzz for this long instead')
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
      const counterexamples = result.violations.map(counterexampleOf);
      // Printed before anything is written: what was found is not lost where a file cannot be written.
      print(summary(result, counterexamples.map(fileFor)).join('\n'));
      process.exitCode = statusOf(result);
      const ofModel = result.machineViolations.flatMap(({ counterexample }) => counterexample ?? []);
      // Of several in one file the shortest is written last.
      const bySize = [...counterexamples].sort((a, b) => b.calls.length - a.calls.length);
      for (const one of [...bySize, ...ofModel]) save(fileFor(one), `${JSON.stringify(one, null, 2)}\n`);
      if (given.json !== undefined) save(given.json, asJson(result));
      if (given.junit !== undefined) save(given.junit, asJunit(result));
    });
}

function readOptions(given: Given): VerifyOptions {
  if (given.profile !== undefined && !profiles.has(given.profile)) {
    fail(`no profile ${given.profile}; there are ${[...profiles.keys()].join(', ')}`);
  }
  if (given.clause !== undefined && !(given.clause in clauses)) {
    fail(noClause(given.clause, Object.keys(clauses)));
  }
  if (given.json !== undefined && given.json === given.junit)
    fail(`--json and --junit cannot both write ${given.json}`);
  if (given.path !== undefined && (given.check === undefined || !/^\d+(:\d+)*$/.test(given.path))) {
    fail(`--path takes numbers joined by colons, and goes with --check and --seed, got ${given.path}`);
  }
  const options: VerifyOptions = {
    seed: wholeNumber('--seed', given.seed, 0, 2 ** 32 - 1) ?? randomInt(2 ** 31),
    runs: wholeNumber('--runs', given.runs, 1, 1e9) ?? defaultRuns,
    seconds: wholeNumber('--time', given.time, 1, 1e6),
    profile: given.profile,
    clause: given.clause,
    check: given.check,
    path: given.path,
    verbose: verbosities[wholeNumber('--verbose', given.verbose, 0, 2) ?? 0] ?? fc.VerbosityLevel.None,
  };
  if (!isJudged({ ...options, check: undefined })) {
    const under = given.profile === undefined ? '' : ` under ${given.profile}`;
    fail(
      given.clause === undefined
        ? `nothing is drawn${under}; search/scopes/suites.ts names the scopes of each profile`
        : `nothing here can break ${given.clause}${under}: ${whyNot(options)}`,
    );
  }
  const names = given.check === undefined ? [] : checkNames(options);
  if (given.check !== undefined && !names.includes(given.check)) {
    fail(`no check ${given.check}; there are ${names.join(', ')}`);
  }
  return options;
}

/** Why nothing judges a clause that is asked for. */
function whyNot(options: VerifyOptions): string {
  const waiver = waiverOf(options);
  const more = `\`pvm-spec explain ${options.clause ?? ''}\` shows what there is`;
  return waiver === undefined
    ? `no property is about it, and no guard; ${more}`
    : `its guard is waived, for ${waiver}; ${more}`;
}

function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most)) fail(`${option} takes a whole number from ${least} to ${most}, got ${text}`);
  return value;
}

/** The terminal, or plain lines where there is none. Ctrl-C ends the run with what was learned so far. */
class Screen implements Watcher {
  private interrupted = false;
  private drawn = 0;
  private readonly onInterrupt = (): void => {
    if (this.interrupted) process.exit(exitStatus.interrupted);
    this.interrupted = true;
  };
  readonly stopped = (): boolean => this.interrupted;

  constructor() {
    process.on('SIGINT', this.onInterrupt);
  }

  progress(chapter: ChapterProgress): void {
    if (!process.stdout.isTTY || performance.now() - this.drawn < 100) return;
    this.drawn = performance.now();
    process.stdout.write(`\r\x1b[2K${fitted(chapterLine(chapter, false), process.stdout.columns)}`);
  }

  finished(chapter: ChapterProgress): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[2K' : ''}${chapterLine(chapter, true)}\n`);
  }

  done(): void {
    process.off('SIGINT', this.onInterrupt);
  }
}

/** A violation as a counterexample that `replay` and `explain` take. */
const counterexampleOf = ({ suite, minimized: { violation, calls } }: SuiteViolation) => ({
  name: nameOf(suite.profile.name, violation.property),
  profile: suite.profile.name,
  scope: suite.scope.name,
  breaks: violation.property.clause,
  property: violation.property.statement,
  calls,
});

const fileFor = ({ name }: { readonly name: string }): string => join('report', `${name}.json`);

/** A run fails where something breaks or differs, and where something was not reached that has to be. */
function statusOf(result: VerifyResult): number {
  if (result.interrupted) return exitStatus.interrupted;
  const differs = result.transcripts.some((report) => report.differences.length > 0 || report.malformed !== undefined);
  const incomplete = result.holes.length > 0 || result.clauses.some(({ verdict }) => verdict === 'not reached');
  const fails =
    differs ||
    result.violations.length > 0 ||
    result.machineViolations.length > 0 ||
    (incomplete && demandsAll(result.options));
  return fails ? exitStatus.violated : exitStatus.holds;
}
