/** The campaign against one fault of the model, in every scope, by the clauses that it breaks. */
import type { DifferenceKind } from '../../search/judge/difference-kinds.ts';
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

/** Sequences in which a fault is to show by more than another error. */
const gravelyUpTo = 1000;

/**
 * Look for a fault; nothing if it is not found in so many sequences. A call that is refused with another error hides
 * what the same fault costs a few calls later, and counts only where nothing graver is found.
 */
export const detectFault = async (fault: Fault, seed: number, most: number): Promise<CaughtRun | undefined> =>
  (await detect(fault, seed, Math.min(most, gravelyUpTo), 'other error')) ?? (await detect(fault, seed, most));

async function detect(
  fault: Fault,
  seed: number,
  most: number,
  overlooks?: DifferenceKind,
): Promise<CaughtRun | undefined> {
  const judged = new Set(fault.clauses);
  const subjects = machineScopes.map((scope) => new MoveSequences(harnessFor(scope, fault, judged, overlooks)));
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
