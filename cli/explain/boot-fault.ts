/** How a fault of booting or of a service reads: each call with what it changes, and what the last of them would be without the fault. */
import { stripVTControlCharacters } from 'node:util';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { describeChanges } from './changes.ts';
import { wrapped } from './columns.ts';
import type { FaultReport } from './fault-report.ts';
import { faultIn } from './planted.ts';
import { scenesOf } from './scenes.ts';
import { storyOf } from './story.ts';
import type { Story } from './story.ts';
import { drawing, formatRefusal } from './text.ts';

/** Run it again, with its fault. What cannot be run is said in one line. */
export function reportBoot(counterexample: Counterexample): FaultReport | string {
  const fault = faultIn(counterexample.profile, counterexample.fault ?? '');
  if (typeof fault === 'string') return fault;
  const story = storyOf(counterexample, fault.differences);
  if (typeof story === 'string') return story;
  const law = story.broken?.violation.property;
  const scenes = scenesOf(story);
  const ending = [...withoutFault(story), ...(law ? [`✗ ${fault.loses}`] : [])];
  return {
    title: fault.loses,
    mistake: fault.title,
    known: fault.known,
    broken: story.broken && law && { length: story.broken.length, statement: law.statement },
    lines: [...drawing(scenes), '', ...ending.flatMap((line) => wrapped(line, '  '))].map(stripVTControlCharacters),
    scenes,
    ending,
  };
}

/** The last call without the fault: how it is refused, or what it changes that it does not with the fault, and not. */
function withoutFault({ system, calls, steps, names, start, asSpecified }: Story): string[] {
  const last = steps.at(-1);
  if (asSpecified === undefined || last === undefined) return [];
  if (asSpecified.outcome.kind === 'denied')
    return [`without the fault: ${formatRefusal(system, asSpecified, calls.length)}`];
  const before = steps.at(-2)?.state.cells ?? start;
  const changes = (after: Int32Array): string[] => {
    const lines = describeChanges(system.layout, names.at(-1) ?? [], before, after);
    return lines.flatMap((line) => {
      const [subject = '', words = ''] = line.split(/ {2}(.*)/);
      return words.split(' · ').map((word) => `${subject}  ${word}`);
    });
  };
  const [faulty, sound] = [changes(last.state.cells), changes(asSpecified.state.cells)];
  return [
    ...faulty.filter((one) => !sound.includes(one)).map((one) => `only with the fault: ${one}`),
    ...sound.filter((one) => !faulty.includes(one)).map((one) => `only without it: ${one}`),
  ];
}
