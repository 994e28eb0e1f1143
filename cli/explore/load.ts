/** Files that are loaded into the explorer: counterexamples as sequences, findings and transcripts as they were recorded. */
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import { isFinding, parseFinding } from '../../search/counterexamples/finding.ts';
import type { Recording } from '../../search/counterexamples/finding.ts';
import { isSequenceFile, parseSequenceFile } from '../../search/counterexamples/sequence-file.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { TranscriptEvent, TranscriptHeader } from '../../spec/transcript.ts';
import { parseHeader, parseLine } from '../../targets/transcript/read.ts';
import { recordedScenes } from '../explain/recorded.ts';
import type { RecordedScenes } from '../explain/recorded.ts';
import { formatDifference } from '../format.ts';
import type { Asked } from './asked.ts';
import { continued } from './continued.ts';
import type { Continued } from './continued.ts';
import { opened } from './opened.ts';

/** A sequence to go on from, and what is to be known of it. */
interface LoadedSequence {
  readonly asked: Asked;
  readonly note: string;
}

/** What real hypervisors have answered, to be looked at and gone on from. */
export interface LoadedRecordings {
  readonly title: string;
  readonly words: readonly string[];
  readonly recordings: readonly Shown[];
}

interface Shown extends RecordedScenes {
  /** How it is gone on from, or in one line why it is not. */
  readonly continued: Continued | string;
  readonly title: string;
  readonly verdict: string;
  readonly isBroken: boolean;
  readonly ending: readonly string[];
}

export type Loaded = LoadedSequence | LoadedRecordings;

/** A page shows no larger file. */
export const mostBytes = 20_000_000;

/** What a file holds, or in one line why it cannot be shown. */
export function loaded(name: string, text: string): Loaded | string {
  const found = read(text);
  return typeof found === 'string' ? `cannot load ${name}: ${found}` : found;
}

function read(text: string): Loaded | string {
  try {
    if (text.trim() === '') return 'it is empty';
    if (/^\s*\{\s*"format":\s*"pvm-trace"/.test(text)) return transcript(text);
    if (isSequenceFile(text)) return sequence(text);
    if (/"(evidence|image)":\s*\[/.test(text))
      return 'it is about bytes, not about calls: npx pvm-spec explain shows it';
    return isFinding(text) ? finding(text) : counterexample(text);
  } catch (error) {
    return (error as Error).message;
  }
}

function counterexample(text: string): Loaded | string {
  const given = parseCounterexample(text);
  if (typeof given === 'string') return given;
  const { name, profile, scope, without, calls, fault, story = '' } = given;
  if (fault !== undefined && !profiles.has(profile))
    return `it runs on the reference model, not on rules: npx pvm-spec explain ${name} shows it`;
  const asked = { profile, scope, without, fault, calls };
  const found = opened(asked);
  if (typeof found === 'string') return found;
  return { asked, note: [name, story].filter((one) => one !== '').join(': ') };
}

function finding(text: string): Loaded | string {
  const given = parseFinding(text);
  if (typeof given === 'string') return given;
  const { title, happens, gains, recordings } = given;
  return {
    title,
    words: [happens, `What an attacker gains: ${gains}`],
    recordings: recordings.map((one) => shown(one, undefined)),
  };
}

function sequence(text: string): Loaded | string {
  const given = parseSequenceFile(text);
  if (typeof given === 'string') return given;
  return { title: given.name, words: [`Found by: ${given.found}`], recordings: [shown(given.recording, undefined)] };
}

/** Its lines of page states are left out. */
function transcript(text: string): Loaded {
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const header = parseHeader(first);
  const read = lines.map((line, i) => parseLine(i + 2, line));
  const calls = read.filter((line): line is TranscriptEvent => 'op' in line);
  const { target, profile } = header;
  const { hypervisor, release } = target;
  return {
    title: `A transcript of ${hypervisor} ${release}`,
    words: ['Page states that it records are not compared here: npx pvm-spec trace check does.'],
    recordings: [shown({ target, profile, calls } as unknown as Recording, header)],
  };
}

function shown(recording: Recording, header: TranscriptHeader | undefined): Shown {
  const { target, profile, about, calls } = recording;
  const found = recordedScenes(recording, header);
  const differing = found.verdicts.filter(({ difference }) => difference !== undefined);
  const first = differing[0]?.difference;
  const at = found.verdicts.findIndex(({ difference }) => difference !== undefined) + 1;
  const count = `${calls.length} ${calls.length === 1 ? 'answer' : 'answers'}`;
  return {
    ...found,
    continued: continued(recording, header),
    title: [`${target.hypervisor} ${target.release}, ${target.mode}, ${target.machine}`, about ?? '']
      .filter(Boolean)
      .join(', '),
    verdict:
      first === undefined
        ? `${count}, and ${profile} says the same of all`
        : `${differing.length} of ${count} not as ${profile} says, the first at step ${at}`,
    isBroken: first !== undefined,
    ending: first === undefined ? [] : formatDifference(first).map((line) => line.trim()),
  };
}
