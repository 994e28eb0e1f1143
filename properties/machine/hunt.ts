/** The hunt for a fault: sequence after sequence in every world of machines, until a clause breaks; then it is shrunk. */
import type { Caught } from '../fault.ts';
import { seedFor } from '../hunt.ts';
import { labFor, writeRun } from './fault.ts';
import type { Fault, FaultCounterexample } from './fault.ts';
import type { Move } from './binder.ts';
import type { Broken, Lab } from './lab.ts';
import { shrinkMoves } from './shrink.ts';
import { MachineWalk } from './walk.ts';
import { machineWorlds } from './worlds.ts';

/** Calls in one sequence. */
export const machineSequence = 120;

/** A run of the machine that breaks something. */
interface Run {
  readonly lab: Lab;
  readonly moves: readonly Move[];
  readonly broken: Broken;
}

interface CaughtRun extends Caught<FaultCounterexample> {
  readonly broken: Broken;
}

/** Look for a fault; nothing if it is not found in so many sequences. */
export function huntFault(fault: Fault, seed: number, most: number): CaughtRun | undefined {
  const judged = new Set(fault.clauses);
  const walks = machineWorlds.map((named) => new MachineWalk(labFor(named, fault, judged)));
  for (let run = 0; run < most; run++) {
    const walk = walks[run % walks.length] as MachineWalk;
    const broken = walk.run(2 * (seedFor(seed, 0, run) >>> 1) + (Math.floor(run / walks.length) % 2), machineSequence);
    if (broken) return caught(fault, run + 1, { lab: walk.lab, moves: [...walk.moves], broken });
  }
  return undefined;
}

const caught = (fault: Fault, runs: number, run: Run): CaughtRun => ({
  runs,
  found: run.moves.length,
  broken: run.broken,
  shrunk: () => {
    const { moves, broken } = shrinkRun(run);
    return writeRun(run.lab, moves, broken, fault);
  },
});

/** The shortest and plainest form of a run that breaks something. */
export function shrinkRun({ lab, moves, broken }: Run): Pick<Run, 'moves' | 'broken'> {
  const shortest = shrinkMoves(lab, moves, broken.breach.clause);
  const again = lab.run(shortest);
  if (again === undefined) throw new Error('unreachable: a shrunk sequence breaks its clause');
  return { moves: shortest, broken: again };
}
