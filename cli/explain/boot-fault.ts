/** How a fault of boot reads: each call with what it changes, and what the last of them would be without the fault. */
import { stripVTControlCharacters } from 'node:util';
import { bootFaults } from '../../mutants/boot/all.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { describeChanges } from './changes.ts';
import type { FaultTold } from './fault.ts';
import { tell } from './story.ts';
import type { Story } from './story.ts';
import { sayRefusal, table } from './text.ts';

/** Run it again, with its fault. What cannot be run is said in one line. */
export function tellBoot(counterexample: Counterexample): FaultTold | string {
  const fault = bootFaults.find(({ id }) => id === counterexample.fault);
  if (fault === undefined) return `no fault ${counterexample.fault ?? ''} of boot`;
  if (counterexample.profile !== avf15.name)
    return `${fault.id} is a fault of ${avf15.name}, not of ${counterexample.profile}`;
  const story = tell(counterexample, fault.differences);
  if (typeof story === 'string') return story;
  const law = story.broken?.violation.property;
  return {
    title: fault.title,
    known: fault.known,
    broken: story.broken && law && { length: story.broken.length, says: law.says },
    lines: [...table(story), '', ...(law ? [`✗ ${law.loss}`] : []), ...withoutFault(story)].map(
      stripVTControlCharacters,
    ),
  };
}

function withoutFault({ machine, calls, steps, names, asSpecified }: Story): string[] {
  const last = steps.at(-1);
  if (asSpecified === undefined || last === undefined) return [];
  if (asSpecified.outcome.kind === 'denied')
    return [`without the fault: ${sayRefusal(machine, asSpecified, calls.length)}`];
  const changes = describeChanges(machine.layout, names.at(-1) ?? [], last.state.cells, asSpecified.state.cells);
  return changes.map((line) => `without the fault: ${line}`);
}
