/** Named faults of the reference model. */
import type { Machine } from '../../model/machine.ts';
import { harnessFor, machineScopeNamed, movesOf } from '../../search/machine/counterexample.ts';
import type { Altered, FaultCounterexample } from '../../search/machine/counterexample.ts';
import { weaknessOf } from '../../search/judge/difference-kinds.ts';
import { differenceOf } from '../../search/machine/mismatch.ts';
import type { NamedFault } from '../fault.ts';

export interface Fault extends NamedFault, Altered {}

/** A change that is none for the worse: nothing may be found. */
export interface Harmless {
  readonly id: string;
  readonly title: string;
  readonly alter: (machine: Machine) => void;
}

/**
 * What is wrong with a counterexample, if anything: with the fault the last call breaks the clause and no call can be
 * spared, without it nothing breaks at all.
 */
export function flawOfFault(fault: Fault, counterexample: FaultCounterexample): string | undefined {
  const scope = machineScopeNamed(counterexample.scope);
  if (scope === undefined) return `there is no scope ${counterexample.scope}`;
  const harness = harnessFor(scope, fault, new Set([counterexample.breaks]));
  const moves = movesOf(harness, counterexample);
  const broken = harness.run(moves);
  if (broken === undefined) return 'nothing breaks';
  if (broken.length < moves.length) return `it breaks after ${broken.length} of ${moves.length} calls`;
  const stray = counterexample.schedule?.find(({ call, at }) => harness.stops[call - 1] !== at);
  if (stray !== undefined) return `call ${stray.call} does not stop where the schedule says`;
  const spare = moves.findIndex((_, i) => {
    const rest = harness.run(moves.filter((_move, at) => at !== i));
    return rest !== undefined && weaknessOf(differenceOf(rest.violation)) <= weaknessOf(differenceOf(broken.violation));
  });
  if (spare >= 0) return `call ${spare + 1} can be spared`;
  const sound = harnessFor(scope, undefined).run(moves);
  return sound && `without the fault ${sound.violation.clause} breaks as well: ${sound.violation.statement}`;
}

/** How little of the fault a counterexample shows: 0 where a law breaks, more for each weaker kind of difference. */
export function weaknessOfRun(fault: Fault, counterexample: FaultCounterexample): number {
  const scope = machineScopeNamed(counterexample.scope);
  if (scope === undefined) return Infinity;
  const harness = harnessFor(scope, fault, new Set([counterexample.breaks]));
  const broken = harness.run(movesOf(harness, counterexample));
  return broken === undefined ? Infinity : weaknessOf(differenceOf(broken.violation));
}
