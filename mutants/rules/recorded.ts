/** Recordings of real hypervisors: what they answered, and the page states that they had. */
import { settingOf, TranscriptChecker } from '../../search/conformance/check.ts';
import type { Setting } from '../../search/conformance/check.ts';
import { Survey } from '../../search/conformance/survey.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { TranscriptHeader, TranscriptLine } from '../../spec/transcript.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';

export interface Recording {
  readonly name: string;
  readonly header: TranscriptHeader;
  readonly lines: readonly TranscriptLine[];
}

interface Held extends Recording {
  readonly setting: Setting;
  readonly calls: ReadonlySet<string>;
}

/** The rules must agree with each of them. */
export function recorded(recordings: readonly Recording[]): Killer {
  const all = recordings.map((recording): Held => {
    const { header, lines, name } = recording;
    const profile = profiles.get(header.profile);
    if (profile === undefined) throw new Error(`unreachable: ${name} is of no profile that there is`);
    const survey = new Survey();
    const events = lines.flatMap((line) => ('op' in line ? [line] : []));
    for (const event of events) survey.add(event);
    return { ...recording, setting: settingOf(header, survey, profile), calls: new Set(events.map(({ op }) => op)) };
  });
  return {
    name: 'recordings',
    kills: (mutant) => {
      for (const { name, setting, calls, lines } of all) {
        const other = planted(setting.system, mutant);
        if (!other?.calls.some((call) => calls.has(call))) continue;
        const shown = differenceIn(lines, { ...setting, system: other.system });
        if (shown !== undefined) return `${name}: ${shown}`;
      }
      return undefined;
    },
  };
}

function differenceIn(lines: readonly TranscriptLine[], setting: Setting): string | undefined {
  const checker = new TranscriptChecker(setting);
  for (const line of lines) {
    const difference = 'op' in line ? checker.check(line) : checker.checkState(line);
    if (difference !== undefined) return `event ${line.i}, ${difference.what}`;
  }
  return undefined;
}
