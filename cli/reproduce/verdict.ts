/** What the lines of a module come to: the finding is shown, is not shown, or could not be asked about. */
import { exitStatus } from '../output.ts';

export type Verdict = 'shown' | 'not shown' | 'could not be asked';

export const statusOf: Readonly<Record<Verdict, number>> = {
  shown: exitStatus.violated,
  'not shown': exitStatus.holds,
  'could not be asked': exitStatus.usage,
};

export interface Concluded {
  readonly verdict: Verdict;
  readonly because: string;
}

/** A call of which the machine stops is announced in several lines; these are the last where it does. */
const announced = /^ +(if this is the last line|\d+ calls before it)/;
const unlike = /^ +(\d+) calls before it were not answered as recorded/;

/** What they come to. A module that says nothing of its end has not asked: it refused to run, or the machine stopped early. */
export function concluded(lines: readonly string[]): Concluded {
  const last = lines.at(-1);
  if (last === undefined) return { verdict: 'could not be asked', because: 'the module did not run' };
  if (/^all \d+ calls .*the finding is here$/.test(last)) return { verdict: 'shown', because: last };
  if (last.endsWith('the finding is not here')) return { verdict: 'not shown', because: last };
  if (/^say \w+=/.test(last)) return { verdict: 'could not be asked', because: `the module refuses to run: ${last}` };
  if (!announced.test(last))
    return { verdict: 'could not be asked', because: 'the machine stopped before the module had asked' };
  const before = unlike.exec(last)?.[1];
  return before === undefined
    ? { verdict: 'shown', because: 'the machine stopped where it was announced' }
    : {
        verdict: 'could not be asked',
        because: `the machine stopped, and ${before} calls before were answered otherwise`,
      };
}
