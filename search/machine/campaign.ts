/** Sequences on the machine: how long one is, and how one that breaks something is shrunk. */
import type { Move } from './binder.ts';
import type { Broken, Lab } from './two-run.ts';
import { shrinkMoves } from './shrink.ts';

/** Calls in one sequence. */
export const machineSequence = 120;

/** A run of the machine that breaks something. */
export interface Run {
  readonly lab: Lab;
  readonly moves: readonly Move[];
  readonly broken: Broken;
}

/** The shortest and plainest form of a run that breaks something. */
export function shrinkRun({ lab, moves, broken }: Run): Pick<Run, 'moves' | 'broken'> {
  const shortest = shrinkMoves(lab, moves, broken.breach.clause);
  const again = lab.run(shortest);
  if (again === undefined) throw new Error('unreachable: a shrunk sequence breaks its clause');
  return { moves: shortest, broken: again };
}
