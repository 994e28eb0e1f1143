/** Holds one transcript file against the spec: a first reading collects its names, a second one checks it. */
import { open } from 'node:fs/promises';
import { profiles } from '../spec/profiles/all.ts';
import type { TranscriptEvent, TranscriptHeader } from '../spec/transcript.ts';
import { UnreadableEvent } from '../search/conformance/calls.ts';
import { TranscriptChecker, settingOf } from '../search/conformance/check.ts';
import type { Difference } from '../search/conformance/difference.ts';
import { Coverage } from '../search/judge/coverage.ts';
import { Survey } from '../search/conformance/survey.ts';
import { linesOf } from '../targets/transcript/lines.ts';
import type { NumberedLine } from '../targets/transcript/lines.ts';
import { MalformedLine, parseHeader, parseLine } from '../targets/transcript/read.ts';

/** Where a transcript and the spec differ. */
export interface LineDifference extends Difference {
  readonly line: number;
  /** The event, or what the line records. */
  readonly event: TranscriptEvent | undefined;
}

export interface TraceReport {
  readonly file: string;
  readonly header: TranscriptHeader | undefined;
  readonly events: number;
  readonly states: number;
  readonly differences: readonly LineDifference[];
  /** The first line that could not be read, and what was expected there. */
  readonly malformed: { readonly line: number; readonly problem: string } | undefined;
  /** The number of a last line that is cut off in its middle. */
  readonly cutOff: number | undefined;
}

export interface TraceOptions {
  /** Judge by this profile instead of the one that the header names. */
  readonly profile?: string;
  /** How many differences are reported before reading stops; later ones often follow from the first. */
  readonly most: number;
}

/** Check one file. Fails only where the file cannot be opened or read. */
export async function checkTraceFile(file: string, options: TraceOptions): Promise<TraceReport> {
  const endsWhole = await endsWithLineBreak(file);
  const reading = new Reading(file, options);
  const survey = await surveyFile(file);
  let previous: NumberedLine | undefined;
  for await (const line of linesOf(file)) {
    if (previous !== undefined) reading.take(previous, survey);
    if (reading.stopped) return reading.report();
    previous = line;
  }
  if (previous === undefined) return { ...reading.report(), malformed: { line: 1, problem: 'the file is empty' } };
  reading.take(previous, survey, !endsWhole);
  return reading.report();
}

async function endsWithLineBreak(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size === 0) return true;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a;
  } finally {
    await handle.close();
  }
}

/** Collects the guest frames and offsets that events name, up to the first line that cannot be read. */
async function surveyFile(file: string): Promise<Survey> {
  const survey = new Survey();
  for await (const { number, text } of linesOf(file)) {
    if (number === 1) continue;
    try {
      const line = parseLine(number, text);
      if ('op' in line) survey.add(line);
    } catch (error) {
      if (error instanceof MalformedLine) break;
      throw error;
    }
  }
  return survey;
}

/** The calls of a transcript that was checked, up to this line. */
export async function eventsUpTo(file: string, last: number): Promise<TranscriptEvent[]> {
  const events: TranscriptEvent[] = [];
  for await (const { number, text } of linesOf(file)) {
    if (number > last) break;
    const line = number === 1 ? undefined : parseLine(number, text);
    if (line !== undefined && 'op' in line) events.push(line);
  }
  return events;
}

class Reading {
  private readonly file: string;
  private readonly options: TraceOptions;
  private header: TranscriptHeader | undefined;
  private checker: TranscriptChecker | undefined;
  private events = 0;
  private states = 0;
  private readonly differences: LineDifference[] = [];
  private malformed: TraceReport['malformed'];
  private cutOff: number | undefined;
  private panicked = false;

  constructor(file: string, options: TraceOptions) {
    this.file = file;
    this.options = options;
  }

  get stopped(): boolean {
    return this.malformed !== undefined || this.differences.length >= this.options.most;
  }

  report(): TraceReport {
    const { file, header, events, states, differences, malformed, cutOff } = this;
    return { file, header, events, states, differences, malformed, cutOff };
  }

  /** Check one line; `maybeCutOff` if the file ends with it and without a line break. */
  take({ number, text }: NumberedLine, survey: Survey, maybeCutOff = false): void {
    try {
      if (number === 1) this.begin(text, survey);
      else this.check(number, text);
    } catch (error) {
      if (maybeCutOff && error instanceof MalformedLine && number > 1) this.cutOff = number;
      else if (error instanceof MalformedLine) this.malformed = { line: error.line, problem: error.message };
      else if (error instanceof UnreadableEvent) this.malformed = { line: number, problem: error.message };
      else throw error;
    }
  }

  private begin(text: string, survey: Survey): void {
    this.header = parseHeader(text);
    const name = this.options.profile ?? this.header.profile;
    const profile = profiles.get(name);
    if (profile === undefined) {
      throw new MalformedLine(1, `no profile ${name}; there are ${[...profiles.keys()].join(', ')}`);
    }
    this.checker = new TranscriptChecker(settingOf(this.header, survey, profile));
  }

  private check(number: number, text: string): void {
    const line = parseLine(number, text);
    const expected = this.events + this.states;
    if (line.i !== expected) throw new MalformedLine(number, `expected i to be ${expected}, got ${line.i}`);
    if (this.panicked) throw new MalformedLine(number, 'expected no more lines after a panic');
    const isEvent = 'op' in line;
    const difference = isEvent ? this.checker?.check(line) : this.checker?.checkState(line);
    if (isEvent) this.events++;
    else this.states++;
    this.panicked = isEvent && 'panic' in line.answer;
    if (difference) this.differences.push({ ...difference, line: number, event: isEvent ? line : undefined });
  }
}

/** What a recording has answered, as far as it is what the rules say. Throws where a line cannot be read. */
export async function coverageOfTrace(
  file: string,
): Promise<{ readonly header: TranscriptHeader; readonly coverage: Coverage }> {
  const survey = await surveyFile(file);
  let begun:
    { readonly header: TranscriptHeader; readonly checker: TranscriptChecker; readonly coverage: Coverage } | undefined;
  for await (const { number, text } of linesOf(file)) {
    if (begun === undefined) {
      const header = parseHeader(text);
      const profile = profiles.get(header.profile);
      if (profile === undefined) throw new MalformedLine(1, `no profile ${header.profile}`);
      const setting = settingOf(header, survey, profile);
      begun = { header, checker: new TranscriptChecker(setting), coverage: new Coverage(setting.system) };
      continue;
    }
    const line = parseLine(number, text);
    if (!('op' in line)) continue;
    const expected = begun.checker.expect(line);
    if (begun.checker.compare(expected, line.answer) !== undefined) break;
    begun.coverage.addOutcome(begun.checker.system.rule(line.op), expected.outcome, expected.failing);
  }
  return begun ?? Promise.reject(new MalformedLine(1, 'the file is empty'));
}
