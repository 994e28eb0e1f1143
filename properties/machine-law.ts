/** Laws that are judged on a machine, of bytes and tables, rather than on the state of the specification. */
import type { ClauseId } from '../spec/clauses.generated.ts';

export interface MachineLaw {
  /** `twoRun`: two machines that differ in a secret look the same; the others are judged on one machine. */
  readonly kind: 'always' | 'each' | 'twoRun' | 'refines' | 'permitted';
  readonly clause: ClauseId;
  /** The property in words, as a statement that is true. */
  readonly statement: string;
  /** What is lost where it is not, in a few words. */
  readonly loss: string;
}

export const law = (kind: MachineLaw['kind'], clause: ClauseId, statement: string, loss: string): MachineLaw => ({
  kind,
  clause,
  statement,
  loss,
});

/** What does not hold: the law, or the clause that the specification names for what differs. */
export interface MachineViolation {
  readonly clause: string;
  readonly statement: string;
  readonly loss: string;
}
