/** Runs of the machine as counterexamples: calls in words, with the places at which they are preempted. */
import type { Machine } from '../../model/machine.ts';
import type { WrittenSequence } from '../judge/counterexample.ts';
import { readCall, writeCall } from '../judge/written-call.ts';
import type { Move } from './binder.ts';
import type { MachineWorld } from './scopes.ts';
import { machineWorlds } from './scopes.ts';
import { Lab } from './two-run.ts';
import type { Broken } from './two-run.ts';

/** What is altered in a machine, and how that is told. */
export interface Altered {
  readonly id: string;
  readonly story: string;
  /** The altered place. */
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
  fault: Pick<Altered, 'alter'> | undefined,
  judged?: ReadonlySet<string>,
): Lab {
  return new Lab(named, { ...(fault && { alter: fault.alter }), judged });
}

/** A run of the machine as a counterexample; without a fault it is the model itself that breaks the clause. */
export function writeRun(lab: Lab, moves: readonly Move[], { breach }: Broken, fault?: Altered): FaultCounterexample {
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
