/** Where the machine does otherwise than the specification says: the clause, and of which kind the difference is. */
import type { MachineViolation } from '../../properties/machine-law.ts';
import type { DifferenceKind } from '../judge/difference-kinds.ts';

export interface Mismatch extends MachineViolation {
  readonly difference: DifferenceKind;
}

/** What is lost by each: two mismatches lose the same only where they are of one kind. */
const losses: Readonly<Record<DifferenceKind, string>> = {
  'done where refused': 'a call is done that should be refused',
  'other content': 'a value is not the specified one',
  'page state': 'the machine is left in a wrong state',
  'other reach': 'an access ends otherwise than specified',
  'the machine stops': 'EL2 stops the machine',
  'no answer': 'a call is never answered',
  'no call': 'there is no such call',
  'refused where done': 'a call is refused that should be done',
  'other error': 'a call is refused with another error',
};

export const mismatch = (clause: string, difference: DifferenceKind, statement: string): Mismatch => ({
  clause,
  statement,
  loss: losses[difference],
  difference,
});

/** Of which kind the difference is; nothing where a law is broken. */
export const differenceOf = (violation: MachineViolation): DifferenceKind | undefined =>
  'difference' in violation ? (violation as Mismatch).difference : undefined;

/** Whether two violations are of one clause, and lose the same by it. */
export const isAlike = (one: MachineViolation, other: MachineViolation): boolean =>
  one.clause === other.clause && one.loss === other.loss;
