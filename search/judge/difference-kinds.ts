/**
 * The kinds of wrong answers, of real targets and of the reference model alike. Shrinking keeps the kind: a page that
 * leaks does not become an error of another name.
 */

export const differenceKinds = [
  'done where refused',
  'other content',
  'page state',
  'other reach',
  'the machine stops',
  'no answer',
  'no call',
  'refused where done',
  'other error',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** How a call ends. `faults`: refused by the hardware, without an error code; `no call`: the target has none such. */
export type Ending = 'done' | 'refused' | 'faults' | 'stops' | 'no answer' | 'no call';

/** Of two endings that differ, or that are the same where the values returned differ. */
export function kindOfDifference(expected: Ending, got: Ending): DifferenceKind {
  if (got === 'no answer' || got === 'no call') return got;
  if (got === 'stops') return 'the machine stops';
  if (isRefusal(expected) !== isRefusal(got)) return isRefusal(got) ? 'refused where done' : 'done where refused';
  if (!isRefusal(got)) return expected === 'stops' ? 'done where refused' : 'other content';
  return expected === 'faults' && got === 'faults' ? 'other reach' : 'other error';
}

const isRefusal = (ending: Ending): boolean => ending === 'refused' || ending === 'faults';

/** What costs the caller a call, and what costs nobody anything; all else is graver, and a broken law is as grave. */
const slight: readonly DifferenceKind[] = ['refused where done', 'other error'];

/** How little a difference means: 0 where an attacker gains something, or everybody loses. */
export const weaknessOf = (kind: DifferenceKind | undefined): number =>
  kind === undefined ? 0 : 1 + slight.indexOf(kind);
