/** The campaign against one fault of the model, in every scope, by the clauses that it breaks. */
import { breakMachines, MoveSequences, shrinkRun } from '../../search/machine/campaign.ts';
import { harnessFor, writeRun } from '../../search/machine/counterexample.ts';
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import { machineScopes } from '../../search/machine/scopes.ts';
import type { MachineViolatedAt } from '../../search/machine/two-run.ts';
import type { Caught } from '../fault.ts';
import type { Fault } from './fault.ts';

interface CaughtRun extends Caught<FaultCounterexample> {
  readonly broken: MachineViolatedAt;
}

/** Look for a fault; nothing if it is not found in so many sequences. */
export async function detectFault(fault: Fault, seed: number, most: number): Promise<CaughtRun | undefined> {
  const judged = new Set(fault.clauses);
  const subjects = machineScopes.map((scope) => new MoveSequences(harnessFor(scope, fault, judged)));
  const { runs, found } = await breakMachines(subjects, { seed, runs: most, shrinks: false });
  return (
    found && {
      runs,
      found: found.foundAt,
      broken: found.broken,
      shrunk: async () => {
        const { harness, moves, broken } = await shrinkRun(found);
        return writeRun(harness, moves, broken, fault);
      },
    }
  );
}
