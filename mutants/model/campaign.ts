/** The campaign against one fault: sequence after sequence in every scope, until a clause breaks; then it is shrunk. */
import { seedFor } from '../../search/judge/hunt.ts';
import { machineSequence, shrinkRun } from '../../search/machine/campaign.ts';
import type { Run } from '../../search/machine/campaign.ts';
import { labFor, writeRun } from '../../search/machine/counterexample.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import type { Broken } from '../../search/machine/two-run.ts';
import { MachineWalk } from '../../search/machine/walk.ts';
import { machineWorlds } from '../../search/machine/scopes.ts';
import type { Caught } from '../fault.ts';
import type { Fault } from './fault.ts';

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
