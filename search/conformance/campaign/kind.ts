/** How an answer of a transcript ends its call, and so of which kind the difference between two answers is. */
import type { Answer } from '../../../spec/transcript.ts';
import { isRefused } from '../ownership.ts';
import { kindOfDifference } from '../../judge/difference-kinds.ts';
import type { DifferenceKind, Ending } from '../../judge/difference-kinds.ts';

function endingOf(answer: Answer | undefined): Ending {
  if (answer === undefined || answer['panic'] === 'hang') return 'no answer';
  if ('panic' in answer) return 'stops';
  if ('problem' in answer) return 'no call';
  if (!isRefused(answer)) return 'done';
  return 'ret' in answer ? 'refused' : 'faults';
}

/** Of two answers that differ. */
export const kindOf = (expected: Answer, got: Answer | undefined): DifferenceKind =>
  kindOfDifference(endingOf(expected), endingOf(got));
