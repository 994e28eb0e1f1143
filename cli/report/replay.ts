/** The page of one counterexample, finding or saved sequence. */
import { basename, isAbsolute } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Finding, Recording } from '../../search/counterexamples/finding.ts';
import type { SequenceFile } from '../../search/counterexamples/sequence-file.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { replayCommandOf, shownOn, verdictOn } from '../explain/finding.ts';
import { recordedScenes } from '../explain/recorded.ts';
import type { Shown } from '../explain/shown.ts';
import { formatDifference } from '../format.ts';
import { quoted } from '../self.ts';
import { citing } from './clauses.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';
import { violationSections } from './violation.ts';
import type { Violation } from './violation.ts';

/** The command that replays a file, without the folders of this machine. */
export const replayOf = (file: string): string =>
  `npx pvm-spec replay ${quoted(isAbsolute(file) ? basename(file) : file)}`;

/** A counterexample, which was run again to be shown. */
export function violationOf(shown: Shown, replay: string): Violation {
  const {
    title,
    name,
    without,
    fault,
    breaks,
    under,
    steps,
    broken,
    mistake,
    known,
    story,
    drawing,
    details = [],
  } = shown;
  const said = [
    story ?? '',
    mistake === undefined ? '' : `The fault, ${fault ?? ''}: ${mistake}.`,
    known === undefined ? '' : `Known: ${known}.`,
    broken === undefined ? '' : `The property that sees it: ${broken.statement}.`,
  ];
  const at = steps === 1 ? '' : ` at step ${broken?.step ?? steps} of ${steps}`;
  return {
    title: title === '' ? name : title,
    verdict: broken === undefined ? `${breaks} does not break ${under}` : `${breaks} breaks${at}, ${under}`,
    isBroken: broken !== undefined,
    words: said.filter((text) => text !== ''),
    scenes: shown.scenes,
    lines: [...drawing, ...(details.length > 0 ? ['', ...details] : [])].map(stripVTControlCharacters),
    skipped: 0,
    ending: (shown.ending ?? []).map(stripVTControlCharacters),
    clauses: [...new Set([breaks, ...(without ? [without.clause] : [])])],
    replay,
  };
}

export function pageOfShown(shown: Shown, file: string): Page {
  const violation = violationOf(shown, replayOf(file));
  return { title: shown.name, head: html``, sections: violationSections([violation]) };
}

const stateNote = 'Answers are those that were recorded; guards, changes and pages are those of the specification.';

/**
 * Recorded calls, held against the specification once more. `header`: the scope in which they were made, where that is
 * not a campaign's. Throws UnreadableEvent.
 */
export function recordedViolation(
  recording: Recording,
  more: Pick<Violation, 'title' | 'clauses' | 'replay'>,
  header?: TranscriptHeader,
): Violation {
  const { scenes, verdicts, skipped } = recordedScenes(recording, header);
  const difference = verdicts.find((one) => one.difference !== undefined)?.difference;
  return {
    ...more,
    verdict: verdictOn(recording, verdicts),
    isBroken: difference !== undefined,
    words: [stateNote],
    scenes,
    lines: [],
    skipped,
    ending: difference === undefined ? [] : formatDifference(difference).map((line) => line.trim()),
  };
}

/** A finding: a section for each release on which it was recorded. */
export function pageOfFinding(finding: Finding): Page {
  const { name, title, happens, gains, unknown, clause, recordings } = finding;
  const violations = recordings.map((recording) => {
    const { about } = recording;
    const where = `${shownOn(recording.target)}${about === undefined ? '' : `, ${about}`}`;
    const replay = replayCommandOf(quoted(name), recording);
    return recordedViolation(recording, { title: where, clauses: [clause], replay });
  });
  const words = [happens, `What an attacker gains: ${gains}`, `Not known: ${unknown}`];
  return {
    title,
    head: html`${words.map((text) => html`<p>${citing(text)}</p> `)}`,
    sections: violationSections(violations),
  };
}

/** What a hunt has saved. */
export function pageOfSequence({ name, kind, isShrunk, found, recording }: SequenceFile, file: string): Page {
  const { hypervisor, release, mode, machine } = recording.target;
  const short = isShrunk ? '' : ', as it was drawn: it could not be made shorter';
  const clause = recordedScenes(recording).verdicts.at(-1)?.difference?.clause;
  const clauses = clause === undefined ? [] : [clause];
  return {
    title: name,
    head: html`<p>${hypervisor} ${release}, ${mode}, ${machine}, by ${recording.profile}</p>
      <p>Found by: <code>${found}</code></p>`,
    sections: violationSections([
      recordedViolation(recording, { title: `${kind}${short}`, clauses, replay: replayOf(file) }),
    ]),
  };
}
