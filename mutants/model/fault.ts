/** Named faults of the reference model. */
import type { Machine } from '../../model/machine.ts';
import { labFor, machineWorldNamed, movesOf } from '../../search/machine/counterexample.ts';
import type { Altered, FaultCounterexample } from '../../search/machine/counterexample.ts';
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
  const named = machineWorldNamed(counterexample.world);
  if (named === undefined) return `there is no world ${counterexample.world}`;
  const lab = labFor(named, fault, new Set([counterexample.breaks]));
  const moves = movesOf(lab, counterexample);
  const broken = lab.run(moves);
  if (broken === undefined) return 'nothing breaks';
  if (broken.length < moves.length) return `it breaks after ${broken.length} of ${moves.length} calls`;
  const stray = counterexample.schedule?.find(({ call, at }) => lab.stops[call - 1] !== at);
  if (stray !== undefined) return `call ${stray.call} does not stop where the schedule says`;
  const spare = moves.findIndex((_, i) => lab.run(moves.filter((_move, at) => at !== i)) !== undefined);
  if (spare >= 0) return `call ${spare + 1} can be spared`;
  const sound = labFor(named, undefined).run(moves);
  return sound && `without the fault ${sound.breach.clause} breaks as well: ${sound.breach.says}`;
}
