/** What `verify` shows: a live line for each chapter, then the tables. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { VerbosityLevel } from 'fast-check';
import { describeTrace } from '../trace-text.ts';
import { linesOfPairs } from '../../search/judge/pairs.ts';
import { alike, fileOf } from './counterexamples.ts';
import { pairsOf } from './pairs.ts';
import { againWhole, missedBy } from './result.ts';
import type { ChapterProgress, ClauseResult, SuiteViolation, VerifyResult } from './result.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const good = (text: string): string => styleText('green', text);
const bad = (text: string): string => styleText('red', text);
const dim = (text: string): string => styleText('dim', text);

const barWidth = 20;

export function chapterLine(chapter: ChapterProgress, isFinal: boolean): string {
  const { share, runs, states, calls, seconds, violated } = chapter;
  const full = Math.round(share * barWidth);
  const bar = `${'━'.repeat(full)}${'╌'.repeat(barWidth - full)}`;
  const mark = violated ? bad('✗') : isFinal ? good('✓') : ' ';
  const rate = seconds > 0 ? `${number(calls / seconds)} calls/s` : '';
  const where = isFinal ? dim(placesOf(chapter)) : '';
  const covered = `${number(states ?? runs).padStart(7)} ${states === undefined ? 'runs  ' : 'states'}`;
  return `${mark} ${chapter.chapter.padEnd(14)}${bar}  ${covered}${number(calls).padStart(12)} calls  ${rate.padStart(18)}  ${where}`;
}

/** What was planted has a line each; scopes have their names alone. */
const placesOf = ({ chapter, scopes }: ChapterProgress): string =>
  chapter === 'guards' || chapter === 'verifiers' ? scopes.map((one) => `\n    ${one}`).join('') : scopes.join(', ');

/** A line that is drawn over and over has to fit its terminal: one that wraps leaves a part of it behind. */
export function fitted(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? line : plain.slice(0, Math.max(0, columns - 1)).trimEnd();
}

export function transcriptLine(result: VerifyResult): string | undefined {
  const { transcripts } = result;
  if (transcripts.length === 0) return undefined;
  const explained = transcripts.filter((report) => report.differences.length === 0 && !report.malformed);
  const events = transcripts.reduce((total, report) => total + report.events + report.states, 0);
  const releases = new Set(transcripts.map((report) => report.header?.profile));
  const mark = explained.length === transcripts.length ? good('✓') : bad('✗');
  return `${mark} transcripts   ${explained.length} of ${transcripts.length} explained: ${number(events)} answers of ${releases.size} Linux releases`;
}

const verdicts: Readonly<Record<ClauseResult['verdict'], string>> = {
  holds: good('holds'),
  broken: bad('BROKEN'),
  'not reached': bad('not reached'),
  'not applicable': dim('not applicable'),
};

/** `judged`: how often something was judged that could have broken the clause. */
function clauseTable(clauses: readonly ClauseResult[]): string[] {
  const row = (clause: string, kinds: string, calls: string, judged: string): string =>
    `${clause.padEnd(26)}${kinds.padEnd(24)}${calls.padStart(12)}${judged.padStart(14)}  `;
  return [
    dim(`${row('clause', 'properties', 'calls', 'judged')}verdict`),
    ...clauses.map(
      ({ clause, kinds, calls, subjects, verdict }) =>
        `${row(clause, kinds.join(', '), number(calls), number(subjects))}${verdicts[verdict]}`,
    ),
  ];
}

/** Everything below the chapter lines. */
export function summary(result: VerifyResult): string[] {
  const { violations, holes = [], transcripts, clauses, options } = result;
  const lines = ['', ...clauseTable(clauses), ''];
  for (const report of transcripts)
    if (report.differences.length > 0 || report.malformed) lines.push(...describeTrace(report));
  for (const { shortest, others } of alike(violations))
    lines.push(...formatViolation(shortest, others, options.verbose));
  for (const { lines: report, again } of result.machineViolations) {
    lines.push(bad('on the reference model, or in evidence'), ...report);
    if (again !== undefined) lines.push(`  again: ${again}`);
  }
  if (holes.length > 0)
    lines.push(bad(`${holes.length} holes: never reached in this run`), ...holes.map((hole) => `  ${hole}`));
  if (result.holes !== undefined) lines.push(...linesOfPairs(pairsOf(result.coverage)));
  lines.push(...formatEnd(result));
  if (result.interrupted) lines.push('interrupted: this is what was learned so far');
  lines.push(`seed ${options.seed}   again: ${againWhole(options)}`);
  return lines;
}

/** Of two limits, which one has ended the run, and what was not reached that has to be. */
function formatEnd(result: VerifyResult): string[] {
  const { runs, seconds } = result.options;
  const cut = result.chapters.flatMap((one) => (one.cut === true ? [one.chapter] : []));
  const ended = cut.length === 0 ? '--runs' : `--time, in ${cut.join(', ')}`;
  const missed = missedBy(result).length;
  return [
    ...(seconds === undefined || runs === Infinity || result.interrupted ? [] : [`ended by ${ended}`]),
    ...(missed === 0 ? [] : [bad(`${missed} not reached that ${missed === 1 ? 'has' : 'have'} to be: exit status 1`)]),
  ];
}

/** One violation, told by its shortest sequence, with the checks that found it as well. */
function formatViolation(
  shortest: SuiteViolation,
  others: readonly SuiteViolation[],
  verbose: VerbosityLevel,
): string[] {
  const { profile, property, minimized, again, report } = shortest;
  const calls = minimized.calls.length === 1 ? '1 call' : `${minimized.calls.length} calls`;
  return [
    `${bad(property.clause)} ${property.statement}`,
    `  broken under ${profile} in ${calls} (found in ${minimized.foundAt}): ${fileOf(shortest)}`,
    ...(others.length === 0 ? [] : [`  found as well by ${others.map((one) => one.check).join(', ')}`]),
    `  again: ${again}`,
    ...(report === undefined || verbose === VerbosityLevel.None ? [] : [report]),
  ];
}
