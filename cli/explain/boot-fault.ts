/** How a fault of boot reads: each call with what it changes, and what the last of them would be without the fault. */
import { stripVTControlCharacters } from 'node:util';
import { bootFaults } from '../../mutants/boot/all.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { describeChanges } from './changes.ts';
import type { FaultReport } from './fault-report.ts';
import { storyOf } from './story.ts';
import type { Story } from './story.ts';
import { formatRefusal, table } from './text.ts';

/** Run it again, with its fault. What cannot be run is said in one line. */
export function reportBoot(counterexample: Counterexample): FaultReport | string {
  const fault = bootFaults.find(({ id }) => id === counterexample.fault);
  if (fault === undefined) return `no fault ${counterexample.fault ?? ''} of boot`;
  if (counterexample.profile !== avf15.name)
    return `${fault.id} is a fault of ${avf15.name}, not of ${counterexample.profile}`;
  const story = storyOf(counterexample, fault.differences);
  if (typeof story === 'string') return story;
  const law = story.broken?.violation.property;
  return {
    title: fault.title,
    known: fault.known,
    broken: story.broken && law && { length: story.broken.length, statement: law.statement },
    lines: [...table(story), '', ...(law ? [`✗ ${law.loss}`] : []), ...withoutFault(story)].map(
      stripVTControlCharacters,
    ),
  };
}

function withoutFault({ system, calls, steps, names, asSpecified }: Story): string[] {
  const last = steps.at(-1);
  if (asSpecified === undefined || last === undefined) return [];
  if (asSpecified.outcome.kind === 'denied')
    return [`without the fault: ${formatRefusal(system, asSpecified, calls.length)}`];
  const changes = describeChanges(system.layout, names.at(-1) ?? [], last.state.cells, asSpecified.state.cells);
  return changes.map((line) => `without the fault: ${line}`);
}
