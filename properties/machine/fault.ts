/** Named faults of the reference model, and the counterexamples in which each is caught. */
import type { Machine } from '../../model/machine.ts';
import type { WrittenSequence } from '../counterexample.ts';
import type { NamedFault } from '../fault.ts';
import { readCall, writeCall } from '../names.ts';
import { Lab } from './lab.ts';
import type { Move } from './binder.ts';
import type { Broken } from './lab.ts';
import { machineWorlds } from './worlds.ts';
import type { MachineWorld } from './worlds.ts';

export interface Fault extends NamedFault {
  /** The altered place. */
  readonly alter: (machine: Machine) => void;
}

/** A change that is none for the worse: nothing may be found. */
export interface Harmless {
  readonly id: string;
  readonly title: string;
  readonly alter: (machine: Machine) => void;
}

/** A call that stops on its way and lets others act. Calls are counted from 1. */
export interface Turn {
  readonly call: number;
  readonly steps: number;
  /** The place at which it stops then. */
  readonly at: string;
  /** How many later calls act before it goes on. */
  readonly lets: number;
}

export interface FaultCounterexample extends WrittenSequence {
  readonly fault?: string | undefined;
  readonly schedule?: readonly Turn[] | undefined;
  readonly story?: string | undefined;
}

export const machineWorldNamed = (name: string): MachineWorld | undefined =>
  machineWorlds.find((one) => one.name === name);

/** Whether it was found on a machine, and not on the rules alone. */
export const isOfMachine = ({ profile }: Pick<FaultCounterexample, 'profile'>): boolean =>
  machineWorlds.some((one) => one.profile.name === profile);

/** The laboratory in which a fault is looked for: judged by the clauses that it breaks, or by all. */
export function labFor(
  named: MachineWorld,
  fault: Pick<Fault, 'alter'> | undefined,
  judged?: ReadonlySet<string>,
): Lab {
  return new Lab(named, { ...(fault && { alter: fault.alter }), judged });
}

/** A run of the machine as a counterexample; without a fault it is the model itself that breaks the clause. */
export function writeRun(lab: Lab, moves: readonly Move[], { breach }: Broken, fault?: Fault): FaultCounterexample {
  lab.run(moves);
  const schedule = moves.flatMap(({ hold }, i): Turn[] =>
    hold === undefined ? [] : [{ call: i + 1, steps: hold.after, at: lab.stops[i] ?? '', lets: hold.lets }],
  );
  const loss = breach.loss.replace(/[^a-z0-9]+/gi, '-').toLowerCase();
  return {
    name: `${fault?.id ?? 'model'}.${loss}`,
    profile: lab.spec.profile.name,
    world: lab.named.name,
    ...(fault && { fault: fault.id }),
    breaks: breach.clause,
    property: breach.says,
    calls: moves.map((move) => writeCall(lab.spec, move)),
    ...(schedule.length > 0 && { schedule }),
    ...(fault && { story: fault.story }),
  };
}

export const movesOf = (lab: Lab, { calls, schedule }: Pick<FaultCounterexample, 'calls' | 'schedule'>): Move[] =>
  calls.map((written, i) => {
    const turn = schedule?.find(({ call }) => call === i + 1);
    const call = readCall(lab.spec, written);
    return turn === undefined ? call : { ...call, hold: { after: turn.steps, lets: turn.lets } };
  });

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
