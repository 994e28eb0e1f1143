/** What a user names as a run of the rules: a counterexample, a finding, a sequence of a hunt, or a recording. */
import { ruleFaults } from '../../mutants/rule-faults.ts';
import { isAboutEvidence } from '../../mutants/evidence/file.ts';
import { isAboutImage } from '../../mutants/images/file.ts';
import { UnreadableEvent } from '../../search/conformance/calls.ts';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import { headerOf, isFinding, parseFinding } from '../../search/counterexamples/finding.ts';
import type { Recording } from '../../search/counterexamples/finding.ts';
import { isSequenceFile, parseSequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { itf } from '../../search/export/itf/itf.ts';
import type { ItfRun } from '../../search/export/itf/itf.ts';
import { runOfRecording, runOfRules } from '../../search/export/itf/runs.ts';
import { isOfMachine } from '../../search/machine/counterexample.ts';
import { MalformedLine, parseHeader, parseLine } from '../../targets/transcript/read.ts';
import { parsed } from '../commands/explain.ts';
import { fileOf, readText } from '../counterexamples.ts';
import { storyOf } from '../explain/story.ts';
import { fail } from '../output.ts';

/** The lines of the trace. */
export function traceOf(name: string): string[] {
  const file = fileOf(name);
  try {
    return [...itf(parsed(file, runIn(readText(file))))];
  } catch (error) {
    if (error instanceof MalformedLine) return fail(`${file}:${error.line}: ${error.message}`);
    if (error instanceof UnreadableEvent) return fail(`${file}: ${error.message}`);
    throw error;
  }
}

function runIn(text: string): ItfRun | string {
  if (text.includes('"pvm-trace"')) return transcript(text);
  if (isSequenceFile(text)) {
    const read = parseSequenceFile(text);
    return typeof read === 'string' ? read : recording(read.name, read.recording);
  }
  if (isFinding(text)) {
    const read = parseFinding(text);
    if (typeof read === 'string') return read;
    const [first] = read.recordings;
    return first === undefined ? `${read.name} has no recording` : recording(read.name, first);
  }
  return counterexample(text);
}

function transcript(text: string): ItfRun | string {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const header = parseHeader(first);
  const lines = rest.map((line, i) => parseLine(i + 2, line));
  const { hypervisor, release } = header.target;
  const events = lines.flatMap((line) => ('op' in line ? [line] : []));
  return runOfRecording(header, events, `${hypervisor} ${release}, as ${header.profile} follows it`);
}

const recording = (name: string, of: Recording): ItfRun | string =>
  runOfRecording(
    headerOf(of),
    of.calls.map((call, i) => ({ i, ...call })),
    `${name}: ${of.target.hypervisor} ${of.target.release}, as ${of.profile} follows it`,
  );

function counterexample(text: string): ItfRun | string {
  const rulesAlone =
    'has no states of the rules; counterexamples in counterexamples/rules, boot, inside, device and interrupts have';
  if (isAboutEvidence(text)) return `evidence ${rulesAlone}`;
  if (isAboutImage(text)) return `an image ${rulesAlone}`;
  const read = parseCounterexample(text);
  if (typeof read === 'string') return read;
  if (isOfMachine(read)) return `a run of the reference model ${rulesAlone}`;
  const fault = ruleFaults.find(({ id }) => id === read.fault);
  if (read.fault !== undefined && fault === undefined) return `no fault ${read.fault} of the rules`;
  const story = storyOf(read, fault?.differences);
  if (typeof story === 'string') return story;
  const { system, scope, calls, broken } = story;
  const without = read.without === undefined ? '' : ` without ${read.without.clause}`;
  const under = `${read.profile}/${scope.name}${fault === undefined ? without : ` with ${fault.id}`}`;
  const lost = broken && `; at step ${broken.length} ${read.breaks} breaks: ${broken.violation.property.statement}`;
  return runOfRules(system, scope, calls, `${read.name}: ${under}${lost ?? ''}`);
}
