/** The hunt for a fault: sequence after sequence in every world of machines, until a clause breaks; then it is shrunk. */
import { seedFor } from '../hunt.ts';
import { labFor } from './fault.ts';
import type { Fault } from './fault.ts';
import type { Move } from './binder.ts';
import type { Broken, Lab } from './lab.ts';
import { shrinkMoves } from './shrink.ts';
import { MachineWalk } from './walk.ts';
import { machineWorlds } from './worlds.ts';

/** Calls in one sequence. */
export const machineSequence = 120;

export interface Caught {
  readonly lab: Lab;
  readonly moves: readonly Move[];
  readonly broken: Broken;
  /** Sequences drawn until it was found. */
  readonly runs: number;
}

/** Look for a fault; nothing if it is not found in so many sequences. */
export function huntFault(fault: Fault, seed: number, most: number): Caught | undefined {
  const judged = new Set(fault.clauses);
  const walks = machineWorlds.map((named) => new MachineWalk(labFor(named, fault, judged)));
  for (let run = 0; run < most; run++) {
    const walk = walks[run % walks.length] as MachineWalk;
    const broken = walk.run(2 * (seedFor(seed, 0, run) >>> 1) + (Math.floor(run / walks.length) % 2), machineSequence);
    if (broken) return { lab: walk.lab, moves: [...walk.moves], broken, runs: run + 1 };
  }
  return undefined;
}

/** The shortest and plainest form of what was caught. */
export function shrinkCaught({ lab, moves, broken }: Pick<Caught, 'lab' | 'moves' | 'broken'>): {
  readonly moves: readonly Move[];
  readonly broken: Broken;
} {
  const shortest = shrinkMoves(lab, moves, broken.breach.clause);
  const again = lab.run(shortest);
  if (again === undefined) throw new Error('unreachable: a shrunk sequence breaks its clause');
  return { moves: shortest, broken: again };
}
