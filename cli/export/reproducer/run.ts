/** What a user names as a run on Linux: a finding, or a sequence that a hunt has saved. */
import { UnreadableEvent } from '../../../search/conformance/calls.ts';
import { isFinding, parseFinding } from '../../../search/counterexamples/finding.ts';
import type { Finding, Recording } from '../../../search/counterexamples/finding.ts';
import { isSequenceFile, parseSequenceFile } from '../../../search/counterexamples/sequence-file.ts';
import { profiles } from '../../../spec/profiles/all.ts';
import { TargetProblem } from '../../../targets/problem.ts';
import { fileNamed, textIn } from '../../counterexamples.ts';
import { orFail, Refused } from '../../output.ts';
import { clauseInWords } from './module.ts';
import type { Run } from './module.ts';

export interface Given {
  readonly format: string;
  readonly profile?: string;
  readonly scope?: string;
  readonly out?: string;
}

/** What is written of a run; where it cannot be written, the command ends. */
export const written = <T>(name: string | undefined, given: Given, write: (run: Run) => T): T =>
  orFail(() => writtenOf(name, given, write));

/** The same. Throws Refused where there is no such run, or a call of it cannot be written. */
export function writtenOf<T>(name: string | undefined, given: Given, write: (run: Run) => T): T {
  const { format, scope, profile } = given;
  if (scope !== undefined) throw new Refused(`--format ${format} takes no --scope: its run names its scope`);
  if (name === undefined)
    throw new Refused(`--format ${format} needs the name of a finding, or a file that hunt --save wrote`);
  const file = fileNamed(name);
  const run = runIn(textIn(file), profile);
  if (typeof run === 'string') throw new Refused(`${file}: ${run}`);
  try {
    if (!profiles.has(run.recording.profile)) throw new TargetProblem(`there is no profile ${run.recording.profile}`);
    return write(run);
  } catch (error) {
    if (error instanceof UnreadableEvent || error instanceof TargetProblem)
      throw new Refused(`${file}: ${error.message}`);
    throw error;
  }
}

function runIn(text: string, profile: string | undefined): Run | string {
  if (isSequenceFile(text)) {
    const read = parseSequenceFile(text);
    if (typeof read === 'string') return read;
    const { name, kind, difference, found, recording } = read;
    if (profile !== undefined && profile !== recording.profile) return notUnder(profile, [recording]);
    if (recording.calls.length === 0 || 'state' in difference || recording.states !== undefined) {
      return 'what differs is the table of page states, and no module can read that';
    }
    const { clause } = difference;
    const about = [`${kind}. Found by: ${found}`, ...(clause === undefined ? [] : [clauseInWords(clause)])];
    return { name, about, recording };
  }
  if (!isFinding(text)) return 'is no run on a real hypervisor: findings are, and what hunt --save writes';
  const read = parseFinding(text);
  return typeof read === 'string' ? read : runOf(read, profile);
}

/** The run of a finding: the first of its recordings, or the first under a profile; or in one line why there is none. */
export function runOf(
  { name, title, happens, clause, recordings }: Finding,
  profile: string | undefined,
): Run | string {
  const recording = recordings.find((one) => profile === undefined || one.profile === profile);
  if (recording === undefined)
    return recordings.length === 0 ? 'no single sequence shows it' : notUnder(profile ?? '', recordings);
  return { name, about: [`${title}.`, happens, clauseInWords(clause)], recording };
}

const notUnder = (profile: string, recordings: readonly Recording[]): string =>
  `was not recorded under ${profile}; it was under ${[...new Set(recordings.map((one) => one.profile))].join(', ')}`;
