/** The kinds of wrong answers. Shrinking keeps the kind: a page that leaks does not become an error of another name. */
import type { Answer } from '../../../spec/transcript.ts';
import { isRefused } from '../ownership.ts';

export type Kind =
  | 'the machine stops'
  | 'no answer'
  | 'no call'
  | 'page state'
  | 'done where refused'
  | 'refused where done'
  | 'other error'
  | 'other reach'
  | 'other content';

/** Of two answers that differ. */
export function kindOf(expected: Answer, got: Answer | undefined): Kind {
  if (got === undefined || got['panic'] === 'hang') return 'no answer';
  if ('panic' in got) return 'the machine stops';
  if ('problem' in got) return 'no call';
  if (isRefused(expected) !== isRefused(got)) return isRefused(got) ? 'refused where done' : 'done where refused';
  if (!isRefused(got)) return 'panic' in expected ? 'done where refused' : 'other content';
  return 'ret' in expected || 'ret' in got ? 'other error' : 'other reach';
}
